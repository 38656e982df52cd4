import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { allowedCpus, layoutsOf } from '../../bench/cpus.ts'
import { buildLoad } from '../../bench/load.ts'
import type { Peer } from '../../bench/peers/peer.ts'
import { planOf } from '../../bench/plan.ts'
import { takeRounds } from '../../bench/rounds.ts'

/** A relay as a program: `node -e RELAY PORT BACKEND lose|refuse`, which is at fault after some bytes of a download. */
const RELAY = `
const [port, backend, fault] = process.argv.slice(1)
const net = require('node:net')
net.createServer((client) => {
  const upstream = net.connect(backend, '127.0.0.1')
  for (const socket of [client, upstream]) socket.on('error', () => client.destroy())
  client.pipe(upstream)
  let passed = 0
  upstream.on('data', (bytes) => {
    passed += bytes.length
    if (passed < 100000) client.write(bytes)
    else if (fault === 'lose') client.write(bytes.subarray(1))
    else client.resetAndDestroy()
  })
  upstream.on('end', () => client.end())
}).listen(port, '127.0.0.1')`

await buildLoad()

function relay(name: string, fault: 'lose' | 'refuse'): Peer {
  return {
    name,
    version: '0',
    own: false,
    launch: ({ port, backend }) => ({ command: [process.execPath, '-e', RELAY, String(port), String(backend), fault] }),
  }
}

async function taken(t: TestContext, peers: readonly Peer[], told: string[] = []) {
  const directory = await mkdtemp(join(tmpdir(), 'acr-bench-rounds-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return takeRounds(t, {
    rounds: 2,
    measures: ['short', 'active'],
    peers,
    plan: planOf(true, 1024).plan,
    layouts: layoutsOf(allowedCpus()),
    directory,
    stop: new AbortController().signal,
    tell: (text) => told.push(text),
  })
}

const RAW: Peer = { name: 'raw', version: '0', own: false }

test('a proxy that loses bytes is disqualified at once, with the reason, and the others go on', async (t) => {
  const told: string[] = []
  const { disqualified, notes, samples } = await taken(t, [relay('lossy', 'lose'), RAW], told)
  assert.deepEqual(
    disqualified.map(({ name }) => name),
    ['lossy'],
  )
  assert.match(disqualified[0]?.why ?? '', /wrong or missing bytes/)
  assert.deepEqual(notes, [])
  assert.equal(told.filter((text) => text.endsWith('lossy')).length, 1)
  assert.equal(samples['raw']?.['rate']?.length, 2)
})

test('a proxy whose connections fail is noted, and asked again', async (t) => {
  const { disqualified, notes, samples } = await taken(t, [relay('resetting', 'refuse')])
  assert.deepEqual(disqualified, [])
  assert.equal(notes.length, 4)
  assert.match(notes[0] ?? '', /^resetting, short, round 1: \d of \d connections failed/)
  assert.deepEqual(samples['resetting'], {})
})

test('proxies take turns within each measure of each round', async (t) => {
  const told: string[] = []
  await taken(t, [RAW, { ...RAW, name: 'again' }], told)
  assert.deepEqual(told.slice(0, 5), [
    'round 1, short: raw',
    'round 1, short: again',
    'round 1, active: raw',
    'round 1, active: again',
    'round 2, short: raw',
  ])
})
