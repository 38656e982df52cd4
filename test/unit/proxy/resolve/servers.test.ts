import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createServers } from '../../../../src/proxy/resolve/servers.ts'
import { startDns } from '../../../region/dns.ts'

const NAME = 'registry-vpc.cn-beijing.aliyuncs.com'
const A = { type: 'A', ttl: 60, data: '100.64.0.1' } as const
const AAAA = { type: 'AAAA', ttl: 30, data: '2400:3200::1' } as const

async function elapsed<T>(work: Promise<T>): Promise<{ value: T; ms: number }> {
  const started = performance.now()
  return { value: await work, ms: performance.now() - started }
}

test('IPv4 and IPv6 addresses come together, in turn, with the lower TTL', async (t) => {
  const dns = await startDns(t, '127.0.0.1')
  dns.set(NAME, [A, { ...A, data: '100.64.0.2' }, AAAA])
  assert.deepEqual(await createServers([dns], 2000)(NAME), {
    kind: 'found',
    addresses: ['100.64.0.1', '2400:3200::1', '100.64.0.2'],
    ttlMs: 30_000,
  })
})

test('the TTL of an alias on the way counts too', async (t) => {
  const dns = await startDns(t, '127.0.0.1')
  dns.set(NAME, [{ type: 'CNAME', ttl: 7, data: 'vip.example' }])
  dns.set('vip.example', [A])
  const found = await createServers([dns], 2000)(NAME)
  assert.ok(found.kind === 'found' && found.ttlMs === 7000, JSON.stringify(found))
})

test('an IPv6 answer that never comes does not hold IPv4 up', async (t) => {
  const dns = await startDns(t, '127.0.0.1')
  dns.set(NAME, [A])
  dns.behave(NAME, { kind: 'drop' }, 'AAAA')
  const { value, ms } = await elapsed(createServers([dns], 2000)(NAME))
  assert.ok(value.kind === 'found' && value.addresses.length === 1)
  assert.ok(ms < 1000, `${ms} ms`)
})

test('a name with IPv6 addresses only is found', async (t) => {
  const dns = await startDns(t, '127.0.0.1')
  dns.set(NAME, [AAAA])
  const found = await createServers([dns], 2000)(NAME)
  assert.ok(found.kind === 'found' && found.addresses[0] === AAAA.data)
})

test('a dead first server costs less than a second, and only once', async (t) => {
  const [dead, alive] = [await startDns(t, '127.0.0.1'), await startDns(t, '127.0.0.1')]
  alive.set(NAME, [A])
  dead.behave('*', { kind: 'drop' })
  const ask = createServers([dead, alive], 2000)
  const first = await elapsed(ask(NAME))
  assert.equal(first.value.kind, 'found')
  assert.ok(first.ms < 1000, `${first.ms} ms`)
  const second = await elapsed(ask(NAME))
  assert.equal(second.value.kind, 'found')
  assert.ok(second.ms < 300, `${second.ms} ms: the server that answered is asked first now`)
})

test('a server that errs is passed over at once', async (t) => {
  const [broken, alive] = [await startDns(t, '127.0.0.1'), await startDns(t, '127.0.0.1')]
  alive.set(NAME, [A])
  broken.behave('*', { kind: 'servfail' })
  const { value, ms } = await elapsed(createServers([broken, alive], 2000)(NAME))
  assert.equal(value.kind, 'found')
  assert.ok(ms < 400, `${ms} ms`)
})

test('a name that does not exist is an answer: no further server is asked', async (t) => {
  const [first, second] = [await startDns(t, '127.0.0.1'), await startDns(t, '127.0.0.1')]
  const absent = await createServers([first, second], 2000)('no-such.example')
  assert.deepEqual(absent, { kind: 'absent', why: 'the name does not exist' })
  assert.equal(second.queries('no-such.example'), 0)
})

test('when every server fails, each is named with what it did', async (t) => {
  const [silent, broken] = [await startDns(t, '127.0.0.1'), await startDns(t, '127.0.0.1')]
  silent.behave('*', { kind: 'drop' })
  broken.behave('*', { kind: 'servfail' })
  const failed = await createServers([silent, broken], 300)(NAME)
  assert.ok(failed.kind === 'failed')
  assert.match(failed.why, new RegExp(`127.0.0.1:${silent.port} did not answer.*127.0.0.1:${broken.port} ESERVFAIL`))
})

test('no answer is kept by the library: each question goes out again', async (t) => {
  const dns = await startDns(t, '127.0.0.1')
  dns.set(NAME, [A])
  const ask = createServers([dns], 2000)
  await ask(NAME)
  await ask(NAME)
  assert.equal(dns.queries(NAME, 'A'), 2)
})
