/** The parts of the cloud that are ours: the token service, and the redirects to the buckets. Run by the lab inside its cloud. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { authHandler } from '../region/auth.ts'
import type { Handler } from '../region/serve.ts'
import { AUTH_PORT, INSTANCES } from './instances.ts'
import { redirects } from './redirects.ts'
import { createIssuer } from './tokens.ts'
import type { Identity } from './tokens.ts'

/** What the lab hands over, as a JSON file. */
export interface BackendOptions {
  readonly user: { readonly name: string; readonly password: string }
  readonly identity: Identity
  /** What URLs of blobs are signed with. */
  readonly secret: string
}

const { user, identity, secret }: BackendOptions = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8'))
const users = new Map([[user.name, user.password]])
await serve(AUTH_PORT, authHandler({ tokens: await createIssuer(identity), users }))
for (const instance of INSTANCES) await serve(instance.blobsPort, redirects(instance, secret))
process.stdout.write('ready\n')

async function serve(port: number, handler: Handler): Promise<void> {
  const server = createServer((request, response) => {
    void Promise.resolve(handler(request, response)).catch((error: unknown) => {
      process.stdout.write(`${String(error)}\n`)
      response.destroy()
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}
