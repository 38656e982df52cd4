import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import type { Socket } from 'node:net'
import { endingOf } from '../ending.ts'
import { helloFor } from '../e2e/hellos.ts'
import { dial } from '../e2e/wire.ts'
import { createScope } from '../scope.ts'
import { listenTcp } from '../upstream.ts'

/**
 * A registry and its clients, to be run in the network of a machine and told by lines what to do: `transfer` begins one, which goes on
 * until `finish`. What happens is told as JSON lines.
 */
const PROXY = { address: '127.0.0.1', port: 443 }
const PART = Buffer.alloc(64 * 1024, 'layer')
const EVERY_MS = 10

const scope = createScope()
/** What the registry still sends, with the digest of all of it. */
const sending = new Map<Socket, { readonly hash: ReturnType<typeof createHash>; readonly timer: NodeJS.Timeout }>()

const registry = await listenTcp(scope, (socket) => {
  const hash = createHash('sha256')
  const send = (): void => {
    if (socket.writableLength > 0) return
    hash.update(PART)
    socket.write(PART)
  }
  const timer = setInterval(send, EVERY_MS)
  sending.set(socket, { hash, timer })
  socket.resume().once('close', () => clearInterval(timer))
})
tell({ registry: `${registry.address}:${registry.port}` })

const digests: string[] = []
const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => void (line === 'finish' ? finish() : transfer()))
lines.on('close', () => process.exit())

/** Begins a transfer through the proxy, and tells its end. */
async function transfer(): Promise<void> {
  try {
    const client = await dial(scope, PROXY)
    client.write(helloFor())
    client.once('data', () => tell({ began: true }))
    const { by, bytes } = await endingOf(client)
    client.destroy()
    tell({ ended: by, exact: digests.includes(createHash('sha256').update(bytes).digest('hex')), bytes: bytes.length })
  } catch (error) {
    tell({ ended: String(error), exact: false, bytes: 0 })
  }
}

function finish(): void {
  for (const [socket, { hash, timer }] of sending) {
    clearInterval(timer)
    digests.push(hash.digest('hex'))
    socket.end()
  }
  sending.clear()
}

function tell(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}
