import { hostPort } from '../host-port.ts'
import type { Accounts, ConnectionRecord } from './account.ts'
import type { Admission, Ticket } from './admission.ts'
import type { Client, Peer } from './client.ts'
import type { Dialled, Dialler } from './dial.ts'
import type { Connected, LocalEnd, Offer, Relay, Upstream } from './engine/engine.ts'
import type { Forwarder } from './forward/forwarder.ts'
import { sayGoodbye } from './goodbye.ts'
import type { Guard } from './guard.ts'
import type { Entrance } from './listener.ts'
import { LOOP_ROUND, type OwnSocket, type OwnSockets } from './own-sockets.ts'
import { type Kind, type Opening, openingIn, peek, type Source } from './peek/peek.ts'
import { asRefusal, type Language, Refusal } from './reject.ts'
import type { Resolver } from './resolve/resolver.ts'
import { normaliseHost } from './route/hostname.ts'
import type { Router } from './route/router.ts'

/** Everything a connection passes through: made from one configuration, swapped whole. */
export interface Stages {
  readonly admission: Admission
  readonly peekMs: number
  readonly router: Router
  readonly resolver: Resolver
  readonly guard: Guard
  readonly dialler: Dialler<Upstream>
  readonly idleMs: number
  readonly forwarder: Forwarder
  readonly accounts: Accounts
  /** A client that is one of these is a loop. */
  readonly ownSockets: OwnSockets
}

const LANGUAGES: Readonly<Record<Kind, Language>> = { tls: 'tls', http: 'http', connect: 'http', forward: 'http' }
const TUNNEL_OPEN = 'HTTP/1.1 200 Connection established\r\n\r\n'

let lastId = 0

/** A relay, and its socket towards the upstream. */
interface Relaying {
  readonly relay: Relay
  readonly own: OwnSocket | undefined
}

/** Takes one connection from accept to its relay, whose end is accounted for by itself, or to its log line. Never rejects. */
export async function handleConnection(client: Client, entrance: Entrance, stages: Stages): Promise<void> {
  const { accounts, admission } = stages
  const { peer } = client
  // Reset before it was accepted: it has no address any more, by which to admit it or to tell of it.
  if (peer === undefined) return client.close()
  const record = accounts.open(String(++lastId), entrance.name, peer, () => client.reset())
  let ticket: Ticket | undefined
  let relaying: Relaying | undefined
  try {
    if (client.turnedAway) throw new Refusal('out-of-descriptors', 'there was none to take the connection with')
    ticket = admission.enter()
    const onProxyHeader = introduce(entrance, peer, ticket, record)
    relaying = await open(client, peer, onProxyHeader, ticket, record, stages)
    if (relaying !== undefined) accountForEnd(relaying, record, ticket, stages)
  } catch (error) {
    const refusal = asRefusal(error)
    if (record.opening !== undefined) refusal.language = LANGUAGES[record.opening.kind]
    accounts.refused(record, refusal)
    await sayGoodbye(client, refusal)
  } finally {
    if (relaying === undefined) ticket?.release()
  }
}

/** By itself, for what led to a relay must not be kept as long as the relay: there may be thousands. */
function accountForEnd(
  { relay, own }: Relaying,
  record: ConnectionRecord,
  ticket: Ticket,
  { accounts, ownSockets }: Stages,
): void {
  relay.onEnd((end) => {
    ownSockets.delete(own)
    accounts.ended(record, end)
    ticket.release()
  })
}

/** From a client's first bytes to a relay and its socket towards the upstream; undefined where it does not come to one. */
async function open(
  client: Client,
  peer: Peer,
  onProxyHeader: ((source: Source | undefined) => void) | undefined,
  ticket: Ticket,
  record: ConnectionRecord,
  stages: Stages,
): Promise<Relaying | undefined> {
  const { accounts, forwarder, idleMs, ownSockets } = stages
  const opening =
    (onProxyHeader === undefined ? openingIn(client.first) : undefined) ??
    (await peek(await client.socket(), { limitMs: stages.peekMs, onProxyHeader }))
  ticket.peeked()
  if (opening === undefined) {
    client.close()
    accounts.dismiss(record)
    return undefined
  }
  // Not the opening itself: its bytes would stay as long as the connection.
  record.opening = { kind: opening.kind, alpn: opening.alpn, version: opening.version, ech: opening.ech }
  record.round = ownSockets.roundOf(peer, opening.head)
  if (record.round >= LOOP_ROUND) throw new Refusal('loop', 'the connection comes from this proxy itself')
  if (opening.kind === 'forward') {
    accounts.dismiss(record)
    await forwarder.serve(client, opening.head, record)
    return undefined
  }
  const offer = new Coupling(client, opening, record.round, idleMs, ownSockets)
  const dialled = await reach(opening.host, opening.port, record, stages, stages.dialler, client, offer)
  if (dialled === undefined) {
    ownSockets.delete(offer.own)
    client.close()
    accounts.lost(record)
    return undefined
  }
  const relay = dialled.upstream.relay(offer)
  record.counters = relay
  record.holder = relay
  return { relay, own: offer.own }
}

