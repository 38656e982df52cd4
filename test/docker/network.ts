import type { Scope } from '../scope.ts'
import { runCommand } from './engine.ts'

/** Two machines with a link between them: one that runs docker, and a client. Namespaces are named after the process. */
export interface Network {
  readonly host: string
  readonly client: string
}

export const HOST_ADDRESS = '198.51.100.1'
export const CLIENT_ADDRESS = '198.51.100.9'

/** Makes the machines, which are gone with the scope. */
export async function createNetwork(t: Scope): Promise<Network> {
  const host = `acrdocker-${process.pid}-host`
  const client = `acrdocker-${process.pid}-client`
  const ip = async (command: string) => runCommand(['ip', ...command.split(' ')], process.env)
  for (const name of [host, client]) {
    await ip(`netns add ${name}`)
    t.after(async () => void (await ip(`netns delete ${name}`)))
    await ip(`-n ${name} link set lo up`)
  }
  await ip(`link add link0 netns ${host} type veth peer name link0 netns ${client}`)
  for (const [name, address] of [
    [host, HOST_ADDRESS],
    [client, CLIENT_ADDRESS],
  ]) {
    await ip(`-n ${name} address add ${address}/24 dev link0`)
    await ip(`-n ${name} link set link0 up`)
  }
  return { host, client }
}

/** The command line that runs `command` on that machine. */
export function on(machine: string, command: readonly string[]): readonly string[] {
  return ['nsenter', `--net=/run/netns/${machine}`, ...command]
}
