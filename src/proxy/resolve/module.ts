import { isIP } from 'node:net'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { within } from '../../within.ts'
import { codeOf, UserError } from '../../errors.ts'
import { Refusal } from '../reject.ts'
import type { Query, Resolver } from './resolver.ts'

/** How long a module may think about one name (ms), for it holds a client up. */
const LIMIT_MS = 10_000

const port = z.int().min(1).max(65535)
const address = z.string().refine((text) => isIP(text) !== 0, 'is not an IP address')
const answer = z
  .array(z.union([address, z.strictObject({ address, port: port.optional(), source: address.optional() })]))
  .max(64)

/** What a resolver module exports: `resolve`, which answers with addresses in the order to try them. */
export interface ResolverModule {
  resolve(query: Query): Promise<z.input<typeof answer>> | z.input<typeof answer>
  /** Lets go of what the module holds: a reload has put another in its place. */
  close?(): unknown
}

/** Node keeps a module for its path for ever: a query makes it read it again. */
let loads = 0

/** Loads a user's ES module as a resolver. Rejects with a UserError when it cannot be loaded or exports no `resolve`. */
export async function loadModule(path: string, limitMs = LIMIT_MS): Promise<Resolver> {
  const module = await importModule(path, limitMs)
  return {
    close: () => closeModule(module),
    async resolve(query) {
      const parsed = answer.safeParse(await ask(module, query, limitMs))
      if (!parsed.success)
        throw new Refusal(
          'resolve-failed',
          `the resolver module's answer for ${query.host} is wrong: ${z.prettifyError(parsed.error)}`,
        )
      if (parsed.data.length === 0)
        throw new Refusal('resolve-failed', `the resolver module has no address for ${query.host}`)
      const candidates = parsed.data.map((entry) => {
        const given = typeof entry === 'string' ? { address: entry } : entry
        return {
          address: given.address,
          port: given.port ?? query.port,
          source: given.source,
          origin: 'module' as const,
        }
      })
      return { candidates, stale: false }
    },
  }
}

async function importModule(path: string, limitMs: number): Promise<ResolverModule> {
  const url = pathToFileURL(path)
  if (loads++ > 0) url.search = `load=${loads}`
  let module: unknown
  try {
    module = await within(import(url.href), limitMs, noAnswer(limitMs))
  } catch (error) {
    throw new UserError(
      `resolver.module: cannot load ${path}: ${error instanceof Error ? error.message : String(error)}`,
      {
        hint: 'give the path of an ES module that exports a function `resolve`',
        cause: error,
      },
    )
  }
  if (isResolverModule(module)) return module
  throw new UserError(`resolver.module: ${path} exports no function \`resolve\``, {
    hint: 'see docs/resolvers.md',
  })
}

function isResolverModule(module: unknown): module is ResolverModule {
  return typeof module === 'object' && module !== null && 'resolve' in module && typeof module.resolve === 'function'
}

async function ask(module: ResolverModule, query: Query, limitMs: number): Promise<unknown> {
  try {
    return await within(Promise.resolve(module.resolve(query)), limitMs, noAnswer(limitMs))
  } catch (error) {
    throw new Refusal(
      'resolve-failed',
      `the resolver module failed for ${query.host}: ${codeOf(error)}: ${error instanceof Error ? error.message : ''}`,
    )
  }
}

function noAnswer(limitMs: number): () => never {
  return () => {
    throw Object.assign(new Error(`no answer in ${limitMs} ms`), { code: 'ETIMEDOUT' })
  }
}

/** What goes wrong in a module that is done with is its own affair. */
function closeModule(module: ResolverModule): void {
  Promise.resolve()
    .then(() => module.close?.())
    .catch(() => {})
}
