import type { Argv, Options as YargsOptions } from 'yargs'
import type { Flags } from '../config/environment-and-flags.ts'
import { DEFAULT_FILE, type Loaded, loadConfig } from '../config/load.ts'
import { type Option, options } from '../config/options.ts'
import { sayDefault, sayMeaning, sectionOf } from '../config/render.ts'
import { UserError } from '../errors.ts'

/** The values of a command line, as yargs leaves them: nothing but texts, see `withConfig`. */
export type Arguments = Readonly<Record<string, unknown>>

/** Adds --config and every option of the configuration to a command. */
export function withConfig<T>(command: Argv<T>): Argv<T> {
  command.option('config', {
    alias: 'c',
    type: 'string',
    requiresArg: true,
    description: 'Configuration file (YAML)',
    defaultDescription: `ACR_PROXY_CONFIG, or ${DEFAULT_FILE} if there is one`,
    group: 'General:',
  })
  for (const option of options) command.option(option.flag, flagOf(option))
  return command
}

/** The configuration that a command line asks for, with the file and the environment; a UserError lists all problems. */
export function loadArguments(argv: Arguments): Loaded {
  const config = argv['config']
  if (Array.isArray(config)) throw new UserError('--config is there twice, one file is read', { exitCode: 2 })
  return loadConfig({
    flags: flagsOf(argv),
    env: process.env,
    configPath: typeof config === 'string' ? config : undefined,
  })
}

/** Texts only: the schema reads them, so that flags, environment and file are read alike. */
function flagOf(option: Option): YargsOptions {
  const section = sectionOf(option)
  return {
    type: option.kind === 'list' || option.kind === 'map' ? 'array' : 'string',
    string: true,
    requiresArg: true,
    description: plain(sayMeaning(option)),
    defaultDescription: plain(sayDefault(option)),
    group: `${section.charAt(0).toUpperCase()}${section.slice(1)}:`,
  }
}

/** Without the code marks of Markdown. */
function plain(text: string): string {
  return text.replaceAll('`', '')
}

function flagsOf(argv: Arguments): Flags {
  const given = options.flatMap(({ flag }) => {
    const value = argv[flag]
    return value === undefined ? [] : [[flag, (Array.isArray(value) ? value : [value]).map(String)] as const]
  })
  return Object.fromEntries(given)
}
