import { text } from 'node:stream/consumers'
import type { Argv } from 'yargs'
import { parseChart } from '../diagnostics/doctor/chart.ts'
import type { Check } from '../diagnostics/doctor/check.ts'
import { type Credentials, dockerConfigFile } from '../diagnostics/doctor/credentials.ts'
import { type DoctorOptions, examine } from '../diagnostics/doctor/doctor.ts'
import { parseImage } from '../diagnostics/doctor/image-reference.ts'
import { readVia } from '../diagnostics/doctor/via.ts'
import { systemHostsFile } from '../diagnostics/system-hosts.ts'
import { UserError } from '../errors.ts'
import { version } from '../version.ts'
import { createCheckText, sayCounts } from './doctor-text.ts'
import { type Arguments, loadArguments, withConfig } from './options.ts'
import { print, warn } from './print.ts'
import { textOf } from './words.ts'

const GROUP = 'Doctor:'
const DAEMON_FILE = '/etc/docker/daemon.json'

/** The `doctor` command: what is wrong between a client and ACR. */
export const doctorCommand = {
  builder: (command: Argv) =>
    withConfig(
      command
        .option('via', {
          type: 'string',
          requiresArg: true,
          description: 'On a client: through this proxy, PROXY[:port], or http://PROXY[:port] as an HTTP proxy',
          group: GROUP,
        })
        .option('client', {
          type: 'boolean',
          description: "On a client: where this machine's own resolver and hosts file lead",
          group: GROUP,
        })
        .option('image', {
          type: 'string',
          requiresArg: true,
          description: 'Walk an image as a pull does: [HOST/]NS/REPO[:TAG]',
          group: GROUP,
        })
        .option('username', {
          type: 'string',
          requiresArg: true,
          description: 'Log in as this user, with --password-stdin',
          defaultDescription: "for --image docker's own credentials",
          group: GROUP,
        })
        .option('password-stdin', {
          type: 'boolean',
          description: 'Read the password from standard input',
          group: GROUP,
        })
        .option('chart', {
          type: 'string',
          requiresArg: true,
          description: 'Check a host of Helm charts: HOST[/NS/REPO]',
          group: GROUP,
        })
        .option('json', { type: 'boolean', description: 'Print JSON', group: GROUP }),
    )
      .conflicts('via', 'client')
      .example('sudo $0 doctor --region cn-beijing', "on the proxy's host")
      .example('$0 doctor --region cn-beijing --via 203.0.113.7', 'on a client')
      .example('$0 doctor --region cn-beijing --image team/app:1', 'and pull an image'),
  handler: doctor,
}

async function doctor(argv: Arguments): Promise<void> {
  const json = argv['json'] === true
  const options = await optionsOf(argv)
  for (const warning of options.loaded.warnings) warn(warning)
  const checks: Check[] = []
  const render = createCheckText(process.stdout.isTTY && process.stdout.hasColors())
  const interrupted = new AbortController()
  const interrupt = (): void => interrupted.abort(new UserError('interrupted, the checks are not complete'))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt)
  const onCheck = (check: Check): void => {
    checks.push(check)
    if (!json) print(render(check))
  }
  await examine(options, onCheck, interrupted.signal)
  if (json)
    print(JSON.stringify({ version, from: sayFrom(options.from), region: options.loaded.config.region, checks }))
  else print(sayCounts(checks))
  const failures = checks.filter(({ outcome }) => outcome === 'failed').length
  if (failures > 0) throw new UserError(`${failures} of ${checks.length} checks failed`)
}

async function optionsOf(argv: Arguments): Promise<DoctorOptions> {
  const image = read(argv, 'image', '[HOST/]NS/REPO[:TAG]', parseImage)
  const chart = read(argv, 'chart', 'HOST[/NS/REPO]', parseChart)
  const via = textOf(argv, 'via')
  const loaded = loadArguments(argv)
  return {
    loaded,
    from: via === undefined ? (argv['client'] === true ? 'client' : 'proxy-host') : await readVia(via),
    image,
    chart,
    credentials: await credentialsOf(argv),
    files: { hosts: systemHostsFile(), dockerConfig: dockerConfigFile(process.env), dockerDaemon: DAEMON_FILE },
    env: process.env,
  }
}

function read<T>(argv: Arguments, flag: string, form: string, parse: (text: string) => T | undefined): T | undefined {
  const given = textOf(argv, flag)
  if (given === undefined) return undefined
  const value = parse(given)
  if (value === undefined) throw new UserError(`--${flag}: expected ${form}, got "${given}"`, { exitCode: 2 })
  return value
}

/** No flag takes a password: other users of the host see a command line. */
async function credentialsOf(argv: Arguments): Promise<Credentials | undefined> {
  const user = textOf(argv, 'username')
  const stdin = argv['password-stdin'] === true
  if (user === undefined && !stdin) return undefined
  if (user === undefined || !stdin)
    throw new UserError('--username and --password-stdin go together', {
      hint: 'printf %s "$PASSWORD" | acr-proxy doctor --username USER --password-stdin',
      exitCode: 2,
    })
  const password = (await text(process.stdin)).replace(/\r?\n$/, '')
  if (password === '') throw new UserError('--password-stdin: standard input holds no password', { exitCode: 2 })
  return { user, password, source: 'given' }
}

function sayFrom(from: DoctorOptions['from']): string {
  return typeof from === 'string' ? from : 'via'
}
