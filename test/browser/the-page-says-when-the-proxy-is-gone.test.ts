import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { adminOf } from '../e2e/admin.ts'
import { logged } from '../e2e/logged.ts'
import { startProxy } from '../e2e/proxy.ts'
import { startRegion } from '../region/region.ts'
import { helloFor } from '../e2e/hellos.ts'
import { dial } from '../e2e/wire.ts'
import { createScope } from '../scope.ts'
import { launchChromium, visit } from './chromium.ts'

const chromium = launchChromium({ after })

test('a proxy that stops is told to be stopping, then gone, and is back when it has started again', async (t) => {
  const region = await startRegion(t)
  const first = createScope()
  t.after(() => first.close())
  const proxy = await startProxy(first, { config: region.proxyConfig({ admin: { listen: '127.0.0.1:0' } }) })
  const admin = await adminOf(proxy)
  const { page } = await visit(t, await chromium, admin)
  const state = (text: string) => page.locator('#state', { hasText: text }).waitFor()
  await state('Ready')

  const held = await dial(t, proxy.endpoint)
  held.write(helloFor(region.names.registry))
  await page.locator('#connections td.client').waitFor()
  proxy.signal('SIGTERM')
  await logged(proxy, 'stopping: no new connection is taken')
  await state('Stopping')
  held.destroy()
  await proxy.exit
  await state('No answer')
  await page.getByText('The proxy has not answered since').waitFor()
  assert.ok(await page.locator('body.outdated').isVisible())

  const config = region.proxyConfig({ admin: { listen: `127.0.0.1:${admin.port}` } })
  await startProxy(t, { config })
  await state('Ready')
  assert.equal(await page.locator('#notice').isVisible(), false)
  assert.equal(await page.locator('body.outdated').count(), 0)
})

test('what does not resolve is told, with why', async (t) => {
  const region = await startRegion(t)
  region.dns.remove(region.names.auth)
  region.dns.remove(region.names.enterpriseAuth)
  const proxy = await startProxy(t, { config: region.proxyConfig({ admin: { listen: '127.0.0.1:0' } }) })
  const { page } = await visit(t, await chromium, await adminOf(proxy))
  await page.locator('#state', { hasText: 'Not ready' }).waitFor()
  const failing = await page.locator('#health li.fails').allInnerTexts()
  assert.equal(failing.length, 1)
  assert.match(failing[0] ?? '', /auth[^]*the name does not exist/)
})
