#!/usr/bin/env node
import yargs from 'yargs'
import { hideBin } from 'yargs/helpers'
import { withCommands } from './cli/commands.ts'
import { GENERAL, loadArguments, withConfig } from './cli/options.ts'
import { quietPipes, reportError } from './cli/print.ts'
import { usageError } from './cli/usage.ts'
import { predecessor } from './service/predecessor.ts'
import { whyNot } from './service/why-not.ts'
import { version } from './version.ts'

const words = hideBin(process.argv)

const program = yargs(words)
  .scriptName('acr-proxy')
  .usage(
    "$0 [command] [options]\n\nPassthrough proxy for Alibaba Cloud Container Registry (ACR): carries a region's registries, their authorization service and OSS.",
  )
  .locale('en')
  // Some terminals do not know their width and say 0.
  .wrap(Math.min(100, process.stdout.columns || 80))
  // Flags mean what they say: no --no-x, no --a.b objects, no numbers guessed, one value for each --flag.
  .parserConfiguration({
    'boolean-negation': false,
    'camel-case-expansion': false,
    'dot-notation': false,
    'parse-numbers': false,
    'parse-positional-numbers': false,
    'greedy-arrays': false,
    'duplicate-arguments-array': true,
  })
  .command(
    ['serve', '$0'],
    'Run the proxy (the default command)',
    (command) =>
      withConfig(command)
        .example('$0 serve --region cn-beijing', 'on a host in a VPC of cn-beijing')
        .example('$0 serve -c acr-proxy.yaml', 'as a file says'),
    async (argv) => {
      // It alone needs most of the program, which the other commands do not wait for.
      const { serve } = await import('./cli/serve.ts')
      await serve((file) => loadArguments(argv, file))
    },
  )
  .version(version)
  .alias({ h: 'help', V: 'version' })
  .group(['help', 'version'], GENERAL)
  .strict()
  .exitProcess(false)
  .fail((message: string | null, error: Error | undefined) => {
    // The parser's own complaints come as a message, what a command throws as an error alone.
    throw message === null ? error : usageError(message, words)
  })

await withCommands(program, words)
program.command(
  'completion',
  'Print a completion script for bash or zsh',
  (command) => command.example('$0 completion >> ~/.bashrc', 'complete commands and flags in bash'),
  () => {
    program.showCompletionScript()
  },
)

quietPipes()
const code = await run()
// After what was printed has left, whatever still holds the event loop.
process.stdout.write('', () => process.exit(code))

/** The exit code. The parser throws what it dislikes at once, not as a rejection. */
async function run(): Promise<0 | 1 | 2> {
  try {
    await program.parseAsync()
    return 0
  } catch (error) {
    const code = reportError(error)
    await predecessor?.failed(whyNot(error))
    return code
  }
}
