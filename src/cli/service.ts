import { execFileSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Argv } from 'yargs'
import { loadConfig } from '../config/load.ts'
import { newFile } from '../config/new-file.ts'
import { UserError } from '../errors.ts'
import { loadNative } from '../proxy/engine/native.ts'
import { planInstall, planUninstall, SERVICE_CONFIG, shipped, unitFor } from '../service/setup.ts'
import { sayStep, type Step, take } from '../service/steps.ts'
import type { Program } from '../service/unit.ts'
import { packageRoot } from '../version.ts'
import { type Arguments, flagsOf, withOptions } from './options.ts'
import { print } from './print.ts'

const GROUP = 'Service:'
const EPILOGUE = `The options become ${SERVICE_CONFIG}; a file that is there stays as it is, and is what counts.`

/** The `service` command: runs the proxy by systemd. */
export const serviceCommand = {
  builder: (command: Argv) =>
    command
      .command(
        'install',
        'Set it up and start it, or hand over to this version of it',
        (install) =>
          withOptions(withDryRun(install))
            .epilogue(EPILOGUE)
            .example('sudo $0 service install --region cn-beijing', 'and it runs, now and after a reboot')
            .example('$0 service install --region cn-beijing --dry-run', 'what that would do'),
        install,
      )
      .command(
        'uninstall',
        'Stop it, and remove what install made',
        (uninstall) =>
          withDryRun(uninstall)
            .option('purge', {
              type: 'boolean',
              description: 'Remove its user and the configuration that install made, too',
              group: GROUP,
            })
            .example('sudo $0 service uninstall', 'the configuration stays'),
        uninstall,
      )
      .command(
        'print',
        'Print the unit, for this node and this program',
        (shown) => shown.example('$0 service print > acr-proxy.service', 'to set it up yourself'),
        () => print(unitFor(thisProgram())),
      )
      .demandCommand(1, 'service needs one of install, uninstall or print'),
  handler: () => undefined,
}

function withDryRun<T>(command: Argv<T>): Argv<T> {
  command.option('dry-run', { type: 'boolean', description: 'Say what would be done, and do nothing', group: GROUP })
  return command
}

async function install(argv: Arguments): Promise<void> {
  const dryRun = isDryRun(argv, 'install')
  const active = !dryRun && isActive()
  await takeAll(planInstall(thisProgram(), newConfig(argv), active), dryRun)
  if (!dryRun) print('acr-proxy runs: see `systemctl status acr-proxy` and `journalctl -u acr-proxy`')
}

async function uninstall(argv: Arguments): Promise<void> {
  const dryRun = isDryRun(argv, 'uninstall')
  const steps = planUninstall(argv['purge'] === true)
  if (steps.every(({ kind }) => kind === 'keep')) print('nothing of `acr-proxy service install` is here')
  await takeAll(steps, dryRun)
}

async function takeAll(steps: readonly Step[], dryRun: boolean): Promise<void> {
  for (const step of steps) {
    if (!dryRun) await take(step)
    print(sayStep(step, dryRun))
  }
}

/** The text of the configuration to be made, undefined where there is one, which must be a good one. */
function newConfig(argv: Arguments): string | undefined {
  const flags = flagsOf(argv)
  if (!existsSync(SERVICE_CONFIG)) return newFile(shipped('acr-proxy.example.yaml'), flags)
  const [flag] = Object.keys(flags)
  if (flag !== undefined)
    throw new UserError(`--${flag}: ${SERVICE_CONFIG} is there already, and stays as it is`, {
      hint: 'leave the options out, and edit that file',
      exitCode: 2,
    })
  loadConfig({ flags: {}, env: {}, configPath: SERVICE_CONFIG })
  return undefined
}

function thisProgram(): Program {
  const main = realpathSync(process.argv[1] ?? fileURLToPath(new URL('dist/src/main.js', packageRoot)))
  const root = fileURLToPath(packageRoot).replace(/\/$/, '')
  return { node: process.execPath, main, root, addon: loadNative().ok }
}

/** Whether nothing is to be done; otherwise a UserError where it cannot be. */
function isDryRun(argv: Arguments, command: string): boolean {
  if (argv['dry-run'] === true) return true
  if (process.geteuid?.() !== 0)
    throw new UserError(`service ${command} changes the system, which only root may`, {
      hint: `sudo acr-proxy service ${command}, or see what it would do with --dry-run`,
    })
  if (!existsSync('/run/systemd/system'))
    throw new UserError('this host is not run by systemd', {
      hint: '`acr-proxy service print` prints the unit; elsewhere run `acr-proxy serve` by what supervises services there',
    })
  return false
}

function isActive(): boolean {
  try {
    execFileSync('systemctl', ['is-active', '--quiet', 'acr-proxy.service'])
    return true
  } catch {
    return false
  }
}
