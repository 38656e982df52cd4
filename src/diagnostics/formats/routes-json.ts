import type { RouteList } from './route-list.ts'

/** Everything, for programs: `ranges` as they are known, `destinations` without those inside another. */
export function renderRoutesJson(list: RouteList): string {
  return `${JSON.stringify(list, undefined, 2)}\n`
}
