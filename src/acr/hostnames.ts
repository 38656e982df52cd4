import { findOssEndpoint, ossEndpoints } from './oss.ts'
import { isRegionId } from './regions.ts'

export type Role = 'registry' | 'chart' | 'auth' | 'oss' | 'api' | 'custom'

/** `internal` is OSS's own word for its VPC endpoints, `classic` the network from before VPCs. */
export type Network = 'public' | 'vpc' | 'internal' | 'classic'

/** Every shape a host name of ACR can have. */
const forms = {
  registry: { role: 'registry', network: 'public' },
  'registry-vpc': { role: 'registry', network: 'vpc' },
  'registry-internal': { role: 'registry', network: 'classic' },
  'registry-intl': { role: 'registry', network: 'public' },
  'registry-intl-vpc': { role: 'registry', network: 'vpc' },
  'registry-alias': { role: 'registry', network: 'public' },
  ack: { role: 'registry', network: 'public' },
  'ack-vpc': { role: 'registry', network: 'vpc' },
  personal: { role: 'registry', network: 'public' },
  'personal-vpc': { role: 'registry', network: 'vpc' },
  'ee-registry': { role: 'registry', network: 'public' },
  'ee-registry-vpc': { role: 'registry', network: 'vpc' },
  'ee-chart': { role: 'chart', network: 'public' },
  'ee-chart-vpc': { role: 'chart', network: 'vpc' },
  dockerauth: { role: 'auth', network: 'public' },
  'dockerauth-vpc': { role: 'auth', network: 'vpc' },
  'dockerauth-ee': { role: 'auth', network: 'public' },
  'dockerauth-ee-vpc': { role: 'auth', network: 'vpc' },
  'dockerauth-alias': { role: 'auth', network: 'public' },
  oss: { role: 'oss', network: 'public' },
  'oss-internal': { role: 'oss', network: 'internal' },
  'oss-bucket': { role: 'oss', network: 'public' },
  'oss-bucket-internal': { role: 'oss', network: 'internal' },
  cr: { role: 'api', network: 'public' },
  'cr-vpc': { role: 'api', network: 'vpc' },
} as const satisfies Record<string, { readonly role: Role; readonly network: Network }>

export type Form = keyof typeof forms

export interface AcrName {
  readonly host: string
  readonly role: Role
  readonly form: Form
  readonly region: string
  readonly network: Network
  /** An Enterprise instance's name, or the whole `crpi-...` of a personal one. */
  readonly instance: string | undefined
  readonly bucket: string | undefined
  /** The bucket is named as ACR names its own: `aliregistry...` or `cri-...-registry`. */
  readonly acrBucket: boolean
}

const zone = '.aliyuncs.com'

/** First labels of `LABEL.REGION.aliyuncs.com`; each is its own form. */
const regional: ReadonlyMap<string, Form> = new Map(
  [
    ['registry', 'registry-vpc', 'registry-internal', 'registry-intl', 'registry-intl-vpc'] as const,
    ['dockerauth', 'dockerauth-vpc', 'dockerauth-ee', 'dockerauth-ee-vpc'] as const,
    ['cr', 'cr-vpc'] as const,
  ]
    .flat()
    .map((label) => [label, label]),
)

/** Labels of `LABEL.aliyuncs.com` and the region each belongs to. */
const aliases: ReadonlyMap<string, { readonly form: Form; readonly region: string }> = new Map([
  ['registry', { form: 'registry-alias', region: 'cn-hangzhou' }],
  ['dockerauth', { form: 'dockerauth-alias', region: 'cn-hangzhou' }],
  ['dockerauth-cn-zhangjiakou', { form: 'dockerauth-alias', region: 'cn-zhangjiakou' }],
])

/** What a normalised host name is to ACR; undefined for every name that has none of its shapes. */
export function identify(host: string): AcrName | undefined {
  if (!host.endsWith(zone)) return undefined
  const labels = host.slice(0, -zone.length).split('.', 5)
  const [first = '', second = '', third, fourth] = labels
  switch (labels.length) {
    case 1:
      return identifyAlias(host, first) ?? identifyOss(host, host, undefined)
    case 2:
      if (second === 'ack') return identifyAck(host, first)
      if (second.startsWith('oss-')) return identifyOss(host, second + zone, first)
      return named(host, regional.get(first), second)
    case 3:
      return third === 'cr' ? identifyEnterprise(host, first, second) : undefined
    case 4:
      return third === 'personal' && fourth === 'cr' ? identifyPersonal(host, first, second) : undefined
    default:
      return undefined
  }
}

