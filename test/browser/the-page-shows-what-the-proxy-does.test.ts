import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { getUntil } from '../e2e/admin.ts'
import { helloFor } from '../e2e/hellos.ts'
import { dial } from '../e2e/wire.ts'
import { launchChromium, visit } from './chromium.ts'
import { startSite } from './site.ts'

const chromium = launchChromium({ after })

/** Waits until the text of `selector` is accepted; fails with the last one. */
async function textUntil(page: Page, selector: string, accepted: RegExp): Promise<string> {
  const found = page.locator(selector).filter({ hasText: accepted }).first()
  await found.waitFor({ state: 'attached' })
  return found.innerText()
}

test('the page tells health, figures, configuration and upstream addresses, and asks no other place', async (t) => {
  const site = await startSite(t)
  await site.transfer('198.51.100.7', 3_000_000)
  const { page, faults } = await visit(t, await chromium, site.admin)
  await textUntil(page, '#state', /^Ready$/)
  for (const role of ['registry', 'auth', 'oss']) await textUntil(page, '#health li.ok', new RegExp(role))
  await textUntil(page, '#process', /^Version 0\.1\.0, up \d/)
  await textUntil(page, '#figures', /3 MB since the start/)
  await textUntil(page, '#configuration', /Region\s*cn-beijing[^]*\(PROXY\)[^]*cidr/)
  const { address, tlsPort } = site.region.services.registry
  await textUntil(page, '#upstreams tr', new RegExp(`${address}:${tlsPort}[^]*good`))
  await textUntil(page, '#hosts tr', new RegExp(`${site.region.names.registry}[^]*3 MB`))
  assert.deepEqual(faults, [])
})

test('figures and charts follow traffic without a reload', async (t) => {
  const site = await startSite(t)
  const { page, faults } = await visit(t, await chromium, site.admin)
  await textUntil(page, '#down .empty', /Nothing has moved/)
  const opened = await page.evaluate('performance.timeOrigin')
  await site.entrance('198.51.100.7', 1_000_000)
  const stop = new AbortController()
  const transfers = (async () => {
    while (!stop.signal.aborted) await site.transfer('198.51.100.7', 4_000_000)
  })()
  await textUntil(page, '#figures .figure:nth-child(2)', /To ACR, now\s*[1-9].* [kM]B\/s/)
  await textUntil(page, '#connections tbody tr', /198\.51\.100\.7[^]*relaying/)
  await textUntil(page, '#up .legend', /registry\s*[1-9][\d.]* [kM]B\/s/)
  await textUntil(page, '#figures .figure:nth-child(1)', /[1-9]\d* MB since the start/)
  await textUntil(page, '#down .legend', /oss\s*[1-9][\d.]* [kM]B\/s/)
  stop.abort()
  await transfers
  await textUntil(page, '#connections', /No connection is open/)
  // Something is drawn: the middle of the canvas is not of one colour.
  const colours = await page.locator('#up canvas').evaluate((canvas) => {
    const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
    const seen = new Set<string>()
    for (let at = 0; at < data.length; at += 4) seen.add(`${data[at]},${data[at + 1]},${data[at + 2]}`)
    return [...seen]
  })
  assert.ok(
    colours.some((rgb) => near(rgb, [47, 111, 179])),
    `the colour of registry is among ${colours.slice(0, 20).join(' ')}`,
  )
  assert.equal(await page.evaluate('performance.timeOrigin'), opened)
  assert.deepEqual(faults, [])
})

function near(rgb: string, wanted: readonly number[]): boolean {
  return rgb.split(',').every((part, index) => Math.abs(Number(part) - (wanted[index] ?? 0)) < 12)
}

test('connections are sorted by any column and filtered by host or client', async (t) => {
  const site = await startSite(t)
  const { names } = site.region
  const clients = ['198.51.100.9', '198.51.100.10', '203.0.113.5']
  for (const [index, client] of clients.entries()) {
    const socket = await dial(t, await site.entrance(client))
    socket.write(helloFor([names.registry, names.auth, names.enterprise][index]))
    // One after another, so that each is older than the next.
    await getUntil(
      site.admin,
      '/status',
      ({ body }) => body.includes(`"client":"${client}"`) && body.includes('relaying'),
    )
  }
  const { page, faults } = await visit(t, await chromium, site.admin)
  await page.locator('#connections tbody tr').nth(2).waitFor()
  await textUntil(page, '#connections-shown', /^3 of 3 shown$/)
  const column = (): Promise<readonly string[]> => page.locator('#connections td.client').allInnerTexts()
  const head = page.getByRole('button', { name: 'Client' })

  await head.click()
  assert.deepEqual(await column(), ['198.51.100.9', '198.51.100.10', '203.0.113.5'])
  assert.equal(await page.locator('#connections th.client').getAttribute('aria-sort'), 'ascending')
  await head.click()
  assert.deepEqual(await column(), ['203.0.113.5', '198.51.100.10', '198.51.100.9'])
  assert.equal(await page.locator('#connections th.client').getAttribute('aria-sort'), 'descending')
  assert.equal(await page.locator('#connections th[aria-sort]').count(), 1)
  await page.locator('#connections').getByRole('button', { name: 'Age' }).click()
  assert.deepEqual(await column(), ['198.51.100.9', '198.51.100.10', '203.0.113.5'])

  await page.getByRole('searchbox').fill('198.51')
  assert.deepEqual(await column(), ['198.51.100.9', '198.51.100.10'])
  await page.getByRole('searchbox').fill('DOCKERAUTH')
  assert.deepEqual(await column(), ['198.51.100.10'])
  await textUntil(page, '#connections-shown', /^1 of 3 shown$/)
  // The filter and the order stay when the proxy is asked again.
  await page.waitForResponse((response) => response.url().endsWith('/status'))
  await page.waitForResponse((response) => response.url().endsWith('/status'))
  assert.deepEqual(await column(), ['198.51.100.10'])
  await page.getByRole('searchbox').fill('nobody')
  await textUntil(page, '#connections', /No open connection matches/)
  assert.deepEqual(faults, [])
})

test('a refusal is told with its reason in words and the line that would admit the name, which can be copied', async (t) => {
  const site = await startSite(t)
  await site.refuse('203.0.113.66', 'my-layers.oss-cn-beijing-internal.aliyuncs.com')
  const socket = await dial(t, await site.entrance('192.0.2.66'))
  socket.end('SSH-2.0-scanner\r\n')
  const { page, faults } = await visit(t, await chromium, site.admin)
  const refused = await textUntil(page, '#refusals article', /name-not-allowed/)
  assert.match(refused, /No rule admits this name\./)
  assert.match(refused, /my-layers\.oss-cn-beijing-internal\.aliyuncs\.com\s+203\.0\.113\.66/)
  assert.match(refused, /allow:\n {2}buckets: \[my-layers\]/)
  assert.match(
    await textUntil(page, '#refusals article', /not-recognised/),
    /The first bytes were neither TLS nor HTTP\./,
  )
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy' }).first().click()
  await textUntil(page, '#copied', /Copied/)
  const copied = await page.evaluate('navigator.clipboard.readText()')
  assert.match(String(copied), /^allow:\n {2}buckets: \[my-layers\]/)
  assert.deepEqual(faults, [])
})
