import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { deadline } from '../deadline.ts'
import { adminOf, get, WITH_ADMIN } from './admin.ts'
import { ask } from './ask.ts'
import { configTo } from './carried.ts'
import { closedPort } from './nobody.ts'
import { descriptorsOf } from './process-state.ts'
import { startProxy } from './proxy.ts'
import { reload, reloadAgain } from './reload.ts'
import { serve, SERVED } from './served.ts'
import { listenTcp } from '../upstream.ts'
import { dial } from './wire.ts'

test('a configuration that cannot be had is told in one line, with place and hint, and the old one stays', async (t) => {
  const upstream = await listenTcp(t, serve)
  const base = { ...configTo(upstream), ...WITH_ADMIN, listen: '127.0.0.1:0' }
  const proxy = await startProxy(t, { config: base })
  const admin = await adminOf(proxy)
  const free = await closedPort()
  const folder = dirname(proxy.file)
  await writeFile(join(folder, 'throws.mjs'), 'throw new Error("no licence")')
  const listen = [`127.0.0.1:${free.port}`, `127.0.0.1:${upstream.port}`]
  const other = { region: 'cn-shanghai', listen: base.listen, ...WITH_ADMIN }
  const before = descriptorsOf(proxy.pid)

  for (const [config, why, hint] of [
    ['region: cn-beijing\nlisten: [', /^the configuration has .*acr-proxy\.yaml:\d: /, /docs\/configuration\.md/],
    [
      'region: cn-beijing\ntimeouts:\n  idel: 10m\nallow: { clients: [10.0.0.1/8] }',
      /^the configuration has 2 problems: .*acr-proxy\.yaml:3: timeouts\.idel: .*; .*acr-proxy\.yaml:4: allow\.clients/,
      /./,
    ],
    // The first of both can be had, and must be let go of.
    [{ ...other, listen }, /^cannot listen on 127\.0\.0\.1:\d+: the port is in use$/, /ss -ltnp/],
    [
      { ...other, listen: `:${proxy.port}` },
      /^cannot listen on :\d+: the port is in use$/,
      /our own, of 127\.0\.0\.1:/,
    ],
    [{ ...other, admin: { listen: `127.0.0.1:${upstream.port}` } }, /^cannot open the admin listener/, /--admin/],
    [{ ...other, admin: { ...WITH_ADMIN.admin, tokenFile: 'none' } }, /^admin\.tokenFile: .*no such file/, /openssl/],
    [{ ...other, resolver: { kind: 'module', module: 'throws.mjs' } }, /throws\.mjs: no licence$/, /`resolve`/],
    [{ ...other, resolver: { kind: 'module', module: 'none.mjs' } }, /cannot load .*none\.mjs/, /`resolve`/],
  ] as const) {
    const line = await reload(proxy, config)
    assert.equal(line.msg, 'not reloaded: everything stays as it was')
    assert.equal(line.level, 'error')
    assert.match(String(line['why']), why)
    assert.match(String(line['hint']), hint)
    assert.equal((await ask(t, proxy.endpoint)).bytes.toString(), SERVED)
    assert.equal((await get(admin, '/healthz')).status, 200)
    await assert.rejects(dial(t, free), { code: 'ECONNREFUSED' })
  }
  await rm(proxy.file)
  assert.match(String((await reloadAgain(proxy))['why']), /acr-proxy\.yaml: cannot be read: there is no such file$/)
  assert.match((await get(admin, '/metrics')).body, /^acr_proxy_reloads_total\{outcome="failed"\} 9$/m)
  assert.ok(descriptorsOf(proxy.pid) <= before + 1)
  assert.equal(proxy.stderr(), '')

  assert.equal((await reload(proxy, base)).msg, 'reloaded')
  assert.match((await get(admin, '/metrics')).body, /^acr_proxy_reloads_total\{outcome="ok"\} 1$/m)
})

test('a reload that takes its time does not hold a stop up', async (t) => {
  const upstream = await listenTcp(t, serve)
  const proxy = await startProxy(t, { config: configTo(upstream) })
  const module = join(dirname(proxy.file), 'hangs.mjs')
  await writeFile(module, `console.log('loading'); await new Promise(() => setInterval(() => {}, 1000))`)
  await writeFile(proxy.file, stringify({ region: 'cn-beijing', resolver: { kind: 'module', module } }))
  proxy.signal('SIGHUP')
  await proxy.waitFor(({ raw }) => raw === 'loading', 'the module is being loaded')
  assert.equal((await ask(t, proxy.endpoint)).bytes.toString(), SERVED)
  proxy.signal('SIGTERM')
  assert.deepEqual(await deadline(proxy.exit, 'the proxy ends', 5000), { code: 0, signal: null })
})
