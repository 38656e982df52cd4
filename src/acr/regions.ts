import leven from 'leven'

export type RegionKind = 'regular' | 'finance' | 'gov'
export type RegionStatus = 'open' | 'invitation' | 'closing' | 'closed'

export interface Region {
  readonly id: string
  readonly kind: RegionKind
  readonly status: RegionStatus
  /** `unconfirmed`: OSS is known there, ACR's own host names are only derived. */
  readonly acr: 'listed' | 'unconfirmed'
}

/** Every region with a row in the vendor's ACR or OSS tables. */
export const regions = [
  { id: 'cn-qingdao', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'cn-beijing', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'cn-zhangjiakou', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'cn-huhehaote', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'cn-wulanchabu', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'cn-hangzhou', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'cn-shanghai', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'cn-nanjing', kind: 'regular', status: 'closing', acr: 'listed' },
  { id: 'cn-fuzhou', kind: 'regular', status: 'closing', acr: 'listed' },
  { id: 'cn-wuhan-lr', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'cn-shenzhen', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'cn-heyuan', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'cn-guangzhou', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'cn-chengdu', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'cn-zhongwei', kind: 'regular', status: 'open', acr: 'unconfirmed' },
  { id: 'cn-hongkong', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'rg-china-mainland', kind: 'regular', status: 'open', acr: 'unconfirmed' },
  { id: 'ap-southeast-1', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'ap-southeast-2', kind: 'regular', status: 'closed', acr: 'listed' },
  { id: 'ap-southeast-3', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'ap-southeast-5', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'ap-southeast-6', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'ap-southeast-7', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'ap-southeast-8', kind: 'regular', status: 'open', acr: 'unconfirmed' },
  { id: 'ap-south-1', kind: 'regular', status: 'closed', acr: 'listed' },
  { id: 'ap-northeast-1', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'ap-northeast-2', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'us-west-1', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'us-east-1', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'na-south-1', kind: 'regular', status: 'open', acr: 'unconfirmed' },
  { id: 'eu-central-1', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'eu-west-1', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'eu-west-2', kind: 'regular', status: 'open', acr: 'unconfirmed' },
  { id: 'me-east-1', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'me-central-1', kind: 'regular', status: 'open', acr: 'listed' },
  { id: 'cn-hangzhou-finance', kind: 'finance', status: 'open', acr: 'listed' },
  { id: 'cn-shanghai-finance-1', kind: 'finance', status: 'open', acr: 'listed' },
  { id: 'cn-shenzhen-finance-1', kind: 'finance', status: 'open', acr: 'listed' },
  { id: 'cn-beijing-finance-1', kind: 'finance', status: 'invitation', acr: 'listed' },
  { id: 'cn-north-2-gov-1', kind: 'gov', status: 'open', acr: 'unconfirmed' },
] as const satisfies readonly Region[]

/** The id of a region in the table. */
export type KnownRegionId = (typeof regions)[number]['id']

export type RegionLookup =
  | { readonly kind: 'known'; readonly region: Region }
  /** Well-formed and not in the table: its host names follow the regular formula. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'misspelt'; readonly suggestion: string }
  /** Cannot be a region id; `suggestion` is the id it was probably meant to be. */
  | { readonly kind: 'invalid'; readonly suggestion: string | undefined }

const byId: ReadonlyMap<string, Region> = new Map(regions.map((region) => [region.id, region]))

/** Whether `text` has the shape of a region id. The suffixes -vpc and -internal belong to host names. */
export function isRegionId(text: string): boolean {
  return text.length <= 63 && /^[a-z]{2,}(?:-[a-z0-9]+)+$/.test(text) && !/^oss-|-(?:vpc|internal)$/.test(text)
}

/** Tells a region of the table from one it does not have yet, a typing mistake, and what cannot be a region. */
export function findRegion(id: string): RegionLookup {
  const region = byId.get(id)
  if (region !== undefined) return { kind: 'known', region }
  if (!isRegionId(id)) return { kind: 'invalid', suggestion: meant(id) }
  const suggestion = nearest(id)
  return suggestion === undefined ? { kind: 'unknown' } : { kind: 'misspelt', suggestion }
}

/** The region behind an id in the wrong case, with an affix of a host name, or without its first part. */
function meant(text: string): string | undefined {
  const id = text
    .trim()
    .toLowerCase()
    .replaceAll(/[_\s]/g, '-')
    .replace(/^oss-/, '')
    .replace(/-(?:vpc|internal)$/, '')
  return [id, `cn-${id}`].find((candidate) => byId.has(candidate)) ?? nearest(id)
}

/** The region one slip of the keyboard away in its letters. Other digits alone make another region, not a slip. */
function nearest(id: string): string | undefined {
  const letters = withoutDigits(id)
  const slips: Region[] = []
  for (const region of regions) {
    const known = withoutDigits(region.id)
    if (known === letters) return undefined
    if (isOneSlip(letters, known)) slips.push(region)
  }
  return slips.sort((a, b) => leven(id, a.id) - leven(id, b.id))[0]?.id
}

function withoutDigits(id: string): string {
  return id.replaceAll(/\d/g, '')
}

/** One letter more, less or other, or two neighbours swapped. */
function isOneSlip(a: string, b: string): boolean {
  if (leven(a, b, { maxDistance: 2 }) === 1) return true
  if (a.length !== b.length) return false
  let i = 0
  while (i < a.length && a[i] === b[i]) i++
  return a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2)
}
