import { type Found, ok } from './check.ts'
import type { Examination } from './examination.ts'
import { alertIn, failureOf } from './failure.ts'
import { ProxyRefusal } from './proxy-refusal.ts'
import { describeSecured, secure } from './secure.ts'
import type { Subject } from './subjects.ts'
import { openTunnel } from './tunnel.ts'
import { dialTo, type Way } from './way.ts'

/** Shakes hands with each name; resolves with the names that proved who they are. */
export async function checkTls(exam: Examination, way: Way, subjects: readonly Subject[]): Promise<readonly Subject[]> {
  const steps = subjects.map((subject) => ({
    about: { group: 'tls', subject: subject.host, region: subject.region } as const,
    run: () => shakeHands(way, subject, exam.signal),
  }))
  return (await exam.all(steps)).flatMap((subject) => subject ?? [])
}

async function shakeHands(way: Way, subject: Subject, signal: AbortSignal): Promise<Found<Subject>> {
  const { host } = subject
  try {
    const secured = await secure(await way.open(host, 443, signal), host, signal)
    const seen = describeSecured(secured)
    secured.destroy()
    return ok(seen, subject)
  } catch (error) {
    signal.throwIfAborted()
    const told = alertIn(error) === undefined ? undefined : await reasonOf(way, host, signal)
    return failureOf(told ?? error, way.kind)
  }
}

/** An alert is a number: asked for the same by CONNECT, acr-proxy says why in words. */
async function reasonOf(way: Way, host: string, signal: AbortSignal): Promise<ProxyRefusal | undefined> {
  if (way.kind === 'direct') return undefined
  try {
    const socket = await dialTo(way.dialler, host, await way.locate(host, 443), signal)
    ;(await openTunnel(socket, host, 443, signal)).destroy()
    return undefined
  } catch (error) {
    return error instanceof ProxyRefusal ? error : undefined
  }
}
