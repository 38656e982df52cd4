import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { z } from 'zod'
import { discard, exchange, expectStatus } from './exchange.ts'
import type { Transfer } from './push.ts'

/** A layer that was fetched and found to be what its digest says. */
export interface PulledLayer {
  readonly digest: string
  readonly size: number
  /** Where the bytes came from: scheme and host of the redirect's target. */
  readonly origin: string
}

export interface PulledImage {
  readonly digest: string
  readonly layers: readonly PulledLayer[]
}

const Manifest = z.object({
  config: z.object({ digest: z.string(), size: z.number() }),
  layers: z.array(z.object({ digest: z.string(), size: z.number() })),
})

/** Pulls the manifest and then config and layers at once, by way of the redirects; throws if a digest or a size is wrong. */
export async function pull(transfer: Transfer, reference: string): Promise<PulledImage> {
  const { reach, host, repository, token } = transfer
  const url = new URL(`https://${host}/v2/${repository}/manifests/${reference}`)
  const response = await exchange(reach, url, { headers: { authorization: `Bearer ${token}` } })
  await expectStatus(response, [200], `GET ${url.href}`)
  const bytes = await buffer(response)
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  if (digest !== response.headers['docker-content-digest']) throw new Error(`the manifest of ${url.href} is ${digest}`)
  const { config, layers } = Manifest.parse(JSON.parse(bytes.toString()))
  const [, ...pulled] = await Promise.all([config, ...layers].map((blob) => pullBlob(transfer, blob)))
  return { digest, layers: pulled }
}

async function pullBlob(transfer: Transfer, { digest, size }: { digest: string; size: number }): Promise<PulledLayer> {
  const { reach, host, repository, token, onBytes } = transfer
  const url = new URL(`https://${host}/v2/${repository}/blobs/${digest}`)
  const redirect = await exchange(reach, url, { headers: { authorization: `Bearer ${token}` } })
  await expectStatus(redirect, [307], `GET ${url.href}`)
  await discard(redirect)
  const target = new URL(redirect.headers.location ?? '')
  // The token is for the registry alone: the signature in the URL is what the bucket goes by.
  const response = await exchange(reach, target)
  await expectStatus(response, [200], `GET ${target.origin}${target.pathname}`)
  const got = await digestOf(response, onBytes)
  if (got.digest !== digest || got.size !== size) {
    throw new Error(`${target.origin}${target.pathname}: ${got.size} bytes of ${got.digest}, not ${size} of ${digest}`)
  }
  return { digest, size, origin: target.origin }
}

async function digestOf(response: IncomingMessage, onBytes: (bytes: number) => void) {
  const hash = createHash('sha256')
  let size = 0
  for await (const bytes of response as AsyncIterable<Buffer>) {
    hash.update(bytes)
    size += bytes.length
    onBytes(bytes.length)
  }
  return { digest: `sha256:${hash.digest('hex')}`, size }
}
