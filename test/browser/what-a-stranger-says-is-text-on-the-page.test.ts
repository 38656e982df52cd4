import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { adminOf, getUntil, WITH_ADMIN } from '../e2e/admin.ts'
import { ask } from '../e2e/ask.ts'
import { helloFor } from '../e2e/hellos.ts'
import { startProxy } from '../e2e/proxy.ts'
import { launchChromium, visit } from './chromium.ts'

const chromium = launchChromium({ after })

const HOSTILE = [
  '<script>window.owned=1</script>',
  '"><img src=x onerror=window.owned=1>',
  '<svg/onload=window.owned=1>',
  'javascript:window.owned=1',
  "';window.owned=1;//",
  '{{constructor.constructor("window.owned=1")()}}',
]

test('no Host, SNI or path becomes an element or a script of the page', async (t) => {
  const proxy = await startProxy(t, { config: { region: 'cn-beijing', ...WITH_ADMIN } })
  const admin = await adminOf(proxy)
  for (const text of HOSTILE) {
    await ask(t, proxy.endpoint, Buffer.from(`GET /${text} HTTP/1.1\r\nHost: ${text}\r\n\r\n`, 'latin1'))
    await ask(t, proxy.endpoint, Buffer.from(`CONNECT ${text}:443 HTTP/1.1\r\nHost: x\r\n\r\n`, 'latin1'))
    await ask(t, proxy.endpoint, helloFor(text))
  }
  await getUntil(admin, '/history', ({ body }) => body.includes('"refused":[18]'))
  const { page, faults } = await visit(t, await chromium, admin)
  await page.locator('#refusals', { hasText: 'the name contains "<"' }).waitFor()
  assert.equal(await page.evaluate('window.owned'), undefined)
  assert.equal(await page.locator('main :is(img, svg, script, iframe, a, style)').count(), 0)
  assert.deepEqual(faults, [])
})

test('markup in an answer is shown as it is written', async (t) => {
  const proxy = await startProxy(t, { config: { region: 'cn-beijing', ...WITH_ADMIN } })
  const admin = await adminOf(proxy)
  const { page, faults } = await visit(t, await chromium, admin)
  const marked = '<img src=x onerror=window.owned=1>'
  // What no proxy lets through as a name, in every text that an answer has.
  await page.route('**/status', async (route) => {
    const status = await (await route.fetch()).json()
    const connection = {
      conn: '1',
      client: marked,
      state: marked,
      kind: marked,
      host: marked,
      role: marked,
      upstream: marked,
    }
    const past = {
      at: 1,
      client: marked,
      host: marked,
      why: marked,
      remedy: { nearest: [marked], change: { flags: marked, lines: marked } },
    }
    await route.fulfill({
      json: {
        ...status,
        open: 1,
        readiness: {
          ready: false,
          missing: [marked],
          checks: [{ region: marked, role: marked, host: marked, ok: false, why: marked }],
        },
        connections: [{ ...connection, listener: marked, ageMs: 1, bytesUp: 1, bytesDown: 1 }],
        hosts: [{ host: marked, role: marked, ended: 1, refused: 1, bytesUp: 1, bytesDown: 1 }],
        upstreams: [
          { address: marked, host: marked, connects: 1, failures: 1, lastError: marked, failedAt: 1, failing: true },
        ],
        refusals: [{ reason: marked, count: 1, hint: marked, latest: [past] }],
      },
    })
  })
  for (const place of ['#health', '#connections', '#hosts', '#upstreams', '#refusals'])
    await page.locator(place, { hasText: marked }).waitFor()
  assert.equal(await page.evaluate('window.owned'), undefined)
  assert.equal(await page.locator('main img').count(), 0)
  assert.deepEqual(faults, [])
})
