import { createScope } from '../scope.ts'
import { listenTcp } from '../upstream.ts'
import type { Endpoint } from '../upstream.ts'

/** A port of `address` at which nothing listens any more. */
export async function closedPort(address = '127.0.0.1'): Promise<Endpoint> {
  const scope = createScope()
  const { port } = await listenTcp(scope, () => {}, address)
  await scope.close()
  return { address, port }
}
