import net from 'node:net'
import type { Attempt } from '../race.ts'
import type { Target } from './engine.ts'
import { timedOut } from './system-error.ts'

/** An attempt to connect to a literal address within `limitMs`. */
export function connectSocket(target: Target, limitMs: number): Attempt<net.Socket> {
  return connectReading(target, limitMs, undefined)
}

/** The same for a socket whose reads land where `onread` says; it comes paused. */
export function connectReading(
  target: Target,
  limitMs: number,
  onread: net.OnReadOpts | undefined,
): Attempt<net.Socket> {
  return (done) => {
    const socket = open(target, onread)
    const limit = setTimeout(() => fail(timedOut()), limitMs)
    const giveUp = (): void => {
      clearTimeout(limit)
      socket.removeListener('connect', connected)
      socket.removeListener('error', fail)
      // What a destroyed socket was doing may still fail.
      socket.on('error', () => {})
      socket.destroy()
    }
    const fail = (error: Error): void => {
      giveUp()
      done({ ok: false, error })
    }
    const connected = (): void => {
      clearTimeout(limit)
      socket.removeListener('error', fail)
      done({ ok: true, value: socket })
    }
    socket.once('connect', connected)
    socket.once('error', fail)
    return giveUp
  }
}

function open({ address, port, source }: Target, onread: net.OnReadOpts | undefined): net.Socket {
  const socket = net.connect({
    host: address,
    port,
    allowHalfOpen: true,
    noDelay: true,
    // The address is a literal and the race is ours: Node's own gives a slow connect up after 250 ms (node#54359).
    autoSelectFamily: false,
    ...(source === undefined ? {} : { localAddress: source }),
    ...(onread === undefined ? {} : { onread }),
  })
  // An inlet loses what comes before it is opened; a plain socket keeps it.
  return onread === undefined ? socket : socket.pause()
}
