import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseClientHello } from '../../../../src/proxy/peek/client-hello.ts'
import { assertPrefixesAskForMore } from './drive.ts'

// Not compiled, so read from the source tree: this file runs as dist/test/unit/proxy/peek/captures.test.js.
const folder = new URL('../../../../../test/fixtures/hellos/', import.meta.url)
const web = ['h2', 'http/1.1']

const facts: Record<string, { alpn: string[]; version: string; ech: boolean }> = {
  'chromium-156': { alpn: web, version: 'TLS 1.3', ech: true },
  'curl-7.88': { alpn: web, version: 'TLS 1.3', ech: false },
  'go-1.19': { alpn: web, version: 'TLS 1.3', ech: false },
  'go-1.23': { alpn: web, version: 'TLS 1.3', ech: false },
  'go-1.27': { alpn: web, version: 'TLS 1.3', ech: false },
  'node-20': { alpn: [], version: 'TLS 1.3', ech: false },
  'node-26': { alpn: [], version: 'TLS 1.3', ech: false },
  'openssl-3.0': { alpn: [], version: 'TLS 1.3', ech: false },
  'openssl-3.0-tls1.2': { alpn: [], version: 'TLS 1.2', ech: false },
  'skopeo-1.9': { alpn: [], version: 'TLS 1.3', ech: false },
}

test('every captured hello is in the table of facts', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.bin'))
  assert.deepEqual(
    files.sort(),
    Object.keys(facts)
      .map((name) => `${name}.bin`)
      .sort(),
  )
})

for (const [name, { alpn, version, ech }] of Object.entries(facts)) {
  const bytes = readFileSync(new URL(`${name}.bin`, folder))

  test(`the hello of ${name} is read`, () => {
    const value = { serverName: 'registry-vpc.cn-beijing.aliyuncs.com', alpn, version, ech }
    assert.deepEqual(parseClientHello(bytes), { kind: 'value', value })
  })

  test(`every prefix of the hello of ${name} asks for more`, () => {
    assertPrefixesAskForMore(parseClientHello, bytes)
  })
}
