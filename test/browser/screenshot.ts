/** Makes docs/dashboard.png: example traffic for so many minutes (argument; 15 unless said), then the page as a browser shows it. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createScope } from '../scope.ts'
import { launchChromium, visit } from './chromium.ts'
import { exampleTraffic } from './example.ts'
import { startSite } from './site.ts'

const SHOT = fileURLToPath(new URL('../../../docs/dashboard.png', import.meta.url))
const [minutes = '15', path = SHOT] = process.argv.slice(2)

const scope = createScope()
try {
  const site = await startSite(scope)
  exampleTraffic(scope, site)
  await delay(Number(minutes) * 60_000)
  const browser = await launchChromium(scope)
  const { page } = await visit(scope, browser, site.admin, { viewport: { width: 1280, height: 960 } })
  await page.getByRole('heading', { name: 'Open connections' }).waitFor()
  // Rates are told from the second look on. Then a moment at which all clients of the example are busy, both ways.
  await page.waitForTimeout(6_000)
  const busy = (index: number) => page.locator(`#figures .figure:nth-child(${index})`, { hasText: /\d MB\/s/ })
  await page
    .locator('main', { has: busy(1) })
    .filter({ has: busy(2) })
    .filter({ has: page.locator('#connections tbody tr:nth-child(4)') })
    .waitFor({ timeout: 300_000 })
  await mkdir(dirname(path), { recursive: true })
  await page.screenshot({ path })
  process.stdout.write(`${path}\n`)
} finally {
  await scope.close()
}
