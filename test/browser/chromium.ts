import { chromium } from 'playwright-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Scope } from '../scope.ts'
import type { Endpoint } from '../upstream.ts'

/** Debian's. */
const CHROMIUM = '/usr/bin/chromium'

/** Whatever is waited for comes sooner than this, on two cores that others use besides (ms). */
const PATIENCE_MS = 30_000

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser with a fresh profile, closed with its scope. */
export async function launchChromium(t: Scope): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, chromiumSandbox: false })
  t.after(() => browser.close())
  return browser
}

/** The dashboard in a tab of its own. */
export interface Visit {
  readonly page: Page
  /** Messages of the console that are warnings or errors, exceptions, and requests to any other place. */
  readonly faults: readonly string[]
}

export interface VisitOptions extends BrowserContextOptions {
  /** The listener asks for one: 401 is no fault. */
  readonly token?: 'asked'
}

/** Opens the page of an admin listener. */
export async function visit(t: Scope, browser: Browser, admin: Endpoint, options: VisitOptions = {}): Promise<Visit> {
  const { token, ...context } = options
  const opened = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...context })
  t.after(() => opened.close())
  opened.setDefaultTimeout(PATIENCE_MS)
  const page = await opened.newPage()
  const faults: string[] = []
  const origin = `http://${admin.address}:${admin.port}`
  page.on('console', (message) => {
    const refused = token === 'asked' && message.text().includes('401')
    if (['error', 'warning'].includes(message.type()) && !refused) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`asked for ${request.url()}`)
  })
  page.on('dialog', (dialog) => {
    faults.push(`a dialog says ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(`${origin}/`)
  return { page, faults }
}
