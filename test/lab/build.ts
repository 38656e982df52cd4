import type { Scope } from '../scope.ts'
import { startCloud } from './cloud.ts'
import type { OssSite } from './cloud.ts'
import { startContainerd } from './containerd.ts'
import { startDocker } from './docker.ts'
import type { Docker } from './docker.ts'
import { createImage, IMAGE } from './image.ts'
import { startProxy } from './proxy.ts'
import type { Proxy } from './proxy.ts'
import { createSite } from './site.ts'
import type { Site } from './site.ts'
import { ECS_PUBLIC } from './addresses.ts'

/** All that the checks use. */
export interface Lab {
  readonly scope: Scope
  readonly site: Site
  readonly oss: readonly OssSite[]
  readonly proxy: Proxy
  readonly docker: Docker
  /** A dockerd that knows the proxy by HTTP_PROXY and HTTPS_PROXY, and by no hosts file. */
  readonly proxiedDocker: Docker
  /** The socket of containerd, for `ctr`. */
  readonly containerd: string
  /** The digests of what was pushed, by reference. */
  readonly pushed: Map<string, string>
}

/** Builds everything in place: the cloud, the proxy in its VPC, and the client with its image to push. */
export async function buildLab(scope: Scope, run: string, directory: string): Promise<Lab> {
  const site = await createSite(run, directory)
  const [oss, proxy, image, { containerd, docker, proxiedDocker }] = await Promise.all([
    startCloud(scope, site),
    startProxy(scope, site),
    createImage(directory),
    startClient(scope, site),
  ])
  await docker.run(['load', '--quiet', '--input', image])
  return { scope, site, oss, proxy, docker, proxiedDocker, containerd, pushed: new Map() }
}

async function startClient(scope: Scope, site: Site) {
  const containerd = await startContainerd(scope, site)
  const address = `http://${ECS_PUBLIC}`
  const [docker, proxiedDocker] = await Promise.all([
    startDocker(scope, site, { name: 'docker', place: site.client, containerd }),
    startDocker(scope, site, {
      name: 'docker-by-proxy',
      place: site.plainClient,
      containerd,
      env: { HTTP_PROXY: address, HTTPS_PROXY: address },
    }),
  ])
  return { containerd, docker, proxiedDocker }
}

/** The name of the image at a registry. */
export function imageAt(host: string, repository = 'lab/app'): string {
  return `${host}/${repository}:${IMAGE.split(':')[1] ?? ''}`
}
