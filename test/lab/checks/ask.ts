import type { Lab } from '../build.ts'
import { trustOf } from '../docker.ts'
import { attempt } from '../run.ts'

/** What curl got: the status, 0 for none; the answer with its head; and curl's own complaint. */
export interface Answer {
  readonly status: number
  readonly text: string
  readonly error: string
}

/** One request by curl on the client, whose hosts file points the names at the proxy. */
export async function ask({ site }: Lab, url: string, args: readonly string[] = []): Promise<Answer> {
  const command = ['curl', '--silent', '--show-error', '--include', '--max-time', '30', ...args, url]
  const { stdout, stderr } = await attempt(site.client, command, { env: trustOf(site) })
  return { status: Number(/^HTTP\/\S+ (\d+)/.exec(stdout)?.[1] ?? 0), text: stdout, error: stderr.trim() }
}
