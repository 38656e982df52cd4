import type { Argv } from 'yargs'
import { explain } from '../diagnostics/explain.ts'
import { renderExplanation } from '../diagnostics/formats/explanation.ts'
import { createPath } from '../diagnostics/path.ts'
import { parseTarget } from '../diagnostics/target.ts'
import { UserError } from '../errors.ts'
import { type Arguments, loadArguments, withConfig } from './options.ts'
import { print, warn } from './print.ts'
import { listOf } from './words.ts'

const GROUP = 'Explain:'

/** The `explain` command: what would become of a name. */
export const explainCommand = {
  builder: (command: Argv) =>
    withConfig(
      command
        .positional('target', { type: 'string', array: true, description: 'Host name, host:port, URL or image' })
        .option('json', { type: 'boolean', description: 'Print JSON', group: GROUP }),
    )
      .example(
        '$0 explain --region cn-beijing registry-vpc.cn-beijing.aliyuncs.com',
        'rule, addresses, what is dialled',
      )
      .example('$0 explain -c acr-proxy.yaml http://my-bucket.oss-cn-beijing-internal.aliyuncs.com/', 'or why not'),
  handler: explainTargets,
}

async function explainTargets(argv: Arguments): Promise<void> {
  const loaded = loadArguments(argv)
  for (const warning of loaded.warnings) warn(warning)
  const path = await createPath(loaded.config)
  const targets = listOf(argv, 'target').map(parseTarget)
  const explanations = await Promise.all(targets.map((target) => explain(target, loaded, path)))
  if (argv['json'] === true) print(JSON.stringify(explanations, undefined, 2))
  else print(explanations.map(renderExplanation).join('\n'))
  const refused = explanations.filter((explanation) => explanation.refused !== undefined)
  if (refused.length > 0) throw new UserError(`${refused.length} of ${explanations.length} would be refused`)
}
