import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { parseClientHello } from '../../../../src/proxy/peek/client-hello.ts'
import { buildHello, extension, frame } from '../../../hello.ts'
import { assertDecisionStands, drive } from './drive.ts'
import { anyBytes, mutations, sizes } from './mutate.ts'

// Read from the source tree: this file runs as dist/test/unit/proxy/peek/*.test.js.
const folder = new URL('../../../../../test/fixtures/hellos/', import.meta.url)
const captures = readdirSync(folder)
  .filter((name) => name.endsWith('.bin'))
  .map((name) => readFileSync(new URL(name, folder)))

/** The handshake message of a captured hello: each is in one record. */
const messages = captures.map((bytes) => bytes.subarray(5))

const latin1 = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  minLength: 1,
})
const builtHello = fc
  .record({
    serverName: fc.option(latin1, { nil: undefined }),
    alpn: fc.option(fc.array(latin1, { minLength: 1, maxLength: 4 }), { nil: undefined }),
    ech: fc.boolean(),
    filler: fc.integer({ min: 0, max: 40000 }),
  })
  .map(({ serverName, alpn, ech, filler }) => {
    const extensions = [extension(0x1a1a, Buffer.alloc(filler)), ...(ech ? [extension(0xfe0d, Buffer.alloc(9))] : [])]
    return { serverName, ech, message: buildHello({ serverName, alpn, extensions, versions: [0x0304] }) }
  })
const message = fc.oneof(
  fc.constantFrom(...messages),
  builtHello.map((hello) => hello.message),
)

test('what a built hello says is what is read', () => {
  fc.assert(
    fc.property(builtHello, ({ serverName, ech, message }) => {
      const parsed = parseClientHello(frame(message))
      assert.ok(parsed.kind === 'value')
      assert.equal(parsed.value.serverName, serverName)
      assert.equal(parsed.value.ech, ech)
      assert.equal(parsed.value.version, 'TLS 1.3')
    }),
  )
})

test('any split into records and chunks reads the same', () => {
  fc.assert(
    fc.property(message, sizes(16384), sizes(70000), (message, records, chunks) => {
      const { result } = drive(parseClientHello, frame(message, records), chunks)
      assert.equal(result.kind, 'value')
      assert.deepEqual(result, parseClientHello(frame(message)))
    }),
  )
})

test('no input makes the parser throw or change its mind', () => {
  const framed = messages.map((message) => frame(message, [200, 3, 1, 1000]))
  const input = fc.oneof(
    anyBytes(),
    anyBytes().map((bytes) => frame(bytes, [7])),
    anyBytes().map((bytes) => frame(Buffer.concat([Buffer.from([1, 0, 0, bytes.length & 255]), bytes]))),
    mutations([...captures, ...framed]),
  )
  fc.assert(
    fc.property(input, fc.nat(), (bytes, cut) =>
      assertDecisionStands(parseClientHello, bytes, cut % (bytes.length + 1)),
    ),
    { numRuns: 3000 },
  )
})
