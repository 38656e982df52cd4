import { didYouMean } from '../config/suggest.ts'
import { options } from '../config/options.ts'
import { UserError } from '../errors.ts'

const COMMANDS = ['serve', 'config', 'hosts', 'routes', 'explain', 'doctor', 'status', 'service', 'completion']
/** Commands whose own help says more than that of the program. */
const OWN_HELP: ReadonlySet<string> = new Set(['config', 'hosts', 'routes', 'explain', 'doctor', 'status', 'service'])
const SUBCOMMANDS: Readonly<Record<string, readonly string[]>> = {
  config: ['check', 'print', 'schema'],
  service: ['install', 'uninstall', 'print'],
}
/** Flags that are no option of the configuration. */
export const COMMAND_FLAGS: readonly string[] = [
  'config help version',
  'proxy format names write remove file',
  'live offline via dev transit-router',
  'json watch check',
  'dry-run purge',
  'client image username password-stdin chart',
].flatMap((flags) => flags.split(' '))
const FLAGS = [...options.map(({ flag }) => flag), ...COMMAND_FLAGS]

/** The error for a command line that the parser refused with `message`. */
export function usageError(message: string, words: readonly string[]): UserError {
  const [first = ''] = words
  const command = OWN_HELP.has(first) ? `acr-proxy ${first}` : 'acr-proxy'
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(message)?.[1]?.split(', ') ?? []
  const missing = /^Not enough arguments following: (.*)$/.exec(message)?.[1]
  const said =
    missing === undefined
      ? [...unknown.map((name) => sayUnknown(name, words)), ...sayInvalid(message), ...sayTogether(message)]
      : [`${missing.length === 1 ? '-' : '--'}${missing} needs a value`]
  const text =
    said.length > 0 ? said.join('; ') : message.replace(/^Not enough non-option.*/, `${first} needs a word after it`)
  return new UserError(text, { exitCode: 2, hint: `${command} --help lists commands and flags, with examples` })
}

/** The parser names flags and words alike, without dashes: what the user typed tells which it was. */
function sayUnknown(name: string, words: readonly string[]): string {
  const typed = words.find((word) => /^--?/.test(word) && word.replace(/^--?/, '').split('=')[0] === name)
  if (typed !== undefined) {
    const flag = typed.split('=')[0]
    if (FLAGS.includes(name)) return `${flag} is no flag of this command`
    return `unknown flag ${flag}${didYouMean(name, FLAGS).replace('"', '"--')}`
  }
  return `unknown command ${name}${didYouMean(name, SUBCOMMANDS[words[0] ?? ''] ?? COMMANDS)}`
}

/** A value that is none of a flag's choices. */
function sayInvalid(message: string): readonly string[] {
  const found = message.matchAll(/^ {2}Argument: (.+), Given: "(.*)", Choices: (.+)$/gm)
  return [...found].map(([, flag = '', given = '', choices = '']) => {
    const known = choices.split(', ').map((choice) => choice.replaceAll('"', ''))
    return `--${flag}: expected ${known.join(', ')}, got "${given}"${didYouMean(given, known)}`
  })
}

/** Two flags of which one excludes the other. */
function sayTogether(message: string): readonly string[] {
  const [, first, second] = /^Arguments (\S+) and (\S+) are mutually exclusive$/.exec(message) ?? []
  return first === undefined || second === undefined ? [] : [`--${first} and --${second} do not go together`]
}
