import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { allowedCpus } from '../../bench/cpus.ts'
import { buildLoad, type LoadArguments, resultOf, startBackend, startHold, startLoad } from '../../bench/load.ts'
import { deadline } from '../deadline.ts'
import { type Fault, startFaultyRelay } from './faulty-relay.ts'

const OPTIONS = { cpus: allowedCpus(), descriptors: 1024 }
const BYTES = 1_000_003

await buildLoad()

async function loaded(t: TestContext, load: LoadArguments, fault: Fault = 'none', at: 'down' | 'up' = 'down') {
  const port = await startFaultyRelay(t, await startBackend(t, OPTIONS), fault, at)
  return deadline(resultOf(startLoad(t, port, load, OPTIONS)), 'the load ends', 60_000)
}

for (const mode of ['down', 'up'] as const) {
  test(`${mode}: through a relay that is right all bytes arrive`, async (t) => {
    for (const load of [[mode, 3, BYTES, 'full'] as const, [mode, 3, BYTES] as const]) {
      const { finished, bytes, seconds } = await loaded(t, load)
      assert.deepEqual([finished, bytes], [3, 3 * BYTES])
      assert.ok(seconds > 0)
    }
  })

  for (const fault of ['drop', 'double', 'flip', 'swap'] as const) {
    test(`${mode}: a byte that is at fault (${fault}) is found`, async (t) => {
      await assert.rejects(loaded(t, [mode, 2, BYTES, 'full'], fault, mode), { name: 'WrongBytes' })
    })
  }

  for (const fault of ['drop', 'double'] as const) {
    test(`${mode}: a byte that is at fault (${fault}) is found by samples, too`, async (t) => {
      await assert.rejects(loaded(t, [mode, 2, BYTES], fault, mode), { name: 'WrongBytes' })
    })
  }

  test(`${mode}: a reset is a failure, not wrong bytes`, async (t) => {
    await assert.rejects(loaded(t, [mode, 1, BYTES, 'full'], 'reset', mode), /^Error: 1 of 1 connections failed/)
  })
}

test('down: an end before the last byte is a loss', async (t) => {
  await assert.rejects(loaded(t, ['down', 2, BYTES], 'cut', 'down'), { name: 'WrongBytes' })
})

test('short connections and round trips are counted and timed', async (t) => {
  for (const mode of ['short', 'ping'] as const) {
    const { exchanges, p50, p99 } = await loaded(t, [mode, 4, 0.2])
    assert.ok(exchanges > 0, mode)
    assert.ok(p50 > 0 && p99 >= p50, `${mode}: ${p50} ${p99}`)
  }
})

test('where nobody listens all connections fail', async (t) => {
  const { lines, ended } = startLoad(t, 1, ['short', 2, 1], OPTIONS)
  assert.equal(await deadline(ended, 'the load ends'), 1)
  assert.equal(lines.all[0]?.['failed'], 2)
})

test('idle connections are held, and each answers in the end', async (t) => {
  const port = await startFaultyRelay(t, await startBackend(t, OPTIONS), 'none', 'down')
  const { lines, stdin, ended } = startHold(t, port, 50, OPTIONS)
  const held = await lines.waitFor((line) => 'held' in line, 'connections are held')
  assert.equal(held['held'], 50)
  stdin.end('\n')
  assert.equal(await deadline(ended, 'it ends'), 0)
  assert.equal(lines.all.at(-1)?.['alive'], 50)
})
