import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { temporaryFolder } from '../unit/config/given.ts'
import { adminOf, get } from './admin.ts'
import { spawnProxy, startProxy } from './proxy.ts'

const TOKEN = 'gae0Kooth5Iegh2d'

test('an admin listener that other hosts reach does not start without a token', async (t) => {
  const proxy = await spawnProxy(t, { args: ['--region', 'cn-beijing', '--admin', '0.0.0.0:0'] })
  assert.deepEqual(await deadline(proxy.exit, 'the proxy ends'), { code: 1, signal: null })
  assert.match(
    proxy.stderr(),
    /--admin: admin\.listen \(0\.0\.0\.0:0\) can be reached from other hosts: add admin\.token/,
  )
})

test('without the token one learns whether the proxy is alive and ready, with it everything', async (t) => {
  const tokenFile = join(temporaryFolder(t), 'token')
  writeFileSync(tokenFile, `${TOKEN}\n`)
  const proxy = await startProxy(t, {
    config: { region: 'cn-beijing', resolver: { servers: ['127.0.0.1:1'] } },
    args: ['--admin', '0.0.0.0:0', '--admin-token-file', tokenFile],
  })
  const admin = { ...(await adminOf(proxy)), address: '127.0.0.1' }
  const ask = (path: string, authorization?: string) =>
    get(admin, path, { headers: authorization === undefined ? {} : { authorization } })

  assert.deepEqual((await ask('/healthz')).status, 200)
  const { status, body } = await ask('/readyz')
  assert.deepEqual([status, body], [503, 'not ready\n'])
  for (const path of ['/metrics', '/status']) {
    const refused = await ask(path)
    assert.deepEqual([refused.status, refused.headers['www-authenticate']], [401, 'Bearer realm="acr-proxy"'])
    assert.doesNotMatch(refused.body, /cn-beijing/)
    for (const wrong of ['Bearer wrong', 'Bearer', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`])
      assert.equal((await ask(path, wrong)).status, 401, wrong)
    assert.equal((await ask(path, `Bearer ${TOKEN}`)).status, 200)
  }
  assert.match((await ask('/readyz', `Bearer ${TOKEN}`)).body, /"missing":\["registry of cn-beijing: /)
  assert.ok(!(await ask('/status', `Bearer ${TOKEN}`)).body.includes(TOKEN))
  assert.ok(proxy.log.every(({ raw }) => !raw.includes(TOKEN)))
})
