import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Scope } from '../scope.ts'
import { startService } from './service.ts'
import type { Site } from './site.ts'

/** Not used here, and slow to start, or at odds with a machine that has no such file system. */
const DISABLED = [
  'io.containerd.grpc.v1.cri',
  'io.containerd.snapshotter.v1.aufs',
  'io.containerd.snapshotter.v1.btrfs',
  'io.containerd.snapshotter.v1.devmapper',
  'io.containerd.snapshotter.v1.zfs',
]

/** Starts containerd on the client, which serves `ctr` and dockerd; resolves with the path of its socket. */
export async function startContainerd(t: Scope, { directory, logs, client }: Site): Promise<string> {
  const socket = join(directory, 'containerd.sock')
  const path = join(directory, 'containerd.toml')
  await writeFile(
    path,
    `version = 2
root = ${JSON.stringify(join(directory, 'containerd'))}
state = ${JSON.stringify(join(directory, 'containerd-state'))}
disabled_plugins = ${JSON.stringify(DISABLED)}
[grpc]
address = ${JSON.stringify(socket)}
[plugins."io.containerd.internal.v1.opt"]
path = ${JSON.stringify(join(directory, 'containerd-opt'))}
`,
  )
  const command = ['containerd', '--config', path]
  await startService(t, { name: 'containerd', logs, place: client, command, ready: /successfully booted/ })
  return socket
}
