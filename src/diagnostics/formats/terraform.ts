import type { Destination } from '../ranges.ts'
import { forCen, type RouteList, routesHeading, sayDestination, type Way } from './route-list.ts'

/** Routes of a CEN transit router, by the provider aliyun/alicloud. Ids are variables: whoever applies it knows them. */
export function renderTerraform(list: RouteList, way: Way): string {
  const { taken, left } = forCen(list, way)
  const comments = [
    ...routesHeading(list),
    ...left.map((destination) => `left out: ${destination.cidr}, ${sayDestination(destination)}`),
  ]
  return `${comments.map((line) => `# ${line}\n`).join('')}
${way.router === 'basic' ? BASIC_VARIABLES : ENTERPRISE_VARIABLES}
locals {
  # The region is that of the VPC to route to.
  acr_routes = {
${entries(taken)}  }
}

${way.router === 'basic' ? BASIC_RESOURCE : ENTERPRISE_RESOURCE}`
}

/** Aligned as terraform fmt aligns them. */
function entries(destinations: readonly Destination[]): string {
  const width = Math.max(...destinations.map(({ cidr }) => cidr.length)) + 2
  return destinations
    .map(({ cidr, purposes, region }) => {
      const description = `acr-proxy/${purposes.join('/')}/${region}`
      return `    ${`"${cidr}"`.padEnd(width)} = { region = "${region}", description = "${description}" }\n`
    })
    .join('')
}

const ENTERPRISE_VARIABLES = `variable "route_table_id" {
  type        = string
  description = "Route table of the Enterprise Edition transit router"
}

variable "attachment_ids" {
  type        = map(string)
  description = "Attachment of the VPC to route to, by region"
}
`

const ENTERPRISE_RESOURCE = `resource "alicloud_cen_transit_router_route_entry" "acr" {
  for_each = local.acr_routes

  transit_router_route_table_id                     = var.route_table_id
  transit_router_route_entry_destination_cidr_block = each.key
  transit_router_route_entry_next_hop_type          = "Attachment"
  transit_router_route_entry_next_hop_id            = var.attachment_ids[each.value.region]
  transit_router_route_entry_description            = each.value.description
}
`

const BASIC_VARIABLES = `variable "cen_id" {
  type        = string
  description = "The CEN instance of the Basic Edition transit router"
}

variable "vpc_ids" {
  type        = map(string)
  description = "The VPC to route to, by region"
}
`

const BASIC_RESOURCE = `resource "alicloud_cen_route_service" "acr" {
  for_each = local.acr_routes

  cen_id           = var.cen_id
  access_region_id = each.value.region
  host             = each.key
  host_region_id   = each.value.region
  host_vpc_id      = var.vpc_ids[each.value.region]
}
`
