import { respondBlob } from './blobs.ts'
import { respondManifest } from './manifests.ts'
import { respondError } from './registry-request.ts'
import type { RegistryRequest } from './registry-request.ts'
import type { Handler } from './serve.ts'
import type { Store } from './store.ts'
import type { Access, Tokens } from './tokens.ts'
import { respondUpload } from './uploads.ts'

export interface RegistryOptions {
  /** Where tokens come from. */
  readonly realm: string
  /** What tokens must be meant for. */
  readonly service: string
  readonly tokens: Tokens
  readonly store: Store
  /** Where a blob of this digest is fetched from: the target of the 307. */
  readonly locate: (digest: string) => string
}

type Resource = 'manifests' | 'blobs' | 'blobs/uploads'

const PATHS =
  /^\/v2\/(?<repository>[a-z0-9]+(?:[._/-][a-z0-9]+)*)\/(?<resource>manifests|blobs\/uploads|blobs)\/(?<reference>[^/]*)$/

const RESPOND: Record<Resource, (asked: RegistryRequest) => Promise<void> | void> = {
  manifests: respondManifest,
  blobs: respondBlob,
  'blobs/uploads': respondUpload,
}

/** A registry: the part of the distribution API that login, push and pull need, behind Bearer tokens. */
export function registryHandler({ realm, service, tokens, store, locate }: RegistryOptions): Handler {
  return async (request, response) => {
    response.setHeader('docker-distribution-api-version', 'registry/2.0')
    const url = new URL(request.url ?? '/', `https://${request.headers.host ?? 'registry.invalid'}`)
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    const access = token === undefined ? undefined : await tokens.check(token, service)
    const challenge = (scope: string) => {
      response.setHeader('www-authenticate', `Bearer realm="${realm}",service="${service}"${scope}`)
      respondError(response, 401, 'UNAUTHORIZED', 'authentication required')
    }
    if (url.pathname === '/v2/') {
      if (access === undefined) return challenge('')
      return void response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    }
    const { repository, resource, reference } = PATHS.exec(url.pathname)?.groups ?? {}
    if (repository === undefined || reference === undefined || !isResource(resource)) {
      return respondError(response, 404, 'NAME_UNKNOWN', 'no such resource')
    }
    const action = request.method === 'GET' || request.method === 'HEAD' ? 'pull' : 'push'
    if (!permits(access, repository, action)) {
      return challenge(`,scope="repository:${repository}:${action === 'push' ? 'pull,push' : 'pull'}"`)
    }
    await RESPOND[resource]({ request, response, store, repository, reference, url, locate })
  }
}

function isResource(text: string | undefined): text is Resource {
  return text !== undefined && Object.hasOwn(RESPOND, text)
}

function permits(access: readonly Access[] | undefined, repository: string, action: string): boolean {
  return (
    access?.some(
      ({ type, name, actions }) => type === 'repository' && name === repository && actions.includes(action),
    ) ?? false
  )
}
