import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { endingOf } from '../ending.ts'
import { adminOf, getJson, WITH_ADMIN } from './admin.ts'
import { ask } from './ask.ts'
import { configTo, REGISTRY } from './carried.ts'
import { answerWith, requestFor, startForwarding } from './forwarded.ts'
import { helloFor } from './hellos.ts'
import { logged, pick } from './logged.ts'
import { startProxy } from './proxy.ts'
import { reload } from './reload.ts'
import { listenTcp } from '../upstream.ts'
import { dial, readAtLeast } from './wire.ts'

const ELSEWHERE = { region: 'cn-shanghai', allow: { clients: ['203.0.113.1/32'] }, timeouts: { idle: '50ms' } }

test('a transfer goes on under the configuration it began with, though that admits it no more', async (t) => {
  const accepted = deferred<Socket>()
  const upstream = await listenTcp(t, (socket) => {
    socket.resume().write('half')
    accepted.resolve(socket)
  })
  const proxy = await startProxy(t, { config: { ...configTo(upstream), ...WITH_ADMIN } })
  const admin = await adminOf(proxy)
  const client = await dial(t, proxy.endpoint)
  client.write(helloFor())
  await deadline(readAtLeast(client, 4), 'half of the transfer')
  const ending = endingOf(client)
  await reload(proxy, { ...ELSEWHERE, ...WITH_ADMIN })
  assert.equal((await ask(t, proxy.endpoint)).bytes.length, 0)

  const { open, refusals, connections } = await getJson(admin, '/status')
  assert.equal(open, 1)
  assert.ok(Array.isArray(refusals) && Array.isArray(connections))
  assert.deepEqual([refusals[0].reason, connections[0].host], ['client-not-allowed', REGISTRY])
  // Longer than the new idle timeout, which is not its own.
  await new Promise((resolve) => setTimeout(resolve, 300))
  ;(await accepted.promise).end('the rest')
  const { by, bytes } = await deadline(ending, 'the rest of the transfer')
  assert.deepEqual([by, bytes.toString()], ['end', 'the rest'])
  client.end()
  assert.deepEqual(pick(await logged(proxy, 'connection'), 'host', 'reason'), { host: REGISTRY, reason: 'end' })
})

test('further requests on a kept connection of an HTTP proxy client go by the new configuration', async (t) => {
  const { proxy, client, heard } = await startForwarding(t, ({ socket }) => void socket.end(answerWith('one')))
  client.write(requestFor(REGISTRY))
  await heard.until(/one$/, 'the answer before')
  await reload(proxy, { region: 'cn-shanghai' })
  client.write(requestFor(REGISTRY))
  await heard.until(/^HTTP\/1\.1 403 [^]*name-not-allowed: .*\nhint: .*\n$/, 'the refusal after')
})
