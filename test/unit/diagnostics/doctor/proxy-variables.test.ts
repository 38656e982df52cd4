import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import {
  fromDaemon,
  fromEnvironment,
  variablesOfClient,
  variablesOfProxy,
} from '../../../../src/diagnostics/doctor/proxy-variables.ts'
import { temporaryFolder } from '../../config/given.ts'

const HOST = 'registry-vpc.cn-beijing.aliyuncs.com'
const PROXY = 'http://203.0.113.7:80'
const NOBODY = new Map<string, string>()
const MAPPED = new Map([[HOST, '203.0.113.7']])
const judge = (env: Readonly<Record<string, string>>, mapped = NOBODY) =>
  variablesOfClient(fromEnvironment(env), mapped, HOST)

test('both variables are good, one alone is not, and what is missing is named', () => {
  assert.equal(judge({}).outcome, 'ok')
  assert.equal(judge({ http_proxy: PROXY, HTTPS_PROXY: PROXY }).outcome, 'ok')
  assert.match(judge({ HTTPS_PROXY: PROXY }).hint ?? '', /^set both: layers of default instances come by http:\/\//)
  assert.match(judge({ HTTP_PROXY: PROXY }).hint ?? '', /^set both: registry/)
})

test('a way to the proxy by TLS is none, and forward and reverse at once are a mix-up', () => {
  assert.match(judge({ HTTP_PROXY: PROXY, HTTPS_PROXY: 'https://203.0.113.7' }).hint ?? '', /must begin with http:\/\//)
  assert.match(judge({ HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY }, MAPPED).hint ?? '', /^forward and reverse at once/)
})

test('names that are exempt follow the hosts file, as if no variable were set', () => {
  for (const exempt of [
    '.aliyuncs.com',
    'aliyuncs.com',
    '*.aliyuncs.com',
    HOST,
    '*',
    'a.example, .cn-beijing.aliyuncs.com',
  ])
    assert.equal(judge({ HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY, NO_PROXY: exempt }, MAPPED).outcome, 'ok', exempt)
  assert.equal(judge({ HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY, NO_PROXY: 'yuncs.com' }, MAPPED).outcome, 'warning')
})

test("what dockerd is told is read from its file, and a user's password in it is not told", (t) => {
  const path = join(temporaryFolder(t), 'daemon.json')
  writeFileSync(path, JSON.stringify({ proxies: { 'https-proxy': 'http://u:secret@203.0.113.7:80' } }))
  const finding = variablesOfClient(fromDaemon(path), NOBODY, HOST)
  assert.equal(finding.seen, `${path} sets HTTPS_PROXY http://203.0.113.7:80, and not HTTP_PROXY`)
  writeFileSync(path, 'not JSON')
  assert.equal(variablesOfClient(fromDaemon(path), NOBODY, HOST).seen, `no HTTP proxy is set in ${path}`)
})

test("on the proxy's host they change nothing", () => {
  assert.match(variablesOfProxy(fromEnvironment({ HTTPS_PROXY: PROXY })).seen, /which acr-proxy does not use/)
})
