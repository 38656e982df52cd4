import assert from 'node:assert/strict'
import test from 'node:test'
import { createCheckText } from '../../../src/cli/doctor-text.ts'

const CHECK = {
  group: 'tls',
  region: 'cn-beijing',
  subject: 'a.example',
  outcome: 'failed',
  ms: 12.34,
  seen: 'why',
  hint: 'mend it',
} as const

test('a group has one heading, and each check its time and hint', () => {
  const render = createCheckText(false)
  const lines = 'failed      12 ms  a.example\n                    why\n                    hint: mend it\n'
  assert.equal(render(CHECK), `tls, cn-beijing\n${lines}`)
  assert.equal(render(CHECK), lines)
  assert.match(render({ ...CHECK, group: 'oss' }), /^\noss, cn-beijing\n/)
})

test('the outcome alone is coloured, and what others wrote cannot colour or break lines', () => {
  const text = createCheckText(true)({ ...CHECK, seen: 'a\u001b[31m\r\nb', hint: undefined })
  assert.ok(text.includes('\u001b[31mfailed \u001b[39m'))
  assert.match(text, / a\ufffd\[31m b\n$/)
})
