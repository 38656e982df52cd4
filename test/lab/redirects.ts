import { request as send } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Handler } from '../region/serve.ts'
import type { Instance } from './instances.ts'
import { signedUrl } from './signed-url.ts'

/** Repositories below this are held to ACR's traffic limit, for checks that need a transfer to last. The others would take minutes. */
export const SLOW_NAMESPACE = 'slow/'

const BLOB = /^\/v2\/(?<repository>.+)\/blobs\/(?<digest>sha256:[0-9a-f]{64})$/

/**
 * Answers for blobs in front of docker-registry, whose filesystem driver serves them itself and knows no redirect: a GET that
 * docker-registry would grant is sent to the bucket, as ACR does.
 */
export function redirects({ port, scheme, bucket }: Instance, secret: string): Handler {
  return async (request, response) => {
    const { repository, digest } = BLOB.exec(request.url ?? '')?.groups ?? {}
    if (repository === undefined || digest === undefined) return void response.writeHead(404).end()
    const { statusCode = 502, headers } = await head(port, request)
    if (request.method === 'GET' && statusCode === 200) {
      const limited = repository.startsWith(SLOW_NAMESPACE)
      const location = signedUrl({ scheme, host: bucket, secret }, { digest, limited, now: Date.now() })
      return void response.writeHead(307, { location, 'content-length': 0 }).end()
    }
    const { 'content-length': length, ...others } = headers
    response.writeHead(statusCode, request.method === 'HEAD' ? { ...others, 'content-length': length } : others).end()
  }
}

/** What docker-registry says of a request, without the body. */
function head(port: number, { url, headers: given }: IncomingMessage): Promise<IncomingMessage> {
  // A pull that goes on asks for a range: that is the bucket's business, and docker-registry would answer 206.
  const { range: _range, ...headers } = given
  return new Promise((resolve, reject) => {
    const asked = send({ host: '127.0.0.1', port, method: 'HEAD', path: url, headers }, (answer) => {
      answer.resume()
      resolve(answer)
    })
    asked.on('error', reject).end()
  })
}
