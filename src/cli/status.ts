import { setTimeout as delay } from 'node:timers/promises'
import type { Argv } from 'yargs'
import type { Status } from '../admin/status.ts'
import type { AdminConfig } from '../config/schema.ts'
import { UserError } from '../errors.ts'
import { version } from '../version.ts'
import { askAdmin } from './ask-admin.ts'
import { type Arguments, loadAdminArguments, withAdmin } from './options.ts'
import { print, printable } from './print.ts'
import { renderStatus } from './status-text.ts'

const GROUP = 'Status:'
/** How often --watch looks (ms). */
const EVERY_MS = 2_000
/** Clears a terminal and goes to its upper left corner (ECMA-48). */
const CLEAR = '\u001b[2J\u001b[H'

/** The `status` command: what a running proxy does, by its admin listener. */
export const statusCommand = {
  builder: (command: Argv) =>
    withAdmin(
      command
        .option('watch', { type: 'boolean', description: 'Look again every 2 s, until interrupted', group: GROUP })
        .option('json', { type: 'boolean', description: 'Print JSON, with everything there is', group: GROUP })
        .option('check', {
          type: 'boolean',
          description: 'Say only whether it is ready: exit code 0 or 1',
          group: GROUP,
        })
        .conflicts('watch', 'check'),
    )
      .example('$0 status', 'of the proxy on this host')
      .example('$0 status --check', 'as a health check'),
  handler: showStatus,
}

async function showStatus(argv: Arguments): Promise<void> {
  const admin = loadAdminArguments(argv)
  const json = argv['json'] === true
  if (argv['check'] === true) return check(admin, json)
  let before = await show(admin, json, undefined)
  while (argv['watch'] === true) {
    await delay(EVERY_MS)
    before = await show(admin, json, before)
  }
}

/** Prints the status once; a terminal that shows an earlier one is cleared. */
async function show(admin: AdminConfig, json: boolean, before: Status | undefined): Promise<Status | undefined> {
  const { where, value } = await askAdmin(admin, '/status')
  if (json) {
    print(JSON.stringify(value))
    return undefined
  }
  if (!isStatus(value)) throw otherVersion(where, value)
  print((before !== undefined && process.stdout.isTTY ? CLEAR : '') + renderStatus(value, Date.now(), before))
  return value
}

async function check(admin: AdminConfig, json: boolean): Promise<void> {
  const { where, status, value } = await askAdmin(admin, '/readyz')
  if (json) print(JSON.stringify(value))
  else if (status === 200) print('ready')
  if (status === 200) return
  const missing = typeof value === 'object' && value !== null && 'missing' in value ? value.missing : []
  const lines = Array.isArray(missing) ? missing.map((line) => `\n  ${printable(String(line))}`) : []
  throw new UserError(`the acr-proxy at ${where} is not ready${lines.join('')}`, {
    hint: '`acr-proxy status` and its log tell more',
  })
}

/** The shape changes with the version only. */
function isStatus(value: unknown): value is Status {
  return typeof value === 'object' && value !== null && 'version' in value && value.version === version
}

function otherVersion(where: string, value: unknown): UserError {
  const theirs = typeof value === 'object' && value !== null && 'version' in value ? String(value.version) : 'unknown'
  return new UserError(`the acr-proxy at ${where} is of version ${printable(theirs)}, this command of ${version}`, {
    hint: 'restart the proxy, use the command of its version, or --json',
  })
}
