import http from 'node:http'
import type { Socket } from 'node:net'
import { codeOf } from '../../errors.ts'
import type { Accounts, ConnectionRecord } from '../account.ts'
import type { Client } from '../client.ts'
import type { Dialled } from '../dial.ts'
import { reset } from '../reset.ts'
import { sayGoodbye } from '../goodbye.ts'
import type { OwnSockets } from '../own-sockets.ts'
import { MAX_HEAD } from '../peek/http-head.ts'
import { asRefusal, Refusal } from '../reject.ts'
import { answer, exchange } from './exchange.ts'
import { foreignCoding, target } from './head.ts'

/** From a name to a connected upstream: the stages that every other connection passes too. */
export type Reach = (
  host: string | undefined,
  port: number,
  record: ConnectionRecord,
  client: Client,
) => Promise<Dialled<Socket> | undefined>

/** Serves connections whose requests are in absolute form, as clients send them to an HTTP_PROXY. */
export interface Forwarder {
  /** Takes a connection over, with the bytes already read from it; resolves when it is closed. */
  serve(client: Client, head: Buffer, record: ConnectionRecord): Promise<void>
  /** Ends idle connections now, and the others after the answers under way. */
  drain(): void
}

/** Requests that one connection may have sent ahead of the answers. */
const MAX_UNDER_WAY = 32

/** A kept-alive connection, and how many requests it has made and are under way. */
interface Frame {
  readonly client: Client
  readonly record: ConnectionRecord
  made: number
  underWay: number
  /** Settles when the last of them has been served. */
  last: Promise<void>
}

/**
 * One kept-alive connection may ask for several hosts: each request is routed, dialled and accounted by itself, as the configuration
 * of that moment has it.
 */
export function createForwarder(
  reach: Reach,
  accounts: Accounts,
  idleMs: () => number,
  ownSockets: Pick<OwnSockets, 'add' | 'delete'>,
): Forwarder {
  const frames = new Map<Socket, Frame>()
  let draining = false
  // It never listens: connections are handed to it, for the sake of its strict parser, keep-alive and 100-continue.
  const server = http.createServer({ maxHeaderSize: MAX_HEAD, requestTimeout: 0 })
  // A client that closes its side after its last request still gets the answers; node:http would close the other side too.
  Object.assign(server, { httpAllowHalfOpen: true })

  const open = (frame: Frame, socket: Socket): ConnectionRecord => {
    const { id, listener, client, clientPort } = frame.record
    const record = accounts.open(`${id}.${++frame.made}`, listener, { address: client, port: clientPort }, () =>
      reset(socket),
    )
    record.opening = { kind: 'forward', alpn: [], version: undefined, ech: false }
    return record
  }
  const serve = async (request: http.IncomingMessage, response: http.ServerResponse, frame: Frame): Promise<void> => {
    const { socket } = request
    if (socket.destroyed) return
    const record = open(frame, socket)
    try {
      if (draining) throw new Refusal('draining', 'the proxy is stopping')
      const asked = target(request)
      const coding = foreignCoding(request)
      if (coding !== undefined)
        throw new Refusal('malformed-request', `the transfer coding ${coding} is not understood`)
      const dialled = await reach(asked.host, asked.port, record, frame.client)
      if (dialled === undefined) return accounts.lost(record)
      const { upstream } = dialled
      const start = Buffer.from(`${request.method} ${asked.path} HTTP/1.1\r\n`)
      const own = ownSockets.add(upstream, start, frame.record.round)
      try {
        accounts.ended(record, await exchange(request, response, asked, upstream, record, idleMs()))
      } finally {
        ownSockets.delete(own)
      }
    } catch (error) {
      const refusal = asRefusal(error)
      accounts.refused(record, refusal)
      answer(request, response, refusal)
    }
  }
  /** Answers leave in order, so requests are served in turn: one connection must not hold many upstreams. */
  const take = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const { socket } = request
    const frame = frames.get(socket)
    if (frame === undefined || socket.destroyed) return void socket.destroy()
    if (frame.underWay === MAX_UNDER_WAY) {
      const why = `${MAX_UNDER_WAY} requests of one connection wait already`
      accounts.refused(open(frame, socket), new Refusal('too-many-from-client', why))
      return reset(socket)
    }
    frame.underWay += 1
    frame.last = draining ? serve(request, response, frame) : frame.last.then(() => serve(request, response, frame))
    await frame.last
    frame.underWay -= 1
    if (draining && frame.underWay === 0) socket.end()
  }
  const refuse = (socket: Socket, refusal: Refusal): void => {
    const frame = frames.get(socket)
    if (frame === undefined || socket.destroyed) return void socket.destroy()
    accounts.refused(open(frame, socket), refusal)
    void sayGoodbye(frame.client, refusal)
  }
  server.on('request', (request, response) => void take(request, response))
  server.on('checkContinue', (request, response) => void take(request, response))
  server.on('connect', (request) =>
    refuse(
      request.socket,
      new Refusal('malformed-request', 'CONNECT must be the first request of a connection', 'http'),
    ),
  )
  server.on('clientError', (error, socket) => {
    // The server hands back what `serve` gave it; node:http types it as any duplex stream.
    const client = [...frames.keys()].find((known) => known === socket)
    const code = codeOf(error)
    if (client === undefined || !code.startsWith('HPE_')) return void socket.destroy()
    refuse(
      client,
      new Refusal(code === 'HPE_HEADER_OVERFLOW' ? 'request-too-large' : 'malformed-request', code, 'http'),
    )
  })

  return {
    async serve(client, head, record) {
      const socket = await client.socket()
      if (socket.closed) return
      await new Promise<void>((resolve) => {
        frames.set(socket, { client, record, made: 0, underWay: 0, last: Promise.resolve() })
        socket.once('close', () => {
          frames.delete(socket)
          resolve()
        })
        socket.unshift(head)
        server.timeout = idleMs()
        server.keepAliveTimeout = server.timeout
        server.emit('connection', socket)
        // Node announces a resume late. One that has been undone by then would leave node:http reading, with no pause to come.
        socket.on('resume', () => {
          if (socket.isPaused()) socket.emit('pause')
        })
        socket.resume()
      })
    },
    drain() {
      draining = true
      for (const [socket, { underWay }] of frames) if (underWay === 0) socket.end()
    },
  }
}
