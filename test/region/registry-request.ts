import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Store } from './store.ts'

/** One request to one repository, after its token was found good. */
export interface RegistryRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly store: Store
  readonly repository: string
  /** A digest or tag, or the id of an upload; '' for a new upload. */
  readonly reference: string
  readonly url: URL
  readonly locate: (digest: string) => string
}

/** An error of the distribution API. */
export function respondError(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify({ errors: [{ code, message, detail: null }] }))
}