function identifyAlias(host: string, label: string): AcrName | undefined {
  const alias = aliases.get(label)
  return alias && named(host, alias.form, alias.region)
}

function identifyAck(host: string, label: string): AcrName | undefined {
  const [, region = '', vpc] = /^registry-(.+?)(-vpc)?$/.exec(label) ?? []
  return named(host, vpc === undefined ? 'ack' : 'ack-vpc', region)
}

function identifyEnterprise(host: string, label: string, region: string): AcrName | undefined {
  // Greedy, because an instance's own name may contain -registry: only the last one is the suffix.
  const [, instance, kind, vpc] = /^([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)-(registry|chart)(-vpc)?$/.exec(label) ?? []
  if (instance === undefined) return undefined
  const form = kind === 'chart' ? 'ee-chart' : 'ee-registry'
  return named(host, vpc === undefined ? form : `${form}-vpc`, region, { instance })
}

function identifyPersonal(host: string, label: string, region: string): AcrName | undefined {
  const [, instance, vpc] = /^(crpi-[a-z0-9]+)(-vpc)?$/.exec(label) ?? []
  if (instance === undefined) return undefined
  return named(host, vpc === undefined ? 'personal' : 'personal-vpc', region, { instance })
}

/** `endpoint` is the host without its bucket. */
function identifyOss(host: string, endpoint: string, bucket: string | undefined): AcrName | undefined {
  const found = findOssEndpoint(endpoint)
  if (found === undefined) return undefined
  if (bucket !== undefined && !/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(bucket)) return undefined
  const form = bucket === undefined ? 'oss' : 'oss-bucket'
  return named(host, found.network === 'public' ? form : `${form}-internal`, found.region, { bucket })
}

/** The whole record, provided that the region can be one. */
function named(
  host: string,
  form: Form | undefined,
  region: string,
  { instance, bucket }: { readonly instance?: string; readonly bucket?: string | undefined } = {},
): AcrName | undefined {
  if (form === undefined || !isRegionId(region)) return undefined
  const acrBucket = bucket !== undefined && /^(?:aliregistry|cri-.+-registry$)/.test(bucket)
  return { host, ...forms[form], form, region, instance, bucket, acrBucket }
}

interface Wanted {
  readonly instances?: readonly string[]
  readonly buckets?: readonly string[]
}

/** The names a region is known to have, those of the wanted instances and buckets among them. `*` names nothing. */
export function namesOf(region: string, { instances = [], buckets = [] }: Wanted = {}): readonly AcrName[] {
  const aliregistry = region === 'cn-hangzhou' ? 'aliregistry' : `aliregistry-${region}`
  // The public authorization service of cn-zhangjiakou has the irregular name only.
  const labels = [...regional.keys()].filter((label) => region !== 'cn-zhangjiakou' || label !== 'dockerauth')
  const beforeEndpoint = ['', ...[aliregistry, ...buckets].map((bucket) => `${bucket}.`)]
  const ownAliases = [...aliases].filter(([, alias]) => alias.region === region).map(([label]) => label)
  const hosts = [
    ...labels.map((label) => `${label}.${region}${zone}`),
    ...ownAliases.map((label) => label + zone),
    `registry-${region}.ack${zone}`,
    `registry-${region}-vpc.ack${zone}`,
    ...instances.flatMap((instance) => hostsOfInstance(instance, region)),
    ...ossEndpoints(region).flatMap(({ host }) => beforeEndpoint.map((prefix) => prefix + host)),
  ]
  // Told by the same function that admits: a name it would place elsewhere is not the region's.
  return [...new Set(hosts)].flatMap((host) => identify(host) ?? []).filter((name) => name.region === region)
}

function hostsOfInstance(instance: string, region: string): readonly string[] {
  const personal = instance.startsWith('crpi-')
  const suffixes = personal ? ['', '-vpc'] : ['-registry', '-registry-vpc', '-chart', '-chart-vpc']
  return suffixes.map((suffix) => `${instance}${suffix}.${region}${personal ? '.personal' : ''}.cr${zone}`)
}
