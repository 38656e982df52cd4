import type { Registry } from 'prom-client'
import type { Readiness } from '../proxy/readiness.ts'
import { unauthorized, type Access } from './access.ts'
import { type Answer, jsonAnswer, textAnswer } from './answer.ts'
import { pageFile } from './dashboard.ts'
import type { Throughput } from './history.ts'
import type { Status } from './status.ts'

/** Where the endpoints get what they tell. */
export interface Sources {
  readonly registry: Registry
  readonly readiness: () => Promise<Readiness>
  readonly status: () => Promise<Status>
  readonly history: () => Throughput
}

export type Endpoint = (access: 'full' | 'bare') => Promise<Answer>

/** Answers by path. Without the token it is told only that we live, and whether we are ready. */
export function createEndpoints({ registry, readiness, status, history }: Sources): ReadonlyMap<string, Endpoint> {
  const guarded =
    (answer: () => Promise<Answer>): Endpoint =>
    (access) =>
      access === 'full' ? answer() : Promise.resolve(unauthorized())
  return new Map<string, Endpoint>([
    ['/healthz', () => Promise.resolve(textAnswer(200, 'ok'))],
    [
      '/readyz',
      async (access) => {
        const { ready, missing, checks } = await readiness()
        const code = ready ? 200 : 503
        if (access === 'bare') return textAnswer(code, ready ? 'ready' : 'not ready')
        return jsonAnswer(code, { ready, missing, checks })
      },
    ],
    ['/metrics', guarded(async () => ({ status: 200, type: registry.contentType, body: await registry.metrics() }))],
    ['/status', guarded(async () => jsonAnswer(200, await status()))],
    ['/history', guarded(() => Promise.resolve(jsonAnswer(200, history())))],
  ])
}

/** The answer to a request for `path`. The page's files hold no data, and are for all: a browser opens them without a token. */
export async function answerTo(
  endpoints: ReadonlyMap<string, Endpoint>,
  path: string,
  access: Access,
): Promise<Answer> {
  if (typeof access === 'object') return access
  const endpoint = endpoints.get(path)
  if (endpoint !== undefined) return endpoint(access)
  return (await pageFile(path)) ?? textAnswer(404, `there is only ${['/', ...endpoints.keys()].join(', ')}`)
}
