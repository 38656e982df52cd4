import type { Flags } from '../../../../src/config/environment-and-flags.ts'
import { namesFor } from '../../../../src/diagnostics/client-names.ts'
import { type HostsFormat, render, setupOf } from '../../../../src/diagnostics/hosts.ts'
import { configured } from '../configured.ts'

/** What `hosts` prints for a proxy at these addresses. */
export function rendered(format: HostsFormat, proxies: readonly string[], flags: Flags = {}): string {
  const { config } = configured(flags)
  return render(format, setupOf(config, proxies, namesFor(config.resolver.kind))).text
}

/** Names that clients of the default configuration ask for, and one of each form that has no line of its own. */
export const COVERED = [
  'registry-vpc.cn-beijing.aliyuncs.com',
  'dockerauth-ee-vpc.cn-beijing.aliyuncs.com',
  'oss-cn-beijing-internal.aliyuncs.com',
  'aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com',
  'cri-abc123-registry.oss-cn-beijing-internal.aliyuncs.com',
]

/** Forms of instances: covered where a format knows wildcards that are no whole domain. */
export const INSTANCES = [
  'acme-registry-vpc.cn-beijing.cr.aliyuncs.com',
  'acme-chart-vpc.cn-beijing.cr.aliyuncs.com',
  'crpi-q7-vpc.cn-beijing.personal.cr.aliyuncs.com',
]

/** Names of others, which must go on to be asked where they were. */
export const OTHERS = [
  'registry.cn-beijing.aliyuncs.com',
  'registry-vpc.cn-shanghai.aliyuncs.com',
  'acme-registry.cn-beijing.cr.aliyuncs.com',
  'oss-cn-beijing.aliyuncs.com',
  'example.com',
]
