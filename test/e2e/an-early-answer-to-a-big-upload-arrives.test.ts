import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { REGISTRY } from './carried.ts'
import { answerWith, HEAD, requestFor, startForwarding } from './forwarded.ts'
import type { Arrival } from './forwarded.ts'

/** More than the buffers on the way hold. */
const SIZE = 48 * 1024 * 1024
const PIECE = Buffer.alloc(64 * 1024)

const REFUSAL = answerWith('too big', [], '413 Content Too Large')

/** What an upstream may do after its early answer, with the rest of the upload still under way. */
const MANNERS: Readonly<Record<string, (arrival: Arrival) => void>> = {
  'takes the rest': ({ socket }) => void socket.write(REFUSAL),
  'closes its side and takes the rest': ({ socket }) => void socket.end(REFUSAL),
  'stops reading': ({ socket }) => void socket.pause().write(REFUSAL),
}

/** Who refuses a whole upload, and in which words. */
const REFUSERS: Readonly<Record<string, readonly [host: string, answer: RegExp]>> = {
  'the proxy': ['example.com', /^HTTP\/1\.1 403 [^]*name-not-allowed: [^]*\nhint: .*\n$/],
  'an upstream that resets': [REGISTRY, /^HTTP\/1\.1 502 [^]*connect-failed: [^]*ECONNRESET\nhint: .*\n$/],
}

async function upload(client: Socket): Promise<void> {
  for (let sent = 0; sent < SIZE; sent += PIECE.length) if (!client.write(PIECE)) await once(client, 'drain')
}

for (const [manner, answerEarly] of Object.entries(MANNERS)) {
  test(`the client gets an answer that comes before the upload is over from an upstream that ${manner}`, async (t) => {
    const { proxy, client, heard } = await startForwarding(t, (arrival) => {
      if (arrival.head.startsWith('PUT ')) answerEarly(arrival)
      else arrival.socket.end(answerWith('next'))
    })
    client.write(requestFor(REGISTRY, { method: 'PUT', fields: [`Content-Length: ${SIZE}`] }))
    const uploaded = upload(client)
    await heard.until(HEAD, 'the head of the early answer')
    await heard.until(/^too big$/, 'the early answer')
    await deadline(uploaded, 'the rest of the upload is read')
    client.write(requestFor(REGISTRY))
    await heard.until(/\r\n\r\nnext$/, 'the next answer on the same connection')
    const line = await proxy.waitFor(({ conn }) => String(conn).endsWith('.1'), 'the upload is logged')
    assert.equal(line['msg'], 'connection')
    assert.equal(line['reason'], 'end')
  })
}

for (const [who, [host, answer]] of Object.entries(REFUSERS)) {
  test(`the client of an upload refused by ${who} hears so, although it goes on sending`, async (t) => {
    const { client, heard } = await startForwarding(t, ({ head, socket }) => {
      if (head.startsWith('PUT ')) socket.resetAndDestroy()
      else socket.end(answerWith('next'))
    })
    client.write(requestFor(host, { method: 'PUT', fields: [`Content-Length: ${SIZE}`] }))
    const uploaded = upload(client)
    await heard.until(answer, 'the refusal')
    await deadline(uploaded, 'the rest of the upload is read')
    client.write(requestFor(REGISTRY))
    await heard.until(/\r\n\r\nnext$/, 'the next answer on the same connection')
  })
}
