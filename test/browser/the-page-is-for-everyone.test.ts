import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { helloFor } from '../e2e/hellos.ts'
import { dial } from '../e2e/wire.ts'
import { launchChromium, visit } from './chromium.ts'
import { startSite } from './site.ts'
import type { Site } from './site.ts'
import type { Scope } from '../scope.ts'

const chromium = launchChromium({ after })

/** A site of which every part of the page has something to show. */
async function startBusySite(t: Scope): Promise<Site> {
  const site = await startSite(t)
  await site.transfer('198.51.100.7', 1_000_000)
  await site.refuse('203.0.113.66', 'a-long-bucket-name-of-somebody.oss-cn-beijing-internal.aliyuncs.com')
  const socket = await dial(t, await site.entrance('198.51.100.9'))
  socket.write(helloFor(site.region.names.bucket))
  return site
}

async function filled(page: Page): Promise<void> {
  for (const place of ['#connections td.client', '#refusals article', '#upstreams td.address', '#hosts td.host'])
    await page.locator(place).first().waitFor()
}

test('the page is in the language of the browser or the chosen one, wholly, and remembers it', async (t) => {
  const site = await startBusySite(t)
  const { page, faults } = await visit(t, await chromium, site.admin, { locale: 'zh-CN' })
  await filled(page)
  assert.equal(await page.evaluate('document.documentElement.lang'), 'zh-CN')
  assert.equal(await page.locator('#state').innerText(), '就绪')
  for (const selector of [
    'h2',
    'th button',
    'dt',
    '.figure > span:first-child',
    'figcaption',
    'button.copy',
    'summary',
  ]) {
    for (const text of await page.locator(`main ${selector}`).allTextContents())
      assert.match(text, /\p{Script=Han}/u, `${selector}: ${text}`)
  }
  for (const attribute of ['aria-label', 'data-heading', 'placeholder']) {
    const labelled = page.locator(`main [${attribute}]`)
    const labels = await labelled.evaluateAll(
      (all, name) => all.map((element) => element.getAttribute(name)),
      attribute,
    )
    assert.ok(labels.length > 0)
    for (const label of labels) assert.match(String(label), /\p{Script=Han}/u, `${attribute}: ${label}`)
  }

  await page.getByLabel('语言').selectOption('en')
  await page.getByRole('heading', { name: 'Open connections' }).waitFor()
  const rest = await page.locator('main').innerText()
  assert.doesNotMatch(rest, /\p{Script=Han}/u)
  await page.reload()
  await filled(page)
  assert.equal(await page.evaluate('document.documentElement.lang'), 'en')
  assert.deepEqual(faults, [])
})

test('light and dark follow the system or the choice, and are told apart', async (t) => {
  const site = await startSite(t)
  const { page, faults } = await visit(t, await chromium, site.admin, { colorScheme: 'dark' })
  await page.getByRole('heading', { name: 'Open connections' }).waitFor()
  const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
  const dark = await ground()
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await ground()
  assert.notEqual(light, dark)
  await page.getByLabel('Theme').selectOption('dark')
  assert.equal(await ground(), dark)
  await page.reload()
  await page.getByRole('heading', { name: 'Open connections' }).waitFor()
  assert.equal(await ground(), dark)
  assert.deepEqual(faults, [])
})

for (const width of [360, 768, 1280]) {
  test(`nothing is wider than a screen of ${width} px, or hidden by it`, async (t) => {
    const site = await startBusySite(t)
    for (const locale of ['en', 'zh-CN']) {
      const { page } = await visit(t, await chromium, site.admin, { viewport: { width, height: 740 }, locale })
      await filled(page)
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width)
      const scrolled = page.locator('.scroller')
      const excess = await scrolled.evaluateAll((all) =>
        all.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
      )
      assert.deepEqual(
        excess.map((px) => Math.max(px, 0)),
        excess.map(() => 0),
      )
    }
  })
}

test('everything is reached and used by keyboard alone, and shows where the focus is', async (t) => {
  const site = await startBusySite(t)
  const { page, faults } = await visit(t, await chromium, site.admin, { reducedMotion: 'reduce' })
  await filled(page)
  const focused = async (): Promise<{ name: string; outline: string }> => {
    const name = await page.evaluate(
      `((e) => [e.tagName, e.id, e.dataset.sort, e.className, e.closest('table')?.id].filter(Boolean).join(' '))(document.activeElement)`,
    )
    const outline = await page.evaluate(
      `(({ outlineStyle, outlineWidth }) => outlineStyle + ' ' + outlineWidth)(getComputedStyle(document.activeElement))`,
    )
    return { name: String(name).toLowerCase(), outline: String(outline) }
  }
  const visited: string[] = []
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab')
    const { name, outline } = await focused()
    if (name.startsWith('body')) break
    assert.doesNotMatch(outline, /^none|^0px| 0px$/, name)
    visited.push(name)
  }
  for (const wanted of [
    'a skip',
    'select language',
    'select theme',
    'div chart',
    'input filter',
    'button client connections',
    'button now connections',
    'button copy',
    'summary',
    'button health_of upstreams',
    'button ended hosts',
  ])
    assert.ok(visited.includes(wanted), `${wanted} is among ${visited.join(', ')}`)

  await page.locator('#connections button[data-sort=client]').focus()
  await page.keyboard.press('Enter')
  assert.equal(await page.locator('#connections th.client').getAttribute('aria-sort'), 'ascending')
  assert.equal((await focused()).name, 'button client connections')
  await page.waitForResponse((response) => response.url().endsWith('/status'))
  await page.waitForResponse((response) => response.url().endsWith('/status'))
  assert.equal((await focused()).name, 'button client connections', 'the focus stays when the page is renewed')

  await page.locator('#down .legend', { hasText: 'oss' }).waitFor()
  const chart = page.locator('#down .chart')
  await chart.focus()
  const latest = await chart.getAttribute('aria-valuetext')
  await page.keyboard.press('Home')
  assert.equal(await chart.getAttribute('aria-valuenow'), '0')
  assert.match((await chart.getAttribute('aria-valuetext')) ?? '', /^\d\d:\d\d:\d\d; total .*oss /)
  await page.keyboard.press('Escape')
  assert.match(latest ?? '', /^last 5 s; total /)
  assert.match((await chart.getAttribute('aria-valuetext')) ?? '', /^last 5 s; /)
  assert.deepEqual(faults, [])
})
