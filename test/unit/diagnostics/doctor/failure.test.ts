import assert from 'node:assert/strict'
import test from 'node:test'
import { failureOf } from '../../../../src/diagnostics/doctor/failure.ts'
import { isRefusalReason, refusalIn } from '../../../../src/diagnostics/doctor/proxy-refusal.ts'
import { Refusal, REFUSALS, refusalText } from '../../../../src/proxy/reject.ts'

const alert = (number: number): Error =>
  new Error(`read: error:0A000460:SSL routines::some text:../ssl/x.c:1:SSL alert number ${number}`)

test('an alert that acr-proxy sends is explained with the refusals that it stands for', () => {
  for (const [number, what, reason] of [
    [112, /unrecognized_name/, 'name-not-allowed'],
    [80, /internal_error/, 'connect-failed'],
    [50, /decode_error/, 'peek-timeout'],
  ] as const) {
    const { seen, hint } = failureOf(alert(number), 'proxy')
    assert.match(seen, what)
    assert.match(hint ?? '', new RegExp(`\\b${reason}\\b`))
  }
  assert.match(failureOf(alert(40), 'proxy').hint ?? '', /acr-proxy sends no such alert/)
  assert.match(failureOf(alert(112), 'direct').hint ?? '', /the address answers for other names/)
})

test('every refusal has something to do, whoever met it', () => {
  for (const reason of Object.keys(REFUSALS).filter(isRefusalReason)) {
    const refusal = refusalIn(refusalText(reason, 'a.example: why'))
    assert.equal(refusal?.reason, reason)
    assert.ok(failureOf(refusal, 'proxy').hint?.includes(reason), reason)
    assert.ok((failureOf(new Refusal(reason, 'why'), 'direct').hint ?? '').length > 0, reason)
  }
})

test('what others answer is no refusal of acr-proxy', () => {
  for (const text of ['', 'acr-proxy: unheard-of: why\nhint: x\n', 'Forbidden', '<h1>acr-proxy: loop: x\nhint: y</h1>'])
    assert.equal(refusalIn(text), undefined)
})
