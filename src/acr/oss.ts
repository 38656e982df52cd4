import { isRegionId, regions } from './regions.ts'
import type { KnownRegionId } from './regions.ts'

export interface OssEndpoint {
  readonly host: string
  readonly network: 'public' | 'internal'
}

/** Address ranges of OSS's internal endpoints. Regions share some: an address does not tell its region. */
const ranges: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'cn-hangzhou': ['100.118.28.0/24', '100.114.102.0/24', '100.98.170.0/24', '100.118.31.0/24'],
    'cn-shanghai': ['100.98.35.0/24', '100.98.110.0/24', '100.98.169.0/24', '100.118.102.0/24'],
    'cn-nanjing': ['100.114.142.0/24'],
    'cn-fuzhou': ['100.115.21.0/24'],
    'cn-wuhan-lr': ['100.115.89.0/24'],
    'cn-qingdao': ['100.115.173.0/24', '100.99.113.0/24', '100.99.114.0/24', '100.99.115.0/24'],
    'cn-beijing': [
      '100.118.58.0/24',
      '100.118.167.0/24',
      '100.118.170.0/24',
      '100.118.171.0/24',
      '100.118.172.0/24',
      '100.118.173.0/24',
    ],
    'cn-zhangjiakou': ['100.118.90.0/24', '100.98.159.0/24', '100.114.0.0/24', '100.114.1.0/24'],
    'cn-huhehaote': ['100.118.195.0/24', '100.99.110.0/24', '100.99.111.0/24', '100.99.112.0/24'],
    'cn-wulanchabu': ['100.114.11.0/24', '100.114.12.0/24', '100.114.100.0/24', '100.118.214.0/24'],
    'cn-shenzhen': ['100.118.78.0/24', '100.118.203.0/24', '100.118.204.0/24', '100.118.217.0/24'],
    'cn-heyuan': ['100.98.83.0/24', '100.118.174.0/24'],
    'cn-guangzhou': ['100.115.33.0/24', '100.114.101.0/24'],
    'cn-chengdu': ['100.115.155.0/24', '100.99.107.0/24', '100.99.108.0/24', '100.99.109.0/24'],
    'cn-zhongwei': ['100.115.157.0/27'],
    'cn-hongkong': ['100.115.61.0/24', '100.99.103.0/24', '100.99.104.0/24', '100.99.106.0/24'],
    'rg-china-mainland': [],
    'ap-northeast-1': ['100.114.211.0/24', '100.114.114.0/25'],
    'ap-northeast-2': ['100.99.119.0/24'],
    'ap-southeast-1': ['100.118.219.0/24', '100.99.213.0/24', '100.99.116.0/24', '100.99.117.0/24'],
    'ap-southeast-3': ['100.118.165.0/24', '100.99.125.0/24', '100.99.130.0/24', '100.99.131.0/24'],
    'ap-southeast-5': ['100.114.98.0/24'],
    'ap-southeast-6': ['100.115.16.0/24'],
    'ap-southeast-7': ['100.98.249.0/24'],
    'ap-southeast-8': ['100.115.157.0/27'],
    'eu-central-1': ['100.115.154.0/24'],
    'eu-west-1': ['100.114.114.128/25'],
    'eu-west-2': ['100.115.159.0/27'],
    'us-west-1': ['100.115.107.0/24'],
    'us-east-1': ['100.115.60.0/24', '100.99.100.0/24', '100.99.101.0/24', '100.99.102.0/24'],
    'na-south-1': ['100.115.112.0/27'],
    'me-east-1': ['100.99.235.0/24'],
    'me-central-1': ['100.99.121.0/24'],
    'ap-south-1': ['100.118.211.0/24', '100.99.122.0/24', '100.99.123.0/24', '100.99.124.0/24'],
    'ap-southeast-2': [],
    'cn-hangzhou-finance': [
      '100.103.4.210/32',
      '100.115.6.0/24',
      '100.103.4.95/32',
      '100.103.5.142/32',
      '100.103.5.143/32',
      '100.103.5.144/32',
    ],
    'cn-shanghai-finance-1': ['100.115.105.0/24', '100.100.36.8/32', '100.100.36.24/32'],
    'cn-shenzhen-finance-1': ['100.112.15.0/24', '100.100.80.70/32'],
    'cn-beijing-finance-1': ['100.112.52.0/24'],
    'cn-north-2-gov-1': [],
  } satisfies Record<KnownRegionId, readonly string[]>),
)

/** Regions whose endpoints do not follow the formula. */
const irregular: ReadonlyMap<string, readonly OssEndpoint[]> = new Map<KnownRegionId, readonly OssEndpoint[]>([
  ['rg-china-mainland', [open('oss-rg-china-mainland')]],
  ['cn-hangzhou-finance', [inner('oss-cn-hzjbp-b'), open('oss-cn-hzfinance'), inner('oss-cn-hzfinance')]],
  [
    'cn-shanghai-finance-1',
    [inner('oss-cn-shanghai-finance-1'), open('oss-cn-shanghai-finance-1-pub'), inner('oss-cn-shanghai-finance-1-pub')],
  ],
  ['cn-shenzhen-finance-1', [inner('oss-cn-shenzhen-finance-1'), open('oss-cn-szfinance'), inner('oss-cn-szfinance')]],
  [
    'cn-beijing-finance-1',
    [inner('oss-cn-beijing-finance-1'), open('oss-cn-beijing-finance-1-pub'), inner('oss-cn-beijing-finance-1-pub')],
  ],
])

/** What follows `oss-` in names of services that are not a region's endpoint. */
const notRegions: ReadonlySet<string> = new Set(['accelerate-overseas', 'data-acc'])

const byRegion: ReadonlyMap<string, readonly OssEndpoint[]> = new Map(
  regions.map(({ id }) => [id, irregular.get(id) ?? byFormula(id)]),
)

const byHost: ReadonlyMap<string, OssEndpoint & { readonly region: string }> = new Map(
  [...byRegion].flatMap(([region, endpoints]) => endpoints.map((each) => [each.host, { ...each, region }] as const)),
)

/** The OSS endpoints of a region, by the formula where the table has no such region. Buckets are names below them. */
export function ossEndpoints(region: string): readonly OssEndpoint[] {
  return byRegion.get(region) ?? byFormula(region)
}

/** The CIDRs a region's internal OSS endpoints answer from; empty where none is known. */
export function ossRanges(region: string): readonly string[] {
  return ranges.get(region) ?? []
}

/** The region and network of an endpoint's host name (normalised, without a bucket). */
export function findOssEndpoint(host: string): (OssEndpoint & { readonly region: string }) | undefined {
  const known = byHost.get(host)
  if (known !== undefined) return known
  const [, region, internal] = /^oss-([a-z0-9-]+?)(-internal)?\.aliyuncs\.com$/.exec(host) ?? []
  if (region === undefined || !isRegionId(region) || byRegion.has(region) || notRegions.has(region)) return undefined
  return { host, network: internal === undefined ? 'public' : 'internal', region }
}

function byFormula(region: string): readonly OssEndpoint[] {
  return [open(`oss-${region}`), inner(`oss-${region}`)]
}

function open(name: string): OssEndpoint {
  return { host: `${name}.aliyuncs.com`, network: 'public' }
}

function inner(name: string): OssEndpoint {
  return { host: `${name}-internal.aliyuncs.com`, network: 'internal' }
}
