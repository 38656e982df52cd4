import assert from 'node:assert/strict'
import test from 'node:test'
import { load, problems } from './given.ts'

const clashing = [
  [':80', ':80'],
  ['127.0.0.1:80', '127.0.0.1:80'],
  [':80', '127.0.0.1:80'],
  ['127.0.0.1:80', ':80'],
  [':80', '[::1]:80'],
  ['0.0.0.0:80', '127.0.0.1:80'],
  ['[::]:80', '0.0.0.0:80'],
  ['[::1]:80', '[0:0::1]:80'],
]

for (const [one, other] of clashing) {
  test(`listeners ${one} and ${other} collide`, (t) => {
    const found = problems(t, { flags: { region: ['cn-beijing'], listen: [`${one},${other}`] } })
    assert.match(found.join('\n'), /^--listen: collides with \S*:80$/)
  })
}

const peaceful = [
  [':80', ':443'],
  [':0', ':0'],
  ['127.0.0.1:80', '127.0.0.2:80'],
  ['0.0.0.0:80', '[::1]:80'],
]

for (const [one, other] of peaceful) {
  test(`listeners ${one} and ${other} stand side by side`, (t) => {
    const { config } = load(t, { flags: { region: ['cn-beijing'], listen: [`${one},${other}`] } })
    assert.equal(config.listen.length, 2)
  })
}

test('a conflict between sources is blamed on the value that was set', (t) => {
  const file = 'region: cn-beijing\ntimeouts:\n  dial: 1s\n'
  assert.match(problems(t, { file }).join('\n'), /^acr-proxy\.yaml:3: timeouts\.connect \(5s\) must/)
  const flags = { 'connect-timeout': ['2s'] }
  assert.match(problems(t, { file, flags }).join('\n'), /^--connect-timeout: timeouts\.connect \(2s\) must/)
})
