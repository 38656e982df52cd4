import type { Results } from '../results.ts'

/** Where it was measured. */
export function machineLine({ machine, takenAt }: Results): string {
  const { cpu, cpus, memory, kernel, system } = machine
  return `${takenAt.slice(0, 10)}, ${cpu}, ${cpus} processors, ${memory}, Linux ${kernel}, ${system}`
}

/** What was measured. */
export function versionsLine({ proxies }: Results): string {
  return proxies
    .filter(({ name }) => name !== 'raw')
    .map(({ name, version }) => `${name} ${version}`)
    .join(', ')
}

/** How it was measured. */
export function roundsLine({ rounds, quick, machine }: Results): string {
  const how = rounds === 1 ? 'one round' : `medians of ${rounds} interleaved rounds`
  return `${how}; ${machine.layout}${quick ? '; QUICK: these figures say nothing' : ''}`
}
