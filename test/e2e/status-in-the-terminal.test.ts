import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { startRegion } from '../region/region.ts'
import { run } from '../unit/cli/run.ts'
import { portOf } from '../upstream.ts'
import { adminOf, getUntil, WITH_ADMIN } from './admin.ts'
import { ask } from './ask.ts'
import { helloFor } from './hellos.ts'
import { readLines } from './lines.ts'
import { closedPort } from './nobody.ts'
import { MAIN, startProxy } from './proxy.ts'

const ELSEWHERE = 'registry-vpc.cn-shanghai.aliyuncs.com'

test('status tells what a proxy does, and --check whether it is ready by its exit code', async (t) => {
  const region = await startRegion(t)
  const resolver = { minTtl: 0, maxTtl: '10ms', failureTtl: 0, staleFor: 0 }
  const proxy = await startProxy(t, { config: region.proxyConfig({ ...WITH_ADMIN, resolver }) })
  const admin = await adminOf(proxy)
  const at = `${admin.address}:${admin.port}`
  assert.deepEqual(await run(['status', '--check', '--admin', at]), { code: 0, stdout: 'ready\n', stderr: '' })
  await ask(t, proxy.endpoint, helloFor(ELSEWHERE))

  const { code, stdout, stderr } = await run(['status'], { env: { ACR_PROXY_ADMIN: at } })
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(
    stdout,
    new RegExp(`^acr-proxy 0\\.1\\.0 is ready: up \\S+, process ${proxy.pid}\\nregion {5}cn-beijing\\n`),
  )
  assert.match(
    stdout,
    new RegExp(`^name-not-allowed: 1; .*\\n {2}\\S+ ago, 127\\.0\\.0\\.1: ${ELSEWHERE}: .* to "region"`, 'm'),
  )
  const json = await run(['status', '--json', '--admin', at])
  assert.deepEqual([json.code, JSON.parse(json.stdout).pid], [0, proxy.pid])

  for (const name of [region.names.auth, region.names.enterpriseAuth]) region.dns.remove(name)
  await getUntil(admin, '/readyz', ({ status }) => status === 503)
  assert.deepEqual(await run(['status', '--check', '--admin', at]), {
    code: 1,
    stdout: '',
    stderr:
      `error: the acr-proxy at ${at} is not ready\n` +
      `  auth of cn-beijing: ${region.names.auth}: the name does not exist\n` +
      'hint: `acr-proxy status` and its log tell more\n',
  })
  const told = await run(['status', '--check', '--json', '--admin', at])
  assert.deepEqual([told.code, JSON.parse(told.stdout).ready], [1, false])
})

test('status --watch looks again and again', async (t) => {
  const proxy = await startProxy(t, { config: { region: 'cn-beijing', ...WITH_ADMIN } })
  const { port } = await adminOf(proxy)
  const child = spawn(process.execPath, [MAIN, 'status', '--watch', '--json', '--admin', `127.0.0.1:${port}`], {
    env: {},
  })
  t.after(() => child.kill('SIGKILL'))
  const lines = readLines(child.stdout)
  const first = await lines.waitFor(({ raw }) => raw.startsWith('{'), 'the first status')
  const uptimeOf = (line: { readonly [key: string]: unknown }) => Number(line['uptimeMs'])
  await lines.waitFor((line) => uptimeOf(line) > uptimeOf(first), 'a later status')
})

test('a proxy that is not there, or is none, is told as such', async (t) => {
  const nobody = await closedPort()
  assert.deepEqual(await run(['status', '--check', '--admin', `127.0.0.1:${nobody.port}`]), {
    code: 1,
    stdout: '',
    stderr:
      `error: no acr-proxy answers at 127.0.0.1:${nobody.port}: ECONNREFUSED\n` +
      'hint: start it, or say where its admin listener is with --admin\n',
  })
  const other = createServer((_request, response) => response.end('It works!'))
  other.listen(0, '127.0.0.1')
  await deadline(once(other, 'listening'), 'another server listens')
  t.after(() => {
    other.close()
    other.closeAllConnections()
  })
  const { code, stderr } = await run(['status', '--admin', `127.0.0.1:${portOf(other.address())}`])
  assert.deepEqual([code, /^error: what answers at \S+ is no acr-proxy\n/.test(stderr)], [1, true])
})

test('a token that is asked for is said to be missing', async (t) => {
  const token = 'gae0Kooth5Iegh2d'
  const config = { region: 'cn-beijing', admin: { listen: '127.0.0.1:0', token } }
  const { port } = await adminOf(await startProxy(t, { config }))
  const words = ['status', '--admin', `127.0.0.1:${port}`]
  for (const more of [[], ['--check'], ['--admin-token', 'x'.repeat(16)]])
    assert.deepEqual(await run([...words, ...more]), {
      code: 1,
      stdout: '',
      stderr: `error: the acr-proxy at 127.0.0.1:${port} wants its token\nhint: give it with --admin-token-file FILE\n`,
    })
  assert.equal((await run(words, { env: { ACR_PROXY_ADMIN_TOKEN: token } })).code, 0)
})
