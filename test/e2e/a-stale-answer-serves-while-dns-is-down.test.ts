import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { startDns } from '../region/dns.ts'
import { randomLoopback } from '../region/loopback.ts'
import { listenTcp } from '../upstream.ts'
import { ask } from './ask.ts'
import { REGISTRY } from './carried.ts'
import type { LogLine } from './lines.ts'
import { logged } from './logged.ts'
import { startProxy } from './proxy.ts'
import { resolvedBy } from './resolved.ts'
import { serve, SERVED } from './served.ts'

const STALE = 'no DNS server answers: the last answer is used on'
const FRESH = 'DNS servers answer again'

test('an expired answer serves while every DNS server fails, and a fresh one as soon as they are back', async (t) => {
  const servers = [await startDns(t, randomLoopback()), await startDns(t, randomLoopback())]
  const upstream = await listenTcp(t, serve, randomLoopback())
  for (const dns of servers) dns.set(REGISTRY, [{ type: 'A', ttl: 1, data: upstream.address }])
  const settings = { minTtl: '1s', failureTtl: '100ms', timeout: '100ms' }
  const proxy = await startProxy(t, { config: resolvedBy(servers, [upstream], settings) })

  /** The log line of one client, which must be served. */
  const serveOne = async (): Promise<LogLine> => {
    const before = proxy.log.length
    assert.equal((await ask(t, proxy.endpoint)).bytes.toString(), SERVED)
    return logged(proxy, 'connection', before)
  }
  /** Serves one client after another until the log line of one is as wanted. */
  const serveUntil = async (wanted: (line: LogLine) => boolean): Promise<void> => {
    while (!wanted(await serveOne()));
  }
  const count = (msg: string): number => proxy.log.filter((line) => line.msg === msg).length

  assert.equal((await serveOne())['stale'], undefined)
  for (const dns of servers) dns.behave('*', { kind: 'drop' })
  await deadline(
    serveUntil(({ stale }) => stale === true),
    'a stale answer serves',
    4000,
  )
  const outage = Number(servers[0]?.queries(REGISTRY, 'A'))
  await deadline(
    serveUntil(() => Number(servers[0]?.queries(REGISTRY, 'A')) > outage + 1),
    'the servers are asked again and again',
    4000,
  )
  assert.equal(count(STALE), 1)
  const { host, why } = await logged(proxy, STALE)
  assert.equal(host, REGISTRY)
  for (const { address, port } of servers) assert.match(String(why), new RegExp(`${address}:${port} did not answer`))

  for (const dns of servers) dns.behave('*', undefined)
  await deadline(
    serveUntil(({ stale }) => stale === undefined),
    'a fresh answer serves',
    4000,
  )
  await logged(proxy, FRESH)
  assert.deepEqual([count(STALE), count(FRESH)], [1, 1])
})
