import type { Argv } from 'yargs'
import { checkAddress } from '../config/values.ts'
import { isRoutesFormat, renderRoutes, ROUTES_FORMATS, routeList } from '../diagnostics/routes.ts'
import { UserError } from '../errors.ts'
import { type Arguments, loadArguments, withConfig } from './options.ts'
import { print, warn } from './print.ts'
import { textOf } from './words.ts'

const GROUP = 'Routes:'

/** The `routes` command: what to route by CEN, VPN or leased line. */
export const routesCommand = {
  builder: (command: Argv) =>
    withConfig(
      command
        .option('format', {
          type: 'string',
          choices: ROUTES_FORMATS,
          requiresArg: true,
          description: 'For what',
          defaultDescription: 'table',
          group: GROUP,
        })
        .option('live', { type: 'boolean', description: 'Fail where a service cannot be resolved', group: GROUP })
        .option('offline', { type: 'boolean', description: 'Resolve nothing, use the table alone', group: GROUP })
        .option('via', {
          type: 'string',
          requiresArg: true,
          description: 'For ip-route: address of the next hop',
          group: GROUP,
        })
        .option('dev', { type: 'string', requiresArg: true, description: 'For ip-route: device', group: GROUP })
        .option('transit-router', {
          type: 'string',
          choices: ['enterprise', 'basic'],
          requiresArg: true,
          description: 'For terraform and aliyun-cli: edition of the transit router',
          defaultDescription: 'enterprise',
          group: GROUP,
        }),
    )
      .conflicts('live', 'offline')
      .example('$0 routes --region cn-beijing', 'each range, and how it is known')
      .example('$0 routes --region cn-beijing --format ip-route --via 10.0.0.1', 'commands for a Linux host')
      .example('$0 routes --region cn-beijing --format terraform', 'routes of a transit router'),
  handler: routes,
}

async function routes(argv: Arguments): Promise<void> {
  const format = textOf(argv, 'format') ?? 'table'
  if (!isRoutesFormat(format)) throw new TypeError(format)
  const way = {
    via: addressOf(textOf(argv, 'via')),
    dev: deviceOf(textOf(argv, 'dev')),
    router: textOf(argv, 'transit-router') === 'basic' ? ('basic' as const) : ('enterprise' as const),
  }
  const { config, warnings } = loadArguments(argv)
  const list = await routeList(config, { offline: argv['offline'] === true })
  const text = renderRoutes(format, list, way)
  for (const warning of [...warnings, ...list.warnings]) warn(warning)
  for (const what of list.missing) warn(`not known: ${what}`)
  print(text)
  if (argv['live'] === true && list.missing.length > 0)
    throw new UserError('not every service could be resolved', {
      hint: 'name DNS servers that know the internal names: --resolver-servers 100.100.2.136,100.100.2.138',
    })
}

function addressOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const address = checkAddress(text)
  if (address.ok) return address.value
  throw new UserError(`--via: expected an IPv4 or IPv6 address, got "${text}"`, { exitCode: 2 })
}

/** A name that is safe in a shell, as the kernel's are. */
function deviceOf(text: string | undefined): string | undefined {
  if (text === undefined || /^[\w.:@-]{1,15}$/.test(text)) return text
  throw new UserError(`--dev: expected the name of a network device, got "${text}"`, { exitCode: 2 })
}
