import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { startCarried } from './carried.ts'
import { helloFor } from './hellos.ts'
import { endingOf } from '../ending.ts'
import { dial } from './wire.ts'

const FLOOD = 2000
const AT_ONCE = 50
const MOST_LINES = 120

test('of 2000 refusals fewer than 120 are written, and a summary counts the others by reason', async (t) => {
  const { proxy } = await startCarried(t, () => {})
  const openings = [helloFor('www.example.com'), Buffer.from('\n')]
  let next = 0
  const client = async (): Promise<void> => {
    while (next < FLOOD) {
      const opening = openings[next++ % openings.length] ?? Buffer.alloc(0)
      const socket = await dial(t, proxy.endpoint)
      const over = endingOf(socket)
      socket.write(opening)
      await over
      socket.destroy()
    }
  }
  await deadline(Promise.all(Array.from({ length: AT_ONCE }, client)), 'all are refused')
  // Whatever is still to be summed up is written at the end.
  proxy.signal('SIGTERM')
  assert.deepEqual(await deadline(proxy.exit, 'the proxy ends'), { code: 0, signal: null })

  const counts = new Map<string, number>()
  const count = (reason: string, by: number) => counts.set(reason, (counts.get(reason) ?? 0) + by)
  const lines = proxy.log.filter(({ msg }) => msg === 'refused')
  for (const { reason } of lines) count(String(reason), 1)
  for (const { leftOut } of proxy.log) {
    for (const [reason, left] of Object.entries(leftOut ?? {})) count(reason, Number(left))
  }
  assert.ok(lines.length < MOST_LINES, `${lines.length} lines`)
  assert.deepEqual(Object.fromEntries(counts), { 'name-not-allowed': FLOOD / 2, 'not-recognised': FLOOD / 2 })
})
