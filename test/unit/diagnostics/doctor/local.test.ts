import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { Check } from '../../../../src/diagnostics/doctor/check.ts'
import { createExamination } from '../../../../src/diagnostics/doctor/examination.ts'
import { failureOf } from '../../../../src/diagnostics/doctor/failure.ts'
import { checkLocal } from '../../../../src/diagnostics/doctor/local.ts'
import { createEngine } from '../../../../src/proxy/engine/create.ts'
import { startProxy } from '../../../e2e/proxy.ts'
import pino from 'pino'
import { listenTcp } from '../../../upstream.ts'
import { configured } from '../configured.ts'

async function checksOf(given: Parameters<typeof configured>[0]): Promise<readonly Check[]> {
  const checks: Check[] = []
  const exam = createExamination({
    signal: new AbortController().signal,
    explain: (error) => failureOf(error, 'direct'),
    onCheck: (check) => void checks.push(check),
  })
  await checkLocal(exam, configured(given).config)
  return checks
}

async function portCheck(listen: string, clients: readonly string[] = []): Promise<Check | undefined> {
  const checks = await checksOf({ listen: [listen], ...(clients.length > 0 && { 'allow-clients': clients }) })
  return checks.find(({ subject }) => subject === `listen on ${listen}`)
}

/** A proxy for cn-beijing that serves only these clients. */
async function proxyFor(t: TestContext, clients: readonly string[]): Promise<string> {
  const { endpoint } = await startProxy(t, { config: { region: 'cn-beijing', allow: { clients } } })
  return `${endpoint.address}:${endpoint.port}`
}

test('the engine told is the one that a start would take', async () => {
  const taken = createEngine({ engine: 'auto', descriptors: 1024 }, pino({ level: 'silent' }))
  for (const [engine, told] of [
    ['auto', taken.name],
    ['stream', 'stream, as configured'],
  ] as const) {
    const checks = await checksOf({ listen: ['127.0.0.1:0'], engine: [engine] })
    const seen = checks.find(({ subject }) => subject === 'engine')?.seen ?? ''
    assert.ok(seen === told || seen.startsWith(`${told}: the splice engine cannot be loaded: `), seen)
  }
  taken.close()
})

test('a port that is free is good, and one that acr-proxy holds, too', async (t) => {
  assert.equal((await portCheck('127.0.0.1:0'))?.seen, 'free: no proxy runs there yet')
  assert.equal((await portCheck(await proxyFor(t, ['127.0.0.0/8'])))?.seen, 'acr-proxy answers')
})

test('a port that something else holds fails, with how to find it', async (t) => {
  const web = await listenTcp(t, (socket) => void socket.end('HTTP/1.0 200 OK\r\n\r\nwelcome'))
  const check = await portCheck(`127.0.0.1:${web.port}`)
  assert.deepEqual([check?.outcome, check?.seen], ['failed', 'in use by something that is no acr-proxy'])
  assert.match(check?.hint ?? '', /ss -ltnp/)
})

test('what closes without a word may be an acr-proxy that does not admit its own host, if that is how it is configured', async (t) => {
  const listen = await proxyFor(t, ['192.0.2.0/24'])
  assert.equal((await portCheck(listen))?.outcome, 'failed')
  assert.match((await portCheck(listen, ['192.0.2.0/24']))?.seen ?? '', /closes without a word/)
})

test('an address that this host does not have fails, with what to look at', async () => {
  const check = await portCheck('192.0.2.1:8443')
  assert.match(check?.seen ?? '', /this host has no such address/)
  assert.match(check?.hint ?? '', /ip addr/)
})
