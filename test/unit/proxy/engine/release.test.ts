import assert from 'node:assert/strict'
import { test } from 'node:test'
import { release } from '../../../../src/proxy/engine/release.ts'

const frees = 'transfer' in ArrayBuffer.prototype

test('a large chunk that has its memory for itself is given back where Node can', () => {
  const chunk = Buffer.from(new ArrayBuffer(65536))
  release(chunk)
  assert.equal(chunk.length, frees ? 0 : 65536)
})

test('memory that is shared with others is left alone, and so is a small chunk', () => {
  const whole = Buffer.from(new ArrayBuffer(65536))
  release(whole.subarray(0, 8192))
  assert.equal(whole.length, 65536)
  const small = Buffer.from(new ArrayBuffer(64))
  release(small)
  assert.equal(small.length, 64)
})
