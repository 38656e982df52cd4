import type { Lab } from './build.ts'
import { dockerConfigOf, trustOf } from './docker.ts'
import { enter } from './enter.ts'
import type { Place } from './enter.ts'

/** How to get into each machine, and what is of use there. */
export function entrances({ site }: Lab): string {
  const variables = Object.entries({ ...trustOf(site), DOCKER_CONFIG: dockerConfigOf(site) })
  const socket = `unix://${site.directory}/docker.sock`
  const environment = ['env', `DOCKER_HOST=${socket}`, ...variables.map(([name, value]) => `${name}=${value}`)]
  return `The machines, until Ctrl-C; logs are in ${site.logs}

client: ${line(site.client, [...environment, 'bash'])}
ecs:    ${line(site.ecs, ['bash'])}
cloud:  ${line(site.cloud, ['bash'])}

The user is ${site.user.name}, the password ${site.user.password}`
}

function line(place: Place, command: readonly string[]): string {
  const [file, args] = enter(place, command)
  return [file, ...args].map(quote).join(' ')
}

function quote(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
