import { didYouMean } from '../config/suggest.ts'
import { options } from '../config/options.ts'
import { UserError } from '../errors.ts'

const COMMANDS = ['serve', 'config', 'status', 'completion']
const SUBCOMMANDS = ['check', 'print', 'schema']
const FLAGS = [...options.map(({ flag }) => flag), 'config', 'watch', 'json', 'check', 'help', 'version']

/** The error for a command line that the parser refused with `message`. */
export function usageError(message: string, words: readonly string[]): UserError {
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(message)?.[1]?.split(', ') ?? []
  const missing = /^Not enough arguments following: (.*)$/.exec(message)?.[1]
  const said =
    missing === undefined
      ? unknown.map((name) => sayUnknown(name, words))
      : [`${missing.length === 1 ? '-' : '--'}${missing} needs a value`]
  const text = said.length === 0 ? message : said.join('; ')
  const command = words[0] === 'config' ? 'acr-proxy config' : 'acr-proxy'
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
  return `unknown command ${name}${didYouMean(name, words[0] === 'config' ? SUBCOMMANDS : COMMANDS)}`
}
