import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { createLayer } from '../region/layers.ts'
import { portOf } from '../upstream.ts'
import { REGISTRY } from './carried.ts'
import { descriptorsFallTo, descriptorsOf } from './process-state.ts'
import { startProxy } from './proxy.ts'

const MB = 1024 * 1024
const SIZE = 64 * MB + 17
/** An answer that is complete is the end of its request: the last bytes wait for the whole upload. */
const LAST = 64 * MB
/** What the kernel and the processes on the way may hold of one direction. */
const MOST_HELD = 40 * MB

/** Content that tells how much of it has been taken, and when nothing has been for a while. */
function createSource(seed: string) {
  const layer = createLayer(SIZE, seed)
  let taken = 0
  function* read(from: number, to?: number): Generator<Buffer> {
    for (const bytes of layer.read(from, to)) {
      taken += bytes.length
      yield bytes
    }
  }
  const stalled = async (): Promise<number> => {
    const before = taken
    await delay(300)
    return taken > 0 && taken === before ? taken : stalled()
  }
  return { digest: layer.digest, read, stalled }
}

async function digestOf(body: Readable): Promise<string> {
  const hash = createHash('sha256')
  body.on('data', (bytes: Buffer) => hash.update(bytes))
  await once(body, 'end')
  return `sha256:${hash.digest('hex')}`
}

for (const framing of ['length', 'chunks'] as const) {
  test(`a forwarded body framed by ${framing} waits for a reader that stops, and is exact, both ways at once`, async (t) => {
    const [upload, download] = [createSource('up'), createSource('down')]
    const fields = framing === 'length' ? { 'content-length': SIZE } : {}
    const [arrived, received] = [deferred<http.IncomingMessage>(), deferred<string>()]
    async function* answer() {
      yield* download.read(0, LAST)
      await received.promise
      yield* download.read(LAST)
    }
    const upstream = http.createServer((request, response) => {
      arrived.resolve(request)
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

    const { address, port } = proxy.endpoint
    const path = `http://${REGISTRY}/blob`
    const request = http.request({ host: address, port, method: 'PUT', path, headers: fields, agent: false })
    t.after(() => void request.destroy())
    Readable.from(upload.read(0)).pipe(request)
    const answered: Promise<http.IncomingMessage[]> = once(request, 'response')
    const [response] = await deadline(answered, 'the answer begins while the upload goes on')
    assert.ok(response !== undefined)
    const held = await deadline(Promise.all([upload.stalled(), download.stalled()]), 'both senders are held up')
    assert.ok(
      held.every((bytes) => bytes < MOST_HELD),
      `${held.join(' and ')} bytes were taken`,
    )

    const digest = digestOf(response)
    void digestOf(await arrived.promise).then(received.resolve)
    assert.equal(await deadline(received.promise, 'the upload'), upload.digest)
    assert.equal(await deadline(digest, 'the download'), download.digest)
    await descriptorsFallTo(proxy.pid, idle)
  })
}
