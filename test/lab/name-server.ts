import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Scope } from '../scope.ts'
import { zone } from './names.ts'
import { startService } from './service.ts'
import type { Site } from './site.ts'

/** What the answers are good for, in seconds. */
const TTL = 60

/** dnsmasq as one of the VPC's name servers: it knows the zone and nothing else. */
export async function startNameServer(t: Scope, { directory, logs, cloud }: Site, address: string): Promise<void> {
  const path = join(directory, `zone-${address}`)
  await writeFile(path, zone())
  const settings = [
    'keep-in-foreground',
    'log-facility=-',
    'log-queries',
    'user=root',
    'conf-file=/dev/null',
    'pid-file=',
    'bind-interfaces',
    `listen-address=${address}`,
    'no-resolv',
    'no-hosts',
    `addn-hosts=${path}`,
    'local=/#/',
    `local-ttl=${TTL}`,
  ]
  const command = ['dnsmasq', ...settings.map((setting) => `--${setting}`)]
  await startService(t, { name: `dns-${address}`, logs, place: cloud, command, ready: /started, version/ })
}
