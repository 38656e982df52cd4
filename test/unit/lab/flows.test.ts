import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { flowsOf } from '../../lab/flows.ts'
import type { Segment } from '../../lab/pcap.ts'

const CLIENT = '192.0.2.1:40000'
const SERVER = '192.0.2.2:443'
/** Close to where sequence numbers begin again. */
const START = 0xfffffffe

function up(at: number, text: string, syn = false): Segment {
  return { from: CLIENT, to: SERVER, sequence: (START + at) >>> 0, syn, payload: Buffer.from(text) }
}

function down(at: number, text: string, syn = false): Segment {
  return { from: SERVER, to: CLIENT, sequence: at, syn, payload: Buffer.from(text) }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const OPENING = [up(0, '', true), down(0, '', true)]

test('a stream is put together whatever the order and repetitions of its segments', () => {
  const [flow, ...others] = flowsOf([
    ...OPENING,
    up(4, 'def'),
    // A keepalive probe before the first byte.
    up(0, 'x'),
    up(1, 'abc'),
    up(3, 'cde'),
    down(1, 'answer'),
  ])
  assert.equal(others.length, 0)
  assert.equal(flow?.client, CLIENT)
  assert.equal(flow.up.bytes, 6)
  assert.equal(flow.up.digest(6), sha256('abcdef'))
  assert.equal(flow.up.digest(4), sha256('abcd'))
  assert.equal(flow.down.digest(6), sha256('answer'))
})

test('a byte that differs, or is in another place, gives another digest', () => {
  const digest = (text: string) => flowsOf([...OPENING, up(1, text)])[0]?.up.digest(6)
  assert.notEqual(digest('abcdeX'), sha256('abcdef'))
  assert.notEqual(digest('abcdfe'), sha256('abcdef'))
})

test('a gap is an error', () => {
  assert.throws(() => flowsOf([...OPENING, up(1, 'abc'), up(5, 'ef')]), /lacks 1 bytes/)
})

test('a connection whose opening was not seen is left out', () => {
  assert.deepEqual(flowsOf([up(1, 'abc'), down(1, 'answer')]), [])
})
