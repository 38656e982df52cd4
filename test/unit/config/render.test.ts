import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { options } from '../../../src/config/options.ts'
import { jsonSchema, renderEffective, renderOptions } from '../../../src/config/render.ts'
import { load } from './given.ts'

const DOCUMENT = new URL('../../../../docs/configuration.md', import.meta.url)
const EXAMPLE = new URL('../../../../config/acr-proxy.example.yaml', import.meta.url)
const SCHEMA = new URL('../../../../config/acr-proxy.schema.json', import.meta.url)
const REWRITE =
  'write it anew: node -e "import(\'./dist/src/config/render.js\').then(m => process.stdout.write(m.renderOptions()))" > docs/configuration.md'

test('docs/configuration.md is what the schema says', () => {
  assert.equal(readFileSync(DOCUMENT, 'utf8'), renderOptions(), REWRITE)
})

test('config/acr-proxy.schema.json is what the schema says', () => {
  const rewrite = 'write it anew: node dist/src/main.js config schema > config/acr-proxy.schema.json'
  const shipped: unknown = JSON.parse(readFileSync(SCHEMA, 'utf8'))
  assert.deepEqual(shipped, JSON.parse(JSON.stringify(jsonSchema())), rewrite)
})

test('the table has key, flag, variable, default and meaning of every option', () => {
  const rows = renderOptions()
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  assert.equal(rows.length, options.length)
  for (const { key, flag, env } of options) {
    const cells = rows.find((row) => row.startsWith(`| \`${key}\` |`))?.split(' | ') ?? []
    assert.deepEqual(cells.slice(0, 3), [`| \`${key}\``, `\`--${flag}\``, `\`${env}\``])
    assert.equal(cells.length, 5)
    assert.ok(cells.every((cell) => cell.trim() !== ''))
  }
})

test('what is printed loads as the same configuration', (t) => {
  const first = load(t, {
    file: `
region: cn-beijing
listen: ["127.0.0.1:8443", { address: "[::1]:80", proxyProtocol: true, trusted: 10.0.0.0/8 }]
resolver: { kind: cidr, routes: [10.0.0.0/8=10.1.1.1, { cidr: 127.0.0.2, ports: { 443: 8443 } }], timeout: 1.5s }
allow: { instances: [acme], buckets: "*", clients: [] }
limits: { connections: 10 }
`,
    env: { ACR_PROXY_IDLE_TIMEOUT: '90' },
    flags: { hosts: ['a.example.com=192.0.2.1,a.example.com=[fd00::1]:8443'] },
  })
  const second = load(t, { file: renderEffective(first) })
  assert.deepEqual(second.config, first.config)
})

test('every option has a line that says where its value comes from', (t) => {
  const loaded = load(t, { file: 'region: cn-beijing\nlog:\n  level: warn\n', flags: { 'drain-timeout': ['1s'] } })
  const lines = renderEffective(loaded).split('\n')
  assert.equal(lines.filter((line) => line.includes('# from ')).length, options.length)
  assert.ok(lines.some((line) => /^ {2}level: warn +# from \S*acr-proxy\.yaml:3$/.test(line)))
  assert.ok(lines.some((line) => /^ {2}drain: 1s +# from --drain-timeout$/.test(line)))
  assert.ok(lines.some((line) => /^ {2}# clients: any +# from default$/.test(line)))
})

const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(jsonSchema())))

const good: readonly unknown[] = [
  { region: 'cn-beijing' },
  { region: ['cn-beijing'], listen: ':443' },
  { region: 'cn-beijing', listen: [':443', { address: ':80', proxyProtocol: true, trusted: '10.0.0.0/8' }] },
  { region: 'cn-beijing', resolver: { kind: 'cidr', routes: ['10.0.0.0/8', { cidr: '::1', ports: { 443: 8443 } }] } },
  { region: 'cn-beijing', timeouts: { idle: '10m', drain: 5 }, hosts: { 'a.example.com': ['192.0.2.1'] } },
]

test('an editor admits the example, though a section of it has no key in force', () => {
  assert.equal(schema.safeParse(parse(readFileSync(EXAMPLE, 'utf8'))).error?.message, undefined)
})

for (const value of good) {
  test(`an editor admits ${JSON.stringify(value)}`, () => {
    assert.equal(schema.safeParse(value).error?.message, undefined)
  })
}

const bad: readonly unknown[] = [
  {},
  { region: 1 },
  { region: 'cn-beijing', lisetn: ':443' },
  { region: 'cn-beijing', resolver: { kind: 'vcp' } },
  { region: 'cn-beijing', listen: { address: ':80', trustd: [] } },
  { region: 'cn-beijing', limits: { connections: 0 } },
]

for (const value of bad) {
  test(`an editor marks ${JSON.stringify(value)}`, () => {
    assert.equal(schema.safeParse(value).success, false)
  })
}

test('nothing of how options are named leaks into the schema, and every option has its doc there', () => {
  const text = JSON.stringify(jsonSchema())
  for (const key of ['oneOrMany', 'textOrSection', 'unset', 'inFile', 'flag', '"path"', '"secret"'])
    assert.ok(!text.includes(key), key)
  assert.match(text, /"description":"Region id/)
})
