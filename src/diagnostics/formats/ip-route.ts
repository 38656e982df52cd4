import { UserError } from '../../errors.ts'
import { type RouteList, routesHeading, sayDestination, type Way } from './route-list.ts'

/** Commands for a Linux host, which may be run again. Throws a UserError without a next hop or device. */
export function renderIpRoute(list: RouteList, { via, dev }: Way): string {
  if (via === undefined && dev === undefined)
    throw new UserError('--format ip-route needs --via or --dev', {
      hint: 'give the next hop of the tunnel or leased line, such as --via 10.0.0.1, or its device, such as --dev wg0',
      exitCode: 2,
    })
  const hop = [...(via === undefined ? [] : ['via', via]), ...(dev === undefined ? [] : ['dev', dev])].join(' ')
  const lines = [
    ...routesHeading(list).map((line) => `# ${line}`),
    ...list.destinations.map((destination) => {
      const { cidr } = destination
      const six = cidr.includes(':')
      const fits = via === undefined || via.includes(':') === six
      const command = `ip ${six ? '-6 ' : ''}route replace ${cidr} ${hop}`
      return `${fits ? command : `# of the other family: ${cidr}`} # ${sayDestination(destination)}`
    }),
  ]
  return lines.map((line) => `${line}\n`).join('')
}
