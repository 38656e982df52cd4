import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { parse } from 'yaml'
import { options } from '../../../src/config/options.ts'
import { valueAt } from '../../../src/config/layer.ts'
import { load } from './given.ts'

const EXAMPLE = new URL('../../../../config/acr-proxy.example.yaml', import.meta.url)
const example = readFileSync(EXAMPLE, 'utf8')

/** With the examples in force that are commented out by one `#`, instead of the lines above that they replace. */
const uncommented = example
  .replaceAll(/^routes: .*\n|^ {2}routes: \[\]\n|^hosts: \{\}\n/gm, '')
  .replaceAll(/^( *)# (?!yaml-language-server)/gm, '$1')

test('the example loads, without a warning, as the defaults', (t) => {
  const { config, warnings } = load(t, { file: example })
  assert.deepEqual(warnings, [])
  assert.deepEqual(config, load(t, { file: 'region: cn-beijing' }).config)
})

test('the example loads also with everything in force that it has as comments', (t) => {
  const file = uncommented.replace('kind: vpc', 'kind: cidr').replace(/^ {2}token: .*\n/m, '')
  const { config } = load(t, { file })
  assert.deepEqual(config.allow.clients, ['203.0.113.0/24'])
  assert.equal(config.resolver.routes.length, 2)
})

test('the example names the schema that lies beside it, for editors', () => {
  const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(example) ?? []
  assert.ok(existsSync(new URL(schema, EXAMPLE)), schema)
})

for (const { key, path } of options) {
  test(`the example has ${key}`, () => {
    assert.notEqual(valueAt(parse(uncommented), path), undefined)
  })
}
