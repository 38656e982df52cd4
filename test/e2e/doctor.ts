import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { z } from 'zod'
import type { Scope } from '../scope.ts'
import type { Region } from '../region/region.ts'
import { run } from '../unit/cli/run.ts'

const Check = z.object({
  group: z.string(),
  region: z.string().optional(),
  subject: z.string(),
  outcome: z.enum(['ok', 'warning', 'failed', 'skipped']),
  ms: z.number(),
  seen: z.string(),
  hint: z.string().optional(),
})
const Report = z.object({ version: z.string(), from: z.string(), region: z.array(z.string()), checks: z.array(Check) })

export type Check = z.infer<typeof Check>

/** Reads what `acr-proxy doctor --json` prints. */
export function parseReport(text: string): z.infer<typeof Report> {
  return Report.parse(JSON.parse(text))
}

/** It has tests of its own, in test/system. */
const FIREWALL = 'local firewall'

/** What `acr-proxy doctor --json` found. */
export interface Diagnosis {
  readonly code: number | null
  readonly checks: readonly Check[]
  /** Of these outcomes, as `group subject`; without that of the firewall, whose tools and rights differ where tests are run. */
  readonly those: (...outcomes: readonly Check['outcome'][]) => readonly string[]
  /** The one check of a group whose subject is `part`, or has it. */
  readonly of: (group: string, part?: string) => Check
}

export interface DiagnoseOptions {
  /** Of the proxy; that of the region unless said otherwise. */
  readonly config?: object
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The user of the region logs in. */
  readonly login?: boolean
  /** What docker knows, as its config.json. */
  readonly docker?: object
}

/** Runs the doctor on a region, which is all that it trusts; and sees that it tells no secret of the region's user. */
export async function diagnose(t: Scope, region: Region, options: DiagnoseOptions = {}): Promise<Diagnosis> {
  const { config = region.proxyConfig(), args = [], env, login = false, docker } = options
  const directory = await mkdtemp(join(tmpdir(), 'acr-doctor-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, 'acr-proxy.yaml')
  await writeFile(path, stringify(config))
  if (docker !== undefined) await writeFile(join(directory, 'config.json'), JSON.stringify(docker))
  const { user } = region
  const words = ['doctor', '--json', '--config', path, ...args]
  if (login) words.push('--username', user.name, '--password-stdin')
  const { code, stdout, stderr } = await run(words, {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...(process.env['NODE_COMPILE_CACHE'] && { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] }),
      NODE_EXTRA_CA_CERTS: region.ca.path,
      DOCKER_CONFIG: directory,
      ...env,
    },
    ...(login ? { input: `${user.password}\n` } : {}),
  })
  for (const secret of [
    user.password,
    Buffer.from(`${user.name}:${user.password}`).toString('base64'),
    'eyJ',
    'Signature=',
  ])
    assert.ok(!(stdout + stderr).includes(secret), 'no secret is told')
  assert.ok(stdout.startsWith('{'), stderr)
  const { checks } = parseReport(stdout)
  return {
    code,
    checks,
    those: (...outcomes) =>
      checks
        .filter(({ outcome }) => outcomes.includes(outcome))
        .map(({ group, subject }) => `${group} ${subject}`)
        .filter((check) => check !== FIREWALL),
    of: (group, part = '') => {
      const ofGroup = checks.filter((check) => check.group === group)
      const exact = ofGroup.filter(({ subject }) => subject === part)
      const [only, ...others] = exact.length > 0 ? exact : ofGroup.filter(({ subject }) => subject.includes(part))
      const made = ofGroup.map(({ subject, outcome, seen }) => `\n${outcome} ${subject}: ${seen}`)
      assert.ok(only !== undefined && others.length === 0, `one check of ${group} about "${part}", of${made.join('')}`)
      return only
    },
  }
}
