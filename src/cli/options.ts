import type { Argv, Options as YargsOptions } from 'yargs'
import type { Flags } from '../config/environment-and-flags.ts'
import { DEFAULT_FILE, loadAdmin, type Loaded, loadConfig, type LoadOptions } from '../config/load.ts'
import { type Option, options } from '../config/options.ts'
import { sayDefault, sayMeaning, sectionOf } from '../config/render.ts'
import type { AdminConfig } from '../config/schema.ts'
import { UserError } from '../errors.ts'

/** Where --config, --help and --version stand in a help screen, and the options of no section. */
export const GENERAL = 'General:'

/** The values of a command line, as yargs leaves them: nothing but texts, see `withConfig`. */
export type Arguments = Readonly<Record<string, unknown>>

/** The parser makes its help text at every start, wanted or not; with all options in it that is a tenth of the start. */
const helpless = !process.argv.some((word) => /^-.*h|help|completion/.test(word))

const EPILOGUE = [
  "Outside the region's VPCs, add --resolver public, or cidr where CEN, VPN or a leased line leads there.",
  'Flags win over the environment, the environment over the file. A flag of a list may be repeated, or take its items',
  'separated by commas. A duration is 500ms, 10s, 10m, 1h or a number of seconds. docs/configuration.md has the variables',
  'and the keys of the file.',
].join(' ')

const ADMIN_EPILOGUE =
  'The address and token are those of the running proxy: from the same file and environment, or from these flags.'

/** Adds --config and every option of the configuration to a command. */
export function withConfig<T>(command: Argv<T>): Argv<T> {
  addConfig(command)
  return withOptions(command).epilogue(EPILOGUE)
}

/** Adds every option of the configuration, for a command that reads no file. */
export function withOptions<T>(command: Argv<T>): Argv<T> {
  addOptions(command, options)
  return command
}

/** Adds --config and the options that tell where a running proxy's admin listener is. */
export function withAdmin<T>(command: Argv<T>): Argv<T> {
  addConfig(command)
  addOptions(command, options.filter(isOfAdmin))
  return command.epilogue(ADMIN_EPILOGUE)
}

/** Not the names by which it may be asked: we ask by address. */
function isOfAdmin({ key }: Option): boolean {
  return key.startsWith('admin.') && key !== 'admin.hosts'
}

function addConfig<T>(command: Argv<T>): void {
  command.option('config', {
    alias: 'c',
    requiresArg: true,
    description: 'Configuration file (YAML)',
    defaultDescription: `ACR_PROXY_CONFIG, or ${DEFAULT_FILE}`,
    group: GENERAL,
  })
}

function addOptions<T>(command: Argv<T>, added: readonly Option[]): void {
  for (const option of added) command.option(option.flag, flagOf(option))
}

/**
 * The configuration that a command line asks for, with the file and the environment; a UserError lists all problems. `file` is the one
 * read before, where there is one: the default file, once read, must not be missed.
 */
export function loadArguments(argv: Arguments, file?: string): Loaded {
  const sources = sourcesOf(argv)
  return loadConfig({ ...sources, configPath: sources.configPath ?? file })
}

/** Where, by the same sources, a running proxy is asked. */
export function loadAdminArguments(argv: Arguments): AdminConfig {
  return loadAdmin(sourcesOf(argv))
}

function sourcesOf(argv: Arguments): LoadOptions {
  const config = argv['config']
  if (Array.isArray(config)) throw new UserError('--config is there twice, one file is read', { exitCode: 2 })
  return { flags: flagsOf(argv), env: process.env, configPath: typeof config === 'string' ? config : undefined }
}

/** Without a type, values stay texts: the schema reads them, so that flags, environment and file are read alike. */
function flagOf(option: Option): YargsOptions {
  const section = sectionOf(option)
  const meaning = plain(sayMeaning(option))
  const preset = plain(sayDefault(option))
  const [required, none] = [preset === 'required', preset === 'none']
  return {
    requiresArg: true,
    hidden: helpless,
    description: required ? `${meaning} (required)` : meaning,
    ...(!required && !none && { defaultDescription: preset }),
    group: `${section.charAt(0).toUpperCase()}${section.slice(1)}:`,
  }
}

/** Without the code marks of Markdown. */
function plain(text: string): string {
  return text.replaceAll('`', '')
}

/** The options that a command line gives. */
export function flagsOf(argv: Arguments): Flags {
  const given = options.flatMap(({ flag }) => {
    const value = argv[flag]
    return value === undefined ? [] : [[flag, (Array.isArray(value) ? value : [value]).map(String)] as const]
  })
  return Object.fromEntries(given)
}
