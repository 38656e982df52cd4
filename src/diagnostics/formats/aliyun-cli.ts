import type { Destination } from '../ranges.ts'
import { forCen, type RouteList, routesHeading, sayDestination, type Way } from './route-list.ts'

/** A shell script of calls to CEN. Ids are variables of the environment: whoever runs it knows them. */
export function renderAliyunCli(list: RouteList, way: Way): string {
  const { taken, left } = forCen(list, way)
  const regions = [...new Set(taken.map(({ region }) => region))]
  const lines = [
    '#!/bin/sh',
    ...routesHeading(list).map((line) => `# ${line}`),
    ...left.map((destination) => `# left out: ${destination.cidr}, ${sayDestination(destination)}`),
    'set -eu',
    ...(way.router === 'basic' ? basic(taken, regions) : enterprise(taken, regions)),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function enterprise(taken: readonly Destination[], regions: readonly string[]): readonly string[] {
  return [
    needed('ROUTE_TABLE_ID', 'route table of the Enterprise Edition transit router'),
    ...regions.map((region) => needed(byRegion('ATTACHMENT_ID', region), `attachment of the VPC in ${region}`)),
    ...taken.map(
      ({ cidr, region }) =>
        `aliyun cbn CreateTransitRouterRouteEntry --TransitRouterRouteTableId "$ROUTE_TABLE_ID"` +
        ` --TransitRouterRouteEntryDestinationCidrBlock ${cidr} --TransitRouterRouteEntryNextHopType Attachment` +
        ` --TransitRouterRouteEntryNextHopId "$${byRegion('ATTACHMENT_ID', region)}"`,
    ),
  ]
}

function basic(taken: readonly Destination[], regions: readonly string[]): readonly string[] {
  return [
    needed('CEN_ID', 'CEN instance of the Basic Edition transit router'),
    ...regions.map((region) => needed(byRegion('VPC_ID', region), `VPC in ${region}`)),
    ...taken.map(
      ({ cidr, region }) =>
        `aliyun cbn ResolveAndRouteServiceInCen --CenId "$CEN_ID" --AccessRegionIds.1 ${region} --Host ${cidr}` +
        ` --HostRegionId ${region} --HostVpcId "$${byRegion('VPC_ID', region)}"`,
    ),
  ]
}

/** Ends the script where the variable is not set. */
function needed(name: string, meaning: string): string {
  return `: "\${${name}:?${meaning}}"`
}

function byRegion(name: string, region: string): string {
  return `${name}_${region.replaceAll('-', '_').toUpperCase()}`
}
