import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adminOf, get } from './admin.ts'
import { startProxy } from './proxy.ts'

test('a name that someone else made lead to the admin listener learns nothing (DNS rebinding)', async (t) => {
  const admin = await adminOf(
    await startProxy(t, {
      config: { region: 'cn-beijing', admin: { listen: '127.0.0.1:0', hosts: ['proxy.example.com'] } },
    }),
  )
  const statusFor = async (host: string) => (await get(admin, '/metrics', { headers: { host } })).status
  for (const host of ['127.0.0.1', `127.0.0.1:${admin.port}`, '[::1]:9180', 'localhost:1', 'LOCALHOST'])
    assert.equal(await statusFor(host), 200, host)
  for (const host of ['proxy.example.com', 'proxy.example.com:9180']) assert.equal(await statusFor(host), 200, host)
  for (const host of [
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example:9180',
    ':9180',
    'a@localhost',
    '[x]',
  ])
    assert.equal(await statusFor(host), 421, host)
})

test('the admin listener only tells, and tells browsers to keep it to themselves', async (t) => {
  const admin = await adminOf(
    await startProxy(t, { config: { region: 'cn-beijing', admin: { listen: '127.0.0.1:0' } } }),
  )
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const { status, headers } = await get(admin, '/status', { method })
    assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'])
  }
  const [whole, head] = [await get(admin, '/healthz'), await get(admin, '/healthz', { method: 'HEAD' })]
  assert.deepEqual([whole.status, whole.body], [200, 'ok\n'])
  assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', '3'])
  for (const path of ['/healthz', '/metrics', '/status', '/nothing']) {
    const { headers } = await get(admin, path)
    assert.match(String(headers['content-security-policy']), /^default-src 'self';/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['access-control-allow-origin'], undefined)
  }
  assert.equal((await get(admin, '/nothing')).status, 404)
})
