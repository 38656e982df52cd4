import assert from 'node:assert/strict'
import { Resolver } from 'node:dns/promises'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../../deadline.ts'
import { startDns } from '../../region/dns.ts'
import { randomLoopback } from '../../region/loopback.ts'

const A = (data: string, ttl = 60) => ({ type: 'A', ttl, data }) as const

async function start(t: TestContext, { timeout = 5000 } = {}) {
  const dns = await startDns(t, randomLoopback())
  const resolver = new Resolver({ timeout, tries: 1 })
  resolver.setServers([`${dns.address}:${dns.port}`])
  t.after(() => resolver.cancel())
  const a = (name: string) => deadline(resolver.resolve4(name, { ttl: true }), `A ${name}`)
  return { dns, resolver, a }
}

test('records are answered with their TTL and may change at any time', async (t) => {
  const { dns, a, resolver } = await start(t)
  dns.set('Registry.test', [A('127.64.0.1', 7), { type: 'AAAA', ttl: 3, data: '::1' }])
  assert.deepEqual(await a('registry.test'), [{ address: '127.64.0.1', ttl: 7 }])
  assert.deepEqual(await resolver.resolve6('registry.test', { ttl: true }), [{ address: '::1', ttl: 3 }])
  dns.set('registry.test', [A('127.64.0.2'), A('127.64.0.3')])
  assert.deepEqual(
    (await a('registry.test')).map(({ address }) => address),
    ['127.64.0.2', '127.64.0.3'],
  )
  await assert.rejects(resolver.resolve6('registry.test'), { code: 'ENODATA' })
  dns.remove('registry.test')
  await assert.rejects(a('registry.test'), { code: 'ENOTFOUND' })
})

test('a wildcard stands for all below it that have no records of their own, and an alias is followed', async (t) => {
  const { dns, a } = await start(t)
  dns.set('*.oss.test', [A('127.64.0.1')])
  dns.set('own.oss.test', [A('127.64.0.2')])
  dns.set('alias.test', [{ type: 'CNAME', ttl: 5, data: 'bucket.oss.test' }])
  assert.equal((await a('x.y.oss.test'))[0]?.address, '127.64.0.1')
  assert.equal((await a('own.oss.test'))[0]?.address, '127.64.0.2')
  assert.equal((await a('alias.test'))[0]?.address, '127.64.0.1')
  await assert.rejects(a('oss.test'), { code: 'ENOTFOUND' })
})

test('a name can be made to fail, for one type or for all, and the whole server too', async (t) => {
  const { dns, a, resolver } = await start(t)
  dns.set('name.test', [A('127.64.0.1'), { type: 'AAAA', ttl: 3, data: '::1' }])
  dns.behave('name.test', { kind: 'nxdomain' })
  await assert.rejects(a('name.test'), { code: 'ENOTFOUND' })
  dns.behave('name.test', undefined)
  dns.behave('name.test', { kind: 'servfail' }, 'AAAA')
  assert.equal((await a('name.test')).length, 1)
  await assert.rejects(resolver.resolve6('name.test'), { code: 'ESERVFAIL' })
  dns.behave('*', { kind: 'servfail' })
  await assert.rejects(a('name.test'), { code: 'ESERVFAIL' })
})

test('a dropped query is counted and never answered', async (t) => {
  const { dns, a } = await start(t, { timeout: 100 })
  dns.set('name.test', [A('127.64.0.1')])
  dns.behave('name.test', { kind: 'drop' })
  await assert.rejects(a('name.test'), { code: 'ETIMEOUT' })
  assert.ok(dns.queries('name.test', 'A') >= 1)
  assert.equal(dns.queries('name.test', 'AAAA'), 0)
})

test('queries are counted by name and type, and a test can wait for one', async (t) => {
  const { dns, a, resolver } = await start(t)
  dns.set('name.test', [A('127.64.0.1')])
  const asked = deadline(dns.asked('name.test', 3), 'three queries')
  await a('name.test')
  await a('name.test')
  assert.equal(dns.queries('name.test'), 2)
  await assert.rejects(resolver.resolve6('name.test'))
  await asked
  assert.deepEqual(
    [dns.queries('NAME.test', 'A'), dns.queries('name.test', 'AAAA'), dns.queries('other.test')],
    [2, 1, 0],
  )
})

test('a delayed answer comes after its delay', async (t) => {
  const { dns, a } = await start(t)
  dns.set('name.test', [A('127.64.0.1')])
  dns.behave('name.test', { kind: 'delay', ms: 150 })
  const before = performance.now()
  assert.equal((await a('name.test')).length, 1)
  assert.ok(performance.now() - before >= 145)
})

test('an answer too long for a datagram is fetched by TCP', async (t) => {
  const { dns, a } = await start(t)
  dns.set(
    'many.test',
    Array.from({ length: 200 }, (_, i) => A(`127.64.1.${i}`)),
  )
  assert.equal((await a('many.test')).length, 200)
  assert.ok(dns.queries('many.test', 'A') >= 2)
})
