import { execFile, type ExecFileException } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { codeOf } from '../../errors.ts'

/** A user's name and password. Neither is ever printed but the name. */
export interface Credentials {
  readonly user: string
  readonly password: string
  /** Where they come from. */
  readonly source: string
}

/** How long a credential helper may take (ms): it may ask a person. */
const HELPER_MS = 30_000

const Entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
})
const DockerConfig = z.object({
  auths: z.record(z.string(), Entry).default({}),
  credHelpers: z.record(z.string(), z.string()).default({}),
  credsStore: z.string().optional(),
})
const HelperAnswer = z.object({ Username: z.string(), Secret: z.string() })

/** Docker's own credential file. */
export function dockerConfigFile(env: Readonly<Record<string, string | undefined>>): string {
  return join(env['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'config.json')
}

/** What docker would log in to `host` with; undefined where it knows nothing. Rejects, without a secret, where a helper fails. */
export async function dockerCredentials(
  path: string,
  host: string,
  signal: AbortSignal,
): Promise<Credentials | undefined> {
  const { auths, credHelpers, credsStore } = read(path)
  const helper = credHelpers[host] ?? credsStore
  const [key, entry] = Object.entries(auths).find(([key]) => hostOf(key) === host) ?? []
  if (helper !== undefined && helper !== '') {
    const stored = await askHelper(helper, key ?? host, signal)
    if (stored !== undefined) return stored
  }
  const [, user = entry?.username, password = entry?.password] =
    /^([^:]*):(.*)$/s.exec(
      Buffer.from(entry?.auth ?? '', 'base64')
        .toString()
        .replace(/\0+$/, ''),
    ) ?? []
  if (!user || !password) return undefined
  return { user, password, source: path }
}

function read(path: string): z.infer<typeof DockerConfig> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return DockerConfig.parse({})
    throw new Error(`${path} cannot be read: ${codeOf(error)}`, { cause: error })
  }
  try {
    return DockerConfig.parse(JSON.parse(text))
  } catch {
    // Without what the parser says: it may quote a secret.
    throw new Error(`${path} is not a configuration of docker`)
  }
}

/** Keys are hosts, or URLs as of old. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
}

/** By the protocol of docker-credential-helpers: the server on standard input, JSON on standard output. */
function askHelper(helper: string, server: string, signal: AbortSignal): Promise<Credentials | undefined> {
  const program = `docker-credential-${helper}`
  if (!/^[\w.-]+$/.test(helper)) return Promise.reject(new Error(`"${helper}" is no name of a credential helper`))
  return new Promise((resolve, reject) => {
    const child = execFile(program, ['get'], { signal, timeout: HELPER_MS }, (error, stdout) => {
      if (/credentials not found/i.test(stdout)) return resolve(undefined)
      if (error !== null) return reject(new Error(`${program} fails: ${howEnded(error)}`))
      const answer = parse(stdout)
      if (answer === undefined) return reject(new Error(`${program} answers with something that is not JSON`))
      resolve({ user: answer.Username, password: answer.Secret, source: program })
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(server)
  })
}

/** Not its message: it may hold what the program said. */
function howEnded({ code, signal }: ExecFileException): string {
  return typeof code === 'number' ? `exit code ${code}` : (signal ?? code ?? 'it cannot be run')
}

function parse(text: string): z.infer<typeof HelperAnswer> | undefined {
  try {
    return HelperAnswer.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
