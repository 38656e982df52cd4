import { codeOf, UserError } from '../errors.ts'
import type { Bound, Inherit, Place } from '../listening.ts'
import type { Engine } from './engine/engine.ts'
import { type Listener, listen, listenOn, type ListenSpec, type OnClient } from './listener.ts'

/** The listeners that a configuration asks for, and those that it does without. */
export interface Listeners {
  readonly listeners: readonly Listener[]
  readonly removed: readonly Listener[]
}

/**
 * Goes from the listeners there are to those of `specs`: the same place is kept as it is, a new one taken from what was inherited, or
 * opened. Closes nothing that was open before. Rejects with a UserError; then nothing that it opened is left.
 */
export async function changeListeners(
  current: readonly Listener[],
  specs: readonly ListenSpec[],
  inherit: Inherit,
  engine: Pick<Engine, 'accept'>,
  onClient: OnClient,
): Promise<Listeners> {
  const removed = [...current]
  // Whoever leaves the port open takes what the others have left.
  const plans = specs
    .toSorted((a, b) => Number(a.port === 0) - Number(b.port === 0))
    .map((spec) => {
      const kept = take(removed, spec)
      return { spec, kept, inherited: kept === undefined ? inherit(spec) : undefined }
    })
  const found = new Map<ListenSpec, Listener>()
  try {
    for (const { spec, kept, inherited } of plans)
      if (kept === undefined && inherited === undefined)
        found.set(spec, await listen(spec, engine, onClient).catch(orOurs(current, spec)))
  } catch (error) {
    await Promise.all(Array.from(found.values(), (listener) => listener.close()))
    throw error
  }
  // From here on nothing fails: others may accept at what is inherited, and must not lose a connection to us.
  for (const { spec, kept, inherited } of plans) {
    kept?.configure(spec)
    if (kept !== undefined) found.set(spec, kept)
    if (inherited !== undefined) found.set(spec, listenOn(inherited, spec, engine, onClient))
  }
  return { listeners: specs.flatMap((spec) => found.get(spec) ?? []), removed }
}

/** Takes the listener that stands at a place out of the list. */
function take(listeners: Listener[], wanted: Place): Listener | undefined {
  const found = listeners.findIndex(({ place, bound }) => isAt(wanted, place, bound))
  return found < 0 ? undefined : listeners.splice(found, 1)[0]
}

function isAt(wanted: Place, place: Place, bound: Bound): boolean {
  if (wanted.port === place.port) return wanted.host === place.host
  // A port that the system has chosen may be named afterwards.
  return wanted.port === bound.port && wanted.host === place.host
}

/** The system does not let a listener on all addresses and one on a single address have the same port. */
function orOurs(current: readonly Listener[], { port }: Place): (error: unknown) => never {
  return (error) => {
    const ours = current.find(({ bound }) => bound.port === port)
    if (ours === undefined || !(error instanceof UserError) || codeOf(error.cause) !== 'EADDRINUSE') throw error
    const hint = `it is our own, of ${ours.name}, which stays open until all that is new is: go by way of another port, or restart`
    throw new UserError(error.message, { hint, cause: error })
  }
}
