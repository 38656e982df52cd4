import assert from 'node:assert/strict'
import test from 'node:test'
import { keysAt, options } from '../../../src/config/options.ts'

function namesOf(key: string): readonly (string | undefined)[] {
  const option = options.find((option) => option.key === key)
  return [option?.flag, option?.env, option?.kind]
}

test('flag and variable follow from the key', () => {
  assert.deepEqual(namesOf('allow.clients'), ['allow-clients', 'ACR_PROXY_ALLOW_CLIENTS', 'list'])
  assert.deepEqual(namesOf('resolver.minTtl'), ['resolver-min-ttl', 'ACR_PROXY_RESOLVER_MIN_TTL', 'text'])
  assert.deepEqual(namesOf('limits.perClient'), ['limits-per-client', 'ACR_PROXY_LIMITS_PER_CLIENT', 'number'])
  assert.deepEqual(namesOf('hosts'), ['hosts', 'ACR_PROXY_HOSTS', 'map'])
})

test('the exceptions have the names that users would guess', () => {
  assert.deepEqual(namesOf('resolver.kind'), ['resolver', 'ACR_PROXY_RESOLVER', 'text'])
  assert.deepEqual(namesOf('timeouts.drain'), ['drain-timeout', 'ACR_PROXY_DRAIN_TIMEOUT', 'text'])
})

test('no two options share a flag, a variable or a key, and none takes a name of the command line', () => {
  for (const names of [options.map(({ flag }) => flag), options.map(({ env }) => env), options.map(({ key }) => key)]) {
    assert.equal(new Set([...names, 'config', 'help', 'version', 'ACR_PROXY_CONFIG']).size, names.length + 4)
  }
})

for (const { key, doc } of options) {
  test(`${key} has a line of doc`, () => {
    assert.match(doc, /^[A-Z].{10,}[^.]$/)
    assert.ok(!doc.includes('\n'))
  })
}

test('the keys of a section are known, also inside lists', () => {
  assert.deepEqual(keysAt(['log']), ['level', 'format'])
  assert.deepEqual(keysAt(['listen', 0]), ['address', 'proxyProtocol', 'trusted'])
  assert.deepEqual(keysAt(['resolver', 'routes', 3, 'ports']).toSorted(), ['443', '80'])
  assert.deepEqual(keysAt(['log', 'level']), [])
  assert.deepEqual(keysAt(['nothing', 'here']), [])
})
