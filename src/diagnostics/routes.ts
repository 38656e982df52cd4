import os from 'node:os'
import type { Config } from '../config/schema.ts'
import { renderAliyunCli } from './formats/aliyun-cli.ts'
import { renderIpRoute } from './formats/ip-route.ts'
import type { RouteList, Way } from './formats/route-list.ts'
import { renderRoutesJson } from './formats/routes-json.ts'
import { renderRoutesTable } from './formats/routes-table.ts'
import { renderTerraform } from './formats/terraform.ts'
import { liveRanges } from './live-ranges.ts'
import { overlaps } from './overlaps.ts'
import { destinations, type Range, rangesFromTable, sharedBetweenRegions } from './ranges.ts'

const RENDERERS = {
  table: renderRoutesTable,
  json: renderRoutesJson,
  'ip-route': renderIpRoute,
  terraform: renderTerraform,
  'aliyun-cli': renderAliyunCli,
} as const satisfies Record<string, (list: RouteList, way: Way) => string>

export type RoutesFormat = keyof typeof RENDERERS

export const ROUTES_FORMATS: readonly string[] = Object.keys(RENDERERS)

export function isRoutesFormat(text: string): text is RoutesFormat {
  return Object.hasOwn(RENDERERS, text)
}

/** What must be routed, from the table and, unless `offline`, from what names resolve to now. Rejects with a UserError. */
export async function routeList(config: Config, { offline }: { readonly offline: boolean }): Promise<RouteList> {
  const table = rangesFromTable(config)
  const live = offline ? { ranges: [], warnings: [], missing: [] } : await liveRanges(config)
  const ranges = merged([...live.ranges, ...table])
  return {
    regions: config.region,
    ranges,
    destinations: destinations(ranges),
    warnings: [
      ...live.warnings,
      ...untabled(config, table),
      ...sharedBetweenRegions(ranges),
      ...overlaps(ranges, os.networkInterfaces()),
    ],
    missing: offline ? ['registry and auth: they are known by resolving only'] : live.missing,
  }
}

export function renderRoutes(format: RoutesFormat, list: RouteList, way: Way): string {
  return RENDERERS[format](list, way)
}

/** One entry for each range, purpose and region, with all its sources. */
function merged(ranges: readonly Range[]): readonly Range[] {
  const byKey = new Map<string, Range>()
  for (const range of ranges) {
    const key = `${range.cidr} ${range.purpose} ${range.region}`
    const same = byKey.get(key)
    byKey.set(key, same === undefined ? range : { ...same, source: `${same.source}, ${range.source}` })
  }
  const order = ['registry', 'chart', 'auth', 'oss', 'dns']
  return [...byKey.values()].sort((a, b) => order.indexOf(a.purpose) - order.indexOf(b.purpose))
}

function untabled({ region }: Config, table: readonly Range[]): readonly string[] {
  const known = new Set(table.filter(({ purpose }) => purpose === 'oss').map((range) => range.region))
  return region.filter((id) => !known.has(id)).map((id) => `no ranges of OSS are known for ${id}`)
}
