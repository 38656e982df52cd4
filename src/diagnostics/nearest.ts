import leven from 'leven'
import type { Config } from '../config/schema.ts'
import { clientNames, namesFor } from './client-names.ts'

const MOST = 3

/** Admitted names that `host` may have been meant to be, the nearest first; at most a third of its letters differ. */
export function nearestNames(host: string, config: Config): readonly string[] {
  const maxDistance = Math.floor(host.length / 3)
  return clientNames(config, namesFor(config.resolver.kind))
    .exact.map((name) => ({ name: name.host, distance: leven(host, name.host, { maxDistance: maxDistance + 1 }) }))
    .filter(({ distance }) => distance <= maxDistance)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST)
    .map(({ name }) => name)
}
