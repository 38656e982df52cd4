import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { UserError } from '../errors.ts'
import { packageRoot } from '../version.ts'
import { type Step, textOf } from './steps.ts'
import { type Program, renderUnit } from './unit.ts'

/** Where the configuration of the service is. */
export const SERVICE_CONFIG = '/etc/acr-proxy/acr-proxy.yaml'
const UNIT = '/etc/systemd/system/acr-proxy.service'
const SYSUSERS = '/etc/sysusers.d/acr-proxy.conf'
const TMPFILES = '/etc/tmpfiles.d/acr-proxy.conf'
const PACKAGED_UNITS = ['/usr/lib/systemd/system/acr-proxy.service', '/lib/systemd/system/acr-proxy.service']

/** The first line of what `install` writes: nothing else is replaced or removed. */
const MARK = '# Made by `acr-proxy service install`, and removed by `acr-proxy service uninstall`.\n'

/** The unit for `program`. */
export function unitFor(program: Program): string {
  return renderUnit(template('acr-proxy.service'), program)
}

/** The file `name` of config/. */
export function shipped(name: string): string {
  const text = textOf(fileURLToPath(new URL(`config/${name}`, packageRoot)))
  if (text === undefined) throw new UserError(`config/${name} is not in this package`, { hint: 'install it anew' })
  return text
}

function template(name: string): string {
  return shipped(`systemd/${name}`)
}

/** What sets the service up for `program`. `config` is the new configuration; one that exists stays. Throws a UserError. */
export function planInstall(program: Program, config: string | undefined, active: boolean): readonly Step[] {
  for (const path of PACKAGED_UNITS) {
    if (existsSync(path))
      throw new UserError(`the service is there already, by a package: ${path}`, {
        hint: 'start it with `systemctl enable --now acr-proxy`, or remove the package first',
      })
  }
  const unit = file(UNIT, unitFor(program))
  const user = file(SYSUSERS, template('acr-proxy.sysusers.conf'))
  const modes = file(TMPFILES, template('acr-proxy.tmpfiles.conf'))
  return [
    unit,
    user,
    modes,
    run('systemd-sysusers', SYSUSERS),
    config === undefined
      ? { kind: 'keep', path: SERVICE_CONFIG, why: 'which was there' }
      : { kind: 'write', path: SERVICE_CONFIG, content: MARK + config, mode: 0o600 },
    run('systemd-tmpfiles', '--create', TMPFILES),
    run('systemctl', 'daemon-reload'),
    run('systemctl', 'enable', 'acr-proxy.service'),
    start(unit, active),
  ]
}

/** One that runs hands its ports over to this version, unless the unit is another: that holds from a restart on. */
function start(unit: Step, active: boolean): Step {
  if (active && unit.kind === 'keep')
    return run('systemctl', 'kill', '--kill-who=main', '--signal=USR2', 'acr-proxy.service')
  return run('systemctl', active ? 'restart' : 'start', 'acr-proxy.service')
}

/** A file of the service; the same content is not written again. */
function file(path: string, content: string): Step {
  const there = textOf(path)
  if (there === MARK + content) return { kind: 'keep', path, why: 'which is as it should be' }
  if (there !== undefined && !there.startsWith(MARK))
    throw new UserError(`${path} is there, and not made by \`acr-proxy service install\``, {
      hint: 'move it away, then try again',
    })
  return { kind: 'write', path, content: MARK + content, mode: 0o644 }
}

/** What undoes `planInstall`; with `purge` the configuration that it made and the user go, too. */
export function planUninstall(purge: boolean): readonly Step[] {
  const made = [UNIT, SYSUSERS, TMPFILES].filter((path) => isMade(path))
  return [
    ...(made.includes(UNIT) ? [run('systemctl', 'disable', '--now', 'acr-proxy.service')] : []),
    ...made.map((path): Step => ({ kind: 'remove', path })),
    ...(made.includes(UNIT) ? [run('systemctl', 'daemon-reload')] : []),
    ...configSteps(purge),
    ...(purge && made.includes(SYSUSERS) ? [run('userdel', 'acr-proxy')] : []),
  ]
}

function configSteps(purge: boolean): readonly Step[] {
  if (!existsSync(SERVICE_CONFIG)) return []
  if (!purge) return [{ kind: 'keep', path: SERVICE_CONFIG, why: 'which --purge removes' }]
  if (!isMade(SERVICE_CONFIG)) return [{ kind: 'keep', path: SERVICE_CONFIG, why: 'which is yours' }]
  const alone = readdirSync('/etc/acr-proxy').length === 1
  const steps: Step[] = [{ kind: 'remove', path: SERVICE_CONFIG }]
  if (alone) steps.push({ kind: 'remove', path: '/etc/acr-proxy/' })
  return steps
}

function isMade(path: string): boolean {
  return textOf(path)?.startsWith(MARK) === true
}

function run(...command: readonly string[]): Step {
  return { kind: 'run', command }
}
