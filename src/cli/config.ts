import type { Argv } from 'yargs'
import { jsonSchema, renderEffective } from '../config/render.ts'
import { type Arguments, loadArguments, withConfig } from './options.ts'
import { print, warn } from './print.ts'

/** The `config` command: check, print and schema. */
export const configCommand = {
  builder: (command: Argv) =>
    command
      .command(
        'check',
        'List everything that is wrong, each with its place',
        (check) => withConfig(check).example('$0 config check -c acr-proxy.yaml', 'ok: acr-proxy.yaml'),
        checkConfig,
      )
      .command(
        'print',
        'Show the values in effect and where each comes from',
        (shown) => withConfig(shown).example('$0 config print -c acr-proxy.yaml', 'each value, and # from where'),
        printConfig,
      )
      .command(
        'schema',
        'Print the JSON Schema of the configuration file',
        (schema) => schema.example('$0 config schema > schema.json', 'for an editor or a check'),
        () => print(JSON.stringify(jsonSchema(), undefined, 2)),
      )
      .demandCommand(1, 'config needs one of check, print or schema'),
  handler: () => undefined,
}

function checkConfig(argv: Arguments): void {
  const loaded = loadArguments(argv)
  for (const warning of loaded.warnings) warn(warning)
  print(`ok: ${loaded.file ?? 'no file, flags and environment only'}`)
}

function printConfig(argv: Arguments): void {
  print(renderEffective(loadArguments(argv)))
}
