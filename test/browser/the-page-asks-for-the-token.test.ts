import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adminOf } from '../e2e/admin.ts'
import { startProxy } from '../e2e/proxy.ts'
import { launchChromium, visit } from './chromium.ts'

const TOKEN = 'gae0Kooth5Iegh2d'

test('the page asks for the token, keeps it for this tab, and forgets it', async (t) => {
  const proxy = await startProxy(t, {
    config: {
      region: 'cn-beijing',
      resolver: { servers: ['127.0.0.1:1'] },
      admin: { listen: '127.0.0.1:0', token: TOKEN },
    },
  })
  const { page, faults } = await visit(t, await launchChromium(t), await adminOf(proxy), { token: 'asked' })
  const field = page.getByLabel('Token', { exact: true })
  await field.waitFor()
  assert.equal(await page.locator('main').isVisible(), false)
  assert.equal(await page.locator('#state').innerText(), 'Token needed')
  assert.equal(await page.evaluate('document.activeElement.id'), 'token')

  await page.keyboard.type('wrong-token-of-16')
  await page.keyboard.press('Enter')
  await page.getByText('That is not the token.').waitFor()
  await page.keyboard.type(TOKEN)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Open connections' }).waitFor()
  assert.equal(await field.isVisible(), false)

  await page.reload()
  await page.getByRole('heading', { name: 'Open connections' }).waitFor()
  assert.ok(!page.url().includes(TOKEN))
  assert.equal(await page.evaluate('localStorage.length'), 0)

  await page.getByRole('button', { name: 'Forget the token' }).click()
  await field.waitFor()
  assert.equal(await page.evaluate('sessionStorage.length'), 0)
  assert.equal(await page.locator('#sign-in-fault').innerText(), '')
  assert.deepEqual(faults, [])
})
