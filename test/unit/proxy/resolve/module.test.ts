import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { UserError } from '../../../../src/errors.ts'
import { Refusal } from '../../../../src/proxy/reject.ts'
import { loadModule } from '../../../../src/proxy/resolve/module.ts'
import { deadline } from '../../../deadline.ts'
import { ROUTE } from '../records.ts'

/** A module of this source, loaded as a resolver. */
async function load(t: TestContext, source: string, limitMs?: number) {
  const directory = await mkdtemp(join(tmpdir(), 'acr-module-'))
  t.after(() => rm(directory, { recursive: true }))
  const path = join(directory, 'resolver.mjs')
  await writeFile(path, source)
  return loadModule(path, limitMs)
}

test('addresses come as text or with a port and a source of their own, in the order given', async (t) => {
  const resolver = await load(
    t,
    `export const resolve = () => ['192.0.2.1', { address: '2001:db8::1', port: 8443, source: '2001:db8::2' }]`,
  )
  const origin = 'module'
  assert.deepEqual(await resolver.resolve(ROUTE), {
    candidates: [
      { address: '192.0.2.1', port: 443, source: undefined, origin },
      { address: '2001:db8::1', port: 8443, source: '2001:db8::2', origin },
    ],
    stale: false,
  })
})

test('a module that does not answer in time fails that name, and one in time does not', async (t) => {
  const hanging = await load(t, 'export const resolve = () => new Promise(() => {})', 50)
  await assert.rejects(
    deadline(Promise.resolve(hanging.resolve(ROUTE)), 'the limit', 2000),
    (error) =>
      error instanceof Refusal && error.reason === 'resolve-failed' && /no answer in 50 ms/.test(error.message),
  )
  const slow = await load(
    t,
    `export const resolve = () => new Promise((done) => setTimeout(done, 20, ['192.0.2.1']))`,
    5000,
  )
  assert.equal((await slow.resolve(ROUTE)).candidates.length, 1)
})

test('a module that never loads is given up', async (t) => {
  const source = 'await new Promise((resolve) => setTimeout(resolve, 2000)); export const resolve = () => []'
  await assert.rejects(
    deadline(load(t, source, 50), 'the limit', 1500),
    (error) => error instanceof UserError && /cannot load .*resolver\.mjs: no answer in 50 ms$/.test(error.message),
  )
})

test('a module is read anew each time it is loaded', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'acr-module-'))
  t.after(() => rm(directory, { recursive: true }))
  const path = join(directory, 'resolver.mjs')
  for (const address of ['192.0.2.1', '192.0.2.2']) {
    await writeFile(path, `export const resolve = () => ['${address}']`)
    const { candidates } = await (await loadModule(path)).resolve(ROUTE)
    assert.equal(candidates[0]?.address, address)
  }
})
