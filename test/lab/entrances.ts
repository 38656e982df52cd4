import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from './build.ts'
import { dockerConfigOf, trustOf } from './docker.ts'
import { enter, environment } from './enter.ts'
import type { Place } from './enter.ts'

/** Writes a script for each machine that enters it; resolves with what there is to say about them. */
export async function writeEntrances({ site }: Lab): Promise<string> {
  const docker = { DOCKER_HOST: `unix://${join(site.directory, 'docker.sock')}`, DOCKER_CONFIG: dockerConfigOf(site) }
  const variables = environment(site.run, { ...trustOf(site), ...docker })
  const write = async (name: string, place: Place) => {
    const path = join(site.directory, name)
    await writeFile(path, script(place, variables), { mode: 0o700 })
    return path
  }
  return `To enter a machine, or to run a command in it, until Ctrl-C takes the lab down:

  ${await write('client', site.client)} docker pull ...
  ${await write('ecs', site.ecs)}
  ${await write('cloud', site.cloud)}

The user is ${site.user.name}, the password ${site.user.password}. Logs: ${site.logs}`
}

function script(place: Place, variables: Readonly<Record<string, string>>): string {
  const [file, args] = enter(place, [])
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
  return `#!/bin/sh
[ $# -gt 0 ] || set -- bash
exec ${['env', ...assignments, file, ...args].map(quote).join(' ')} "$@"
`
}

function quote(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
