import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adminOf, get, getJson, getUntil, WITH_ADMIN } from './admin.ts'
import { ask } from './ask.ts'
import { startProxy } from './proxy.ts'

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '</script><!--',
  "a'b&amp;c",
  '\u001b[2J\u001b]0;owned\u0007',
  '\u009b31m',
]

test('no name or path that a stranger sends can act in a page or a terminal', async (t) => {
  const proxy = await startProxy(t, { config: { region: 'cn-beijing', ...WITH_ADMIN } })
  const admin = await adminOf(proxy)
  for (const [index, text] of HOSTILE.entries()) {
    await ask(t, proxy.endpoint, Buffer.from(`GET /${text} HTTP/1.1\r\nHost: ${text}\r\n\r\n`, 'latin1'))
    await ask(t, proxy.endpoint, Buffer.from(`CONNECT ${text}:443 HTTP/1.1\r\nHost: x\r\n\r\n`, 'latin1'))
    await getUntil(admin, '/metrics', ({ body }) => refusalsIn(body) === 2 * (index + 1))
  }
  const { refusals } = await getJson(admin, '/status')
  assert.ok(Array.isArray(refusals) && refusals.length > 0)
  for (const path of ['/status', '/metrics', '/%3Cscript%3E', '/<script>']) {
    const { headers, body } = await get(admin, path)
    assert.match(String(headers['content-type']), /^(application\/json|text\/plain)/)
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    assert.doesNotMatch(body, /[<>\u0000-\u0009\u000b-\u001f\u007f-\u009f]/, path)
  }
})

function refusalsIn(metrics: string): number {
  const counts = metrics.matchAll(/^acr_proxy_refusals_total\{.*\} (\d+)$/gm)
  return Array.from(counts, ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0)
}
