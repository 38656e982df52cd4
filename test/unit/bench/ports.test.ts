import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { withFreePort } from '../../../bench/ports.ts'

test('a port that another takes meanwhile is replaced', async (t) => {
  const ports: number[] = []
  const result = await withFreePort(async (port) => {
    ports.push(port)
    if (ports.length > 1) return 'started'
    const other = createServer().listen(port, '127.0.0.1')
    t.after(() => other.close())
    await once(other, 'listening')
    throw new Error('address in use')
  })
  assert.equal(result, 'started')
  assert.equal(new Set(ports).size, 2)
})

test('a failure that has nothing to do with the port is told at once', async () => {
  let attempts = 0
  const failing = withFreePort(() => {
    attempts += 1
    return Promise.reject(new Error('no such engine'))
  })
  await assert.rejects(failing, /no such engine/)
  assert.equal(attempts, 1)
})
