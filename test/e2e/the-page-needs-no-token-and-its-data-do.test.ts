import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adminOf, get, getUntil } from './admin.ts'
import { ask } from './ask.ts'
import { startCarried } from './carried.ts'
import { helloFor } from './hellos.ts'
import { startProxy } from './proxy.ts'
import { reload } from './reload.ts'
import { serve } from './served.ts'

const TOKEN = 'gae0Kooth5Iegh2d'
const WITH_TOKEN = { admin: { listen: '127.0.0.1:0', token: TOKEN } }

test('the files of the page are for all that ask by our name, its data for who has the token', async (t) => {
  const admin = await adminOf(await startProxy(t, { config: { region: 'cn-beijing', ...WITH_TOKEN } }))
  const { status, headers, body } = await get(admin, '/')
  assert.deepEqual([status, headers['content-type']], [200, 'text/html; charset=utf-8'])
  assert.match(String(headers['content-security-policy']), /^default-src 'self';/)
  assert.doesNotMatch(body, /cn-beijing/)
  assert.equal((await get(admin, '/dashboard/page.js')).status, 200)
  assert.equal((await get(admin, '/', { headers: { host: 'evil.example' } })).status, 421)
  assert.equal((await get(admin, '/', { headers: { authorization: 'Bearer wrong' } })).status, 401)
  for (const path of ['/status', '/history']) {
    assert.equal((await get(admin, path)).status, 401)
    assert.equal((await get(admin, path, { headers: { authorization: `Bearer ${TOKEN}` } })).status, 200)
  }
})

test('a browser that has a file is told that it has not changed', async (t) => {
  const admin = await adminOf(
    await startProxy(t, { config: { region: 'cn-beijing', admin: { listen: '127.0.0.1:0' } } }),
  )
  const first = await get(admin, '/dashboard/page.css')
  const etag = String(first.headers.etag)
  assert.equal(first.headers['cache-control'], 'no-cache')
  const again = await get(admin, '/dashboard/page.css', { headers: { 'if-none-match': etag } })
  assert.deepEqual([again.status, again.body, again.headers.etag], [304, '', etag])
  const other = await get(admin, '/dashboard/page.js', { headers: { 'if-none-match': etag } })
  assert.equal(other.status, 200)
})

test('history has what was moved and refused in the last seconds, by role', async (t) => {
  const { proxy } = await startCarried(t, serve, { config: { admin: { listen: '127.0.0.1:0' } } })
  const admin = await adminOf(proxy)
  await ask(t, proxy.endpoint)
  await ask(t, proxy.endpoint, helloFor('registry-vpc.cn-shanghai.aliyuncs.com'))
  const { body } = await getUntil(admin, '/history', ({ body }) => body.includes('registry'))
  const history = JSON.parse(body)
  assert.equal(history.everyMs, 5000)
  const sum = (list: readonly number[]): number => list.reduce((total, item) => total + item, 0)
  assert.equal(sum(history.refused), 1)
  assert.equal(history.at.length, history.roles[0].up.length)
  assert.equal(history.roles[0].role, 'registry')
  assert.ok(sum(history.roles[0].up) > 0 && sum(history.roles[0].down) > 0)
})

test('a refusal comes with what would admit the name, by the configuration in force', async (t) => {
  const config = { region: 'cn-beijing', listen: '127.0.0.1:0', admin: { listen: '127.0.0.1:0' } }
  const proxy = await startProxy(t, { config })
  const admin = await adminOf(proxy)
  await ask(t, proxy.endpoint, helloFor('hub.example.com'))
  const linesNow = async (): Promise<string> =>
    JSON.parse((await get(admin, '/status')).body).refusals[0].latest[0].remedy.change.lines
  assert.match(await linesNow(), /^allow:\n {2}hosts: \[hub\.example\.com\] # now from default$/)
  await reload(proxy, { ...config, allow: { hosts: ['other.example.com'] } })
  assert.match(
    await linesNow(),
    /^allow:\n {2}hosts: \[other\.example\.com, hub\.example\.com\] # now from .*yaml:\d+$/,
  )
})
