import { output } from './peers/program.ts'

/** Each connection takes two descriptors of a proxy, and HAProxy's pipes half of one more; this is enough for the most of a plan. */
const WANTED = 65_536
/** What programs need besides connections. */
const SPARE = 256

/** The limit of open descriptors that programs are started with: root may raise it, others have what they have. */
export async function descriptorLimit(): Promise<number> {
  const raised = Number(await output(['sh', '-c', `ulimit -n ${WANTED} 2>/dev/null && ulimit -n`]))
  return raised > 0 ? raised : Number(await output(['sh', '-c', 'ulimit -Hn']))
}

/** How many connections a proxy can carry with so many descriptors. */
export function connectionsWithin(descriptors: number): number {
  return Math.floor((descriptors - SPARE) / 3)
}
