import { PIPES } from './peers/haproxy.ts'
import { output } from './peers/program.ts'

/** Each connection takes two descriptors of a proxy: enough for the most of a plan. */
const WANTED = 65_536
/** Two for each pipe of HAProxy's, and what programs need besides. */
const SPARE = 2 * PIPES + 256

/** The limit of open descriptors that programs are started with: root may often raise it, others have what they have. */
export async function descriptorLimit(): Promise<number> {
  const raised = Number(await output(['sh', '-c', `ulimit -n ${WANTED} 2>/dev/null && ulimit -n`]))
  return raised > 0 ? raised : Number(await output(['sh', '-c', 'ulimit -Hn']))
}

/** How many connections a proxy can carry with so many descriptors. */
export function connectionsWithin(descriptors: number): number {
  return Math.max(1, Math.floor((descriptors - SPARE) / 2))
}
