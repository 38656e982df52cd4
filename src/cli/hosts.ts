import type { Argv } from 'yargs'
import { checkAddress } from '../config/values.ts'
import { namesFor, type Which } from '../diagnostics/client-names.ts'
import type { Edited } from '../diagnostics/edit-file.ts'
import { HOSTS_FORMATS, isHostsFormat, removeHosts, render, setupOf, writeHosts } from '../diagnostics/hosts.ts'
import { systemHostsFile } from '../diagnostics/system-hosts.ts'
import { UserError } from '../errors.ts'
import { type Arguments, loadArguments, withConfig } from './options.ts'
import { print, warn } from './print.ts'
import { listOf, textOf } from './words.ts'

const GROUP = 'Hosts:'

/** The `hosts` command: what to put on clients. */
export const hostsCommand = {
  builder: (command: Argv) =>
    withConfig(
      command
        .option('proxy', {
          type: 'array',
          string: true,
          requiresArg: true,
          description: 'Address of the proxy as clients reach it; repeat it for IPv4 and IPv6',
          group: GROUP,
        })
        .option('format', {
          type: 'string',
          choices: HOSTS_FORMATS,
          requiresArg: true,
          description: 'For what',
          defaultDescription: 'hosts',
          group: GROUP,
        })
        .option('names', {
          type: 'string',
          choices: ['internal', 'public', 'all'],
          requiresArg: true,
          description: 'Which of the names',
          defaultDescription: 'public with --resolver public, all with module',
          group: GROUP,
        })
        .option('write', { type: 'boolean', description: 'Put the lines into the hosts file', group: GROUP })
        .option('remove', { type: 'boolean', description: 'Take the lines out of the hosts file', group: GROUP })
        .option('file', {
          type: 'string',
          requiresArg: true,
          description: 'The hosts file that --write and --remove edit',
          defaultDescription: systemHostsFile(),
          group: GROUP,
        }),
    )
      .conflicts('write', 'remove')
      .example('$0 hosts --region cn-beijing --proxy 203.0.113.7', 'lines for a hosts file')
      .example('sudo $0 hosts --region cn-beijing --proxy 203.0.113.7 --write', 'keep them in /etc/hosts')
      .example('$0 hosts -c acr-proxy.yaml --proxy 203.0.113.7 --format dnsmasq', 'with every bucket'),
  handler: hosts,
}

async function hosts(argv: Arguments): Promise<void> {
  const path = textOf(argv, 'file') ?? systemHostsFile()
  if (argv['remove'] === true) return sayRemoved(path, await removeHosts(path))

  const proxies = proxiesOf(listOf(argv, 'proxy'))
  const format = textOf(argv, 'format') ?? 'hosts'
  if (!isHostsFormat(format)) throw new TypeError(format)
  const write = argv['write'] === true
  if (write && format !== 'hosts') throw new UserError('--write goes with --format hosts alone', { exitCode: 2 })
  if (!write && argv['file'] !== undefined) throw new UserError('--file needs --write or --remove', { exitCode: 2 })
  const { config, warnings } = loadArguments(argv)
  for (const warning of warnings) warn(warning)
  const setup = setupOf(config, proxies, whichOf(textOf(argv, 'names')) ?? namesFor(config.resolver.kind))
  if (write) {
    const { edited, notes } = await writeHosts(path, setup)
    for (const note of [...inPlace(path, edited), ...notes]) warn(note)
    const how = edited.kind === 'unchanged' ? 'unchanged, ' : ''
    return print(`${path}: ${how}${setup.names.exact.length} names lead to ${proxies.join(' and ')}`)
  }
  const { text, notes } = render(format, setup)
  for (const note of notes) warn(note)
  print(text)
}

function sayRemoved(path: string, edited: Edited): void {
  for (const note of inPlace(path, edited)) warn(note)
  print(`${path}: ${edited.kind === 'unchanged' ? 'has no lines of acr-proxy' : 'the lines of acr-proxy are gone'}`)
}

function inPlace(path: string, edited: Edited): readonly string[] {
  return edited.kind === 'in-place' ? [`${path} was written over, not replaced at once: ${edited.why}`] : []
}

function proxiesOf(texts: readonly string[]): readonly string[] {
  if (texts.length === 0)
    throw new UserError('--proxy is missing', {
      hint: 'give the address at which clients reach the proxy: --proxy 203.0.113.7',
      exitCode: 2,
    })
  const addresses = texts.map((text) => {
    const address = checkAddress(text)
    if (address.ok && !text.includes('%')) return address.value
    throw new UserError(`--proxy: expected an IPv4 or IPv6 address, got "${text}"`, { exitCode: 2 })
  })
  return [...new Set(addresses)]
}

function whichOf(text: string | undefined): Which | undefined {
  return text === 'internal' || text === 'public' || text === 'all' ? text : undefined
}
