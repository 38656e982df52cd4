import { deadline } from '../deadline.ts'
import type { Scope } from '../scope.ts'
import type { Endpoint } from '../upstream.ts'
import { helloFor } from './hellos.ts'
import { endingOf } from '../ending.ts'
import { dial } from './wire.ts'
import type { Ending } from '../ending.ts'

/** What a client that sends `bytes` gets until the other side ends, and after how long (ms). It then closes too. */
export async function ask(
  t: Scope,
  endpoint: Endpoint,
  bytes: Buffer | string = helloFor(),
  from?: string,
): Promise<Ending & { readonly ms: number }> {
  const client = await dial(t, endpoint, from)
  const started = performance.now()
  client.write(bytes)
  const ending = await deadline(endingOf(client), 'the client is answered')
  client.end()
  return { ...ending, ms: performance.now() - started }
}
