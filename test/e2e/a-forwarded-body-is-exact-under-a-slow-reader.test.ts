import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { createLayer } from '../region/layers.ts'
import { portOf } from '../upstream.ts'
import { REGISTRY } from './carried.ts'
import { descriptorsFallTo, descriptorsOf, memoryOf } from './process-state.ts'
import { startProxy } from './proxy.ts'

const MB = 1024 * 1024
const SIZE = 64 * MB + 17
/** An answer that is complete is the end of its request: the last bytes wait for the whole upload. */
const LAST = 64 * MB
/** A reader stands still for so long (ms) after each so many bytes. */
const PAUSE = 100
const PAUSE_EVERY = 8 * MB
const MOST_MEMORY = 100 * MB

/** Digest of a body, read by one that stops now and then. */
async function readWithPauses(body: Readable): Promise<string> {
  const hash = createHash('sha256')
  let sincePause = 0
  body.on('data', (bytes: Buffer) => {
    hash.update(bytes)
    sincePause += bytes.length
    if (sincePause < PAUSE_EVERY) return
    sincePause = 0
    body.pause()
    setTimeout(() => body.resume(), PAUSE)
  })
  await once(body, 'end')
  return `sha256:${hash.digest('hex')}`
}

for (const framing of ['length', 'chunks'] as const) {
  test(`a forwarded body framed by ${framing} is exact both ways under slow readers, and not held in memory`, async (t) => {
    const [upload, download] = [createLayer(SIZE, 'up'), createLayer(SIZE, 'down')]
    const fields = framing === 'length' ? { 'content-length': SIZE } : {}
    const received = deferred<string>()
    async function* answer() {
      yield* download.read(0, LAST)
      await received.promise
      yield* download.read(LAST)
    }
    const upstream = http.createServer((request, response) => {
      void readWithPauses(request).then(received.resolve)
      response.writeHead(200, fields)
      Readable.from(answer()).pipe(response)
    })
    upstream.listen(0, '127.0.0.1')
    await once(upstream, 'listening')
    t.after(() => {
      upstream.close()
      upstream.closeAllConnections()
    })
    const hosts = { [REGISTRY]: `127.0.0.1:${portOf(upstream.address())}` }
    const proxy = await startProxy(t, { config: { region: 'cn-beijing', hosts } })
    const idle = descriptorsOf(proxy.pid)
    const { now } = memoryOf(proxy.pid)

    const { address, port } = proxy.endpoint
    const path = `http://${REGISTRY}/blob`
    const request = http.request({ host: address, port, method: 'PUT', path, headers: fields, agent: false })
    t.after(() => void request.destroy())
    Readable.from(upload.read()).pipe(request)
    const answered: Promise<http.IncomingMessage[]> = once(request, 'response')
    const [response] = await deadline(answered, 'the answer begins while the upload goes on')
    assert.ok(response !== undefined)
    assert.equal(await deadline(readWithPauses(response), 'the download'), download.digest)
    assert.equal(await received.promise, upload.digest)
    const { peak } = memoryOf(proxy.pid)
    assert.ok(peak - now < MOST_MEMORY, `${Math.round((peak - now) / MB)} MB more`)
    await descriptorsFallTo(proxy.pid, idle)
  })
}
