import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CLIENT, CLOUD, CLOUD_VPC, ECS_LINK, ECS_PUBLIC, ECS_VPC, STRANGER } from './addresses.ts'
import { runHere } from './run.ts'

export type Machine = 'client' | 'ecs' | 'cloud'
export const MACHINES: readonly Machine[] = ['client', 'ecs', 'cloud']

/** Where `ip netns` keeps its names: a mount that it makes when there is none. */
export const NETNS = '/run/netns'
/** In a run's directory: that mount is of this run's making. */
export const NETNS_MARK = 'made-run-netns'

/** The interfaces of the ECS: towards the client, and into its VPC. */
export const PUBLIC_LINK = 'pub0'
export const VPC_LINK = 'vpc0'

const ECS_VPC_MAC = '02:00:c0:a8:00:0a'
const CLOUD_VPC_MAC = '02:00:c0:a8:00:01'

/** The name of a machine's namespace. */
export function namespaceOf(run: string, machine: Machine): string {
  return `${run}-${machine}`
}

/** Makes three namespaces and the two links between them: client, ECS, cloud. No machine forwards packets. */
export async function createNetwork(run: string, directory: string): Promise<void> {
  if (!(await isMounted(NETNS))) await writeFile(join(directory, NETNS_MARK), existsSync(NETNS) ? '' : 'and the folder')
  for (const machine of MACHINES) await runHere(['ip', 'netns', 'add', namespaceOf(run, machine)])
  await link(PUBLIC_LINK, namespaceOf(run, 'client'), namespaceOf(run, 'ecs'))
  await link(VPC_LINK, namespaceOf(run, 'ecs'), namespaceOf(run, 'cloud'))
  for (const machine of MACHINES) {
    await configure(namespaceOf(run, machine), ['link set lo up', ...SETTINGS[machine]])
    await runHere(['nsenter', `--net=${NETNS}/${namespaceOf(run, machine)}`, 'sh', '-c', NO_FORWARDING])
  }
}

/** Gives a machine an address of the cloud, or takes it away: packets to it are then lost without a word. */
export async function setCloudAddress(run: string, change: 'add' | 'del', address: string): Promise<void> {
  await runHere(['ip', '-n', namespaceOf(run, 'cloud'), 'address', change, `${address}/32`, 'dev', 'lo'])
}

/** Whether something is mounted at `path`. */
export async function isMounted(path: string): Promise<boolean> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8')
  return mounts.split('\n').some((line) => line.split(' ')[4] === path)
}

const NO_FORWARDING = 'echo 0 > /proc/sys/net/ipv4/ip_forward'

/** Neighbours are known and no IPv6 address is made, so that a link is silent unless somebody uses it. */
const SETTINGS: Readonly<Record<Machine, readonly string[]>> = {
  client: [
    ...up(PUBLIC_LINK),
    `address add ${CLIENT}/24 dev ${PUBLIC_LINK}`,
    `address add ${STRANGER}/32 dev ${PUBLIC_LINK}`,
    `route add ${ECS_PUBLIC} via ${ECS_LINK} src ${CLIENT}`,
  ],
  ecs: [
    ...up(PUBLIC_LINK),
    `address add ${ECS_LINK}/24 dev ${PUBLIC_LINK}`,
    `address add ${ECS_PUBLIC}/32 dev ${PUBLIC_LINK}`,
    `route add ${STRANGER} dev ${PUBLIC_LINK}`,
    `link set ${VPC_LINK} address ${ECS_VPC_MAC}`,
    ...up(VPC_LINK),
    `address add ${ECS_VPC}/24 dev ${VPC_LINK}`,
    `neighbour add ${CLOUD_VPC} lladdr ${CLOUD_VPC_MAC} nud permanent dev ${VPC_LINK}`,
    `route add 100.64.0.0/10 via ${CLOUD_VPC}`,
    `route add 192.168.3.0/24 via ${CLOUD_VPC}`,
  ],
  cloud: [
    `link set ${VPC_LINK} address ${CLOUD_VPC_MAC}`,
    ...up(VPC_LINK),
    `address add ${CLOUD_VPC}/24 dev ${VPC_LINK}`,
    `neighbour add ${ECS_VPC} lladdr ${ECS_VPC_MAC} nud permanent dev ${VPC_LINK}`,
    ...CLOUD.map((address) => `address add ${address}/32 dev lo`),
  ],
}

function up(device: string): readonly string[] {
  return [`link set ${device} addrgenmode none`, `link set ${device} up`]
}

async function link(device: string, left: string, right: string): Promise<void> {
  await runHere(['ip', 'link', 'add', device, 'netns', left, 'type', 'veth', 'peer', 'name', device, 'netns', right])
}

async function configure(namespace: string, settings: readonly string[]): Promise<void> {
  await runHere(['ip', '-n', namespace, '-batch', '-'], { input: `${settings.join('\n')}\n` })
}
