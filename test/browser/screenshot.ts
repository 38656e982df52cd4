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
  // A moment at which all of the clients of the example are busy; rates are told from the second look on.
  await page.waitForTimeout(6_000)
  await page.waitForFunction(
    `document.querySelectorAll('#connections td.now').length === 4 && !/ 0 B/.test(' ' + document.querySelector('#figures').innerText)`,
    undefined,
    { timeout: 300_000 },
  )
  await mkdir(dirname(path), { recursive: true })
  await page.screenshot({ path })
  process.stdout.write(`${path}\n`)
} finally {
  await scope.close()
}