/** What is offered to the dials of a client. A class, for a closure would keep the opening as long as what else it shares its scope with. */
class Coupling implements Offer {
  readonly client: Client
  readonly head: Buffer
  readonly idleMs: number
  readonly greeting: string | undefined
  own: OwnSocket | undefined
  readonly #round: number
  readonly #ownSockets: OwnSockets

  constructor(client: Client, { kind, head }: Opening, round: number, idleMs: number, ownSockets: OwnSockets) {
    this.client = client
    this.head = head
    this.idleMs = idleMs
    this.greeting = kind === 'connect' ? TUNNEL_OPEN : undefined
    this.#round = round
    this.#ownSockets = ownSockets
  }

  onCoupling(upstream: LocalEnd): void {
    this.own = this.#ownSockets.add(upstream, this.head, this.#round)
  }
}

/** Route, resolve, guard, dial: from a name as the client wrote it to a connected upstream; undefined when the client left meanwhile. */
export async function reach<U extends Connected>(
  rawHost: string | undefined,
  port: number,
  record: ConnectionRecord,
  { router, resolver, guard }: Pick<Stages, 'router' | 'resolver' | 'guard'>,
  dialler: Dialler<U>,
  client: Client,
  offer?: Offer,
): Promise<Dialled<U> | undefined> {
  if (rawHost === undefined) throw new Refusal('no-name', 'the client named no host')
  const name = normaliseHost(rawHost)
  if (!name.ok) throw new Refusal('bad-name', name.why)
  record.host = name.host
  const routed = router.route(name.host, port)
  if (!routed.ok) throw new Refusal(routed.reason, routed.why)
  record.route = routed.route

  const started = performance.now()
  const answer = resolver.resolve(routed.route)
  const resolution = answer instanceof Promise ? await whileThere(client, answer) : answer
  const resolved = performance.now()
  record.resolveMs = resolved - started
  if (resolution === undefined || client.lost) return undefined
  record.stale = resolution.stale
  const admitted = guard.admit(name.host, resolution.candidates)

  const dial = dialler.dial(name.host, admitted, offer)
  // Named: V8 puts a function that is assigned to a property as it is written into old space, and what it refers to stays as long.
  const giveUp = (): void => dial.cancel()
  client.onLost = giveUp
  try {
    const dialled = await dial.result
    record.connectMs = performance.now() - resolved
    if (dialled !== undefined) record.upstream = hostPort(dialled.target.address, dialled.target.port)
    return dialled
  } finally {
    client.onLost = undefined
  }
}

/** A resolver may take long, and nobody waits for it once the client has left: then undefined. */
async function whileThere<T>(client: Client, answer: Promise<T>): Promise<T | undefined> {
  const left = new Promise<undefined>((resolve) => {
    const leave = (): void => resolve(undefined)
    client.onLost = leave
  })
  try {
    return await Promise.race([answer, left])
  } finally {
    client.onLost = undefined
  }
}

/** Counts the client in by its own address, or by the one a trusted load balancer will announce: then returns who hears that. */
function introduce(
  { proxies }: Entrance,
  peer: Peer,
  ticket: Ticket,
  record: ConnectionRecord,
): ((source: Source | undefined) => void) | undefined {
  if (proxies === undefined) {
    ticket.identify(peer.address)
    return undefined
  }
  if (!proxies.has(peer.address))
    throw new Refusal('untrusted-proxy-source', `${peer.address} is not in \`trusted\` of this listener`)
  return (source) => {
    const { address, port } = source ?? peer
    record.client = address
    record.clientPort = port
    // A header without a source (LOCAL) is the load balancer's own health check.
    if (source !== undefined) ticket.identify(source.address)
  }
}
