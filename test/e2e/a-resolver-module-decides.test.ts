import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'
import { ask } from './ask.ts'
import { REGISTRY } from './carried.ts'
import { alert, INTERNAL_ERROR } from './goodbyes.ts'
import { helloFor } from './hellos.ts'
import { logged } from './logged.ts'
import { spawnProxy, startProxy } from './proxy.ts'
import { dial } from './wire.ts'

/** A configuration whose resolver is a module of this source. */
async function resolvedByModule(t: TestContext, source: string): Promise<{ path: string; config: object }> {
  const directory = await mkdtemp(join(tmpdir(), 'acr-module-'))
  t.after(() => rm(directory, { recursive: true }))
  const path = join(directory, 'resolver.mjs')
  await writeFile(path, source)
  return {
    path,
    config: {
      region: 'cn-beijing',
      resolver: { kind: 'module', module: path },
      timeouts: { connect: '1s', dial: '2s' },
    },
  }
}

/** The reason and why with which a client is refused whose name this module resolves. */
async function refusalBy(t: TestContext, source: string): Promise<{ reason: unknown; why: string }> {
  const { config } = await resolvedByModule(t, source)
  const proxy = await startProxy(t, { config })
  assert.deepEqual((await ask(t, proxy.endpoint)).bytes, alert(INTERNAL_ERROR))
  const { reason, why } = await logged(proxy, 'refused')
  return { reason, why: String(why) }
}

test('the addresses that a module gives are dialled, with its ports and from its source addresses, in its order', async (t) => {
  // Nothing of a loopback address may be dialled, so the dials are seen by how they fail: from loopback leads no way out.
  const { reason, why } = await refusalBy(
    t,
    `export async function resolve({ host, port, role, region }) {
      if (host !== '${REGISTRY}' || port !== 443 || role !== 'registry' || region !== 'cn-beijing') return []
      return [{ address: '192.0.2.7', port: 8443, source: '127.0.0.1' }, { address: '192.0.2.8', source: '127.0.0.1' }]
    }`,
  )
  assert.equal(reason, 'connect-failed')
  assert.match(why, new RegExp(`^${REGISTRY}: 192\\.0\\.2\\.7:8443 E[A-Z]+, 192\\.0\\.2\\.8:443 E[A-Z]+ `))
})

test('a module may not lead to this host or to the metadata service', async (t) => {
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '100.100.100.200', '0.0.0.0']) {
    const { reason, why } = await refusalBy(t, `export const resolve = () => ['${address}']`)
    assert.equal(reason, 'address-denied', address)
    assert.match(why, new RegExp(`^${REGISTRY} resolves to .*`))
  }
})

const FAULTS: Readonly<Record<string, readonly [source: string, why: RegExp]>> = {
  'that throws': [
    `export function resolve() { throw new TypeError('no inventory') }`,
    /the resolver module failed for registry-vpc.*TypeError: no inventory/,
  ],
  'that rejects with what is no error': [
    `export const resolve = () => Promise.reject('nothing')`,
    /the resolver module failed for registry-vpc.*nothing/,
  ],
  'that answers with what is no address': [
    `export const resolve = () => ['registry.example.com']`,
    /the resolver module's answer for registry-vpc.* is wrong: .*not an IP address/s,
  ],
  'that answers with what is no list': [`export const resolve = () => ({})`, /answer for registry-vpc.* is wrong/],
  'that answers with nothing': [
    `export const resolve = () => []`,
    /the resolver module has no address for registry-vpc/,
  ],
}

for (const [what, [source, expected]] of Object.entries(FAULTS)) {
  test(`a module ${what} fails that connection alone, and the log says so`, async (t) => {
    const { reason, why } = await refusalBy(t, source)
    assert.equal(reason, 'resolve-failed')
    assert.match(why, expected)
  })
}

test('a module that cannot be used keeps the proxy from starting', async (t) => {
  for (const [source, problem] of [
    ['export const lookup = () => []', / exports no function `resolve`\nhint: /],
    ['export const resolve = 5', / exports no function `resolve`\nhint: /],
    ['export const resolve = (', /: cannot load .*resolver\.mjs: .*\nhint: /],
    ['throw new Error("no licence")', /: cannot load .*resolver\.mjs: no licence\nhint: /],
  ] as const) {
    const { config } = await resolvedByModule(t, source)
    const proxy = await spawnProxy(t, { config })
    assert.deepEqual(await deadline(proxy.exit, 'the proxy ends'), { code: 1, signal: null })
    assert.match(proxy.stderr(), /^error: resolver\.module: /)
    assert.match(proxy.stderr(), problem)
  }
})

test('a module that hangs does not hold the end of the proxy up', async (t) => {
  const { config } = await resolvedByModule(t, `export const resolve = () => new Promise(() => console.log('asked'))`)
  const proxy = await startProxy(t, { config })
  const client = await dial(t, proxy.endpoint)
  client.write(helloFor())
  await proxy.waitFor(({ raw }) => raw === 'asked', 'the module is asked')
  proxy.signal('SIGTERM')
  proxy.signal('SIGINT')
  assert.deepEqual(await deadline(proxy.exit, 'the proxy ends', 3000), { code: 0, signal: null })
})
