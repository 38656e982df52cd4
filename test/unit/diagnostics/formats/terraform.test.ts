import assert from 'node:assert/strict'
import test from 'node:test'
import { renderTerraform } from '../../../../src/diagnostics/formats/terraform.ts'
import { type Body, parseHcl } from './hcl.ts'
import { LIST, way } from './routes.ts'

function block(body: Body, ...head: readonly string[]): Body {
  const found = body.blocks.filter(({ type, labels }) => [type, ...labels].join(' ') === head.join(' '))
  assert.equal(found.length, 1, head.join(' '))
  return found[0]?.body ?? body
}

function routesIn(body: Body): readonly (readonly [string, unknown, unknown])[] {
  const routes = block(body, 'locals').attributes.get('acr_routes')
  if (!(routes instanceof Map)) throw new Error('acr_routes is no object')
  return [...routes].map(([cidr, route]) => {
    if (!(route instanceof Map)) throw new Error(`${cidr} is no object`)
    return [String(cidr), route.get('region'), route.get('description')]
  })
}

test('routes of an Enterprise transit router lead to the attachment in their region', () => {
  const text = renderTerraform(LIST, way({}))
  const body = parseHcl(text)
  assert.deepEqual(routesIn(body), [
    ['192.168.3.7/32', 'cn-hangzhou', 'acr-proxy/registry/cn-hangzhou'],
    ['100.103.0.0/16', 'cn-hangzhou', 'acr-proxy/registry/auth/cn-hangzhou'],
    ['100.98.35.0/24', 'cn-shanghai', 'acr-proxy/oss/cn-shanghai'],
  ])
  const entry = block(body, 'resource', 'alicloud_cen_transit_router_route_entry', 'acr').attributes
  assert.deepEqual(entry.get('for_each'), { expression: 'local.acr_routes' })
  assert.deepEqual(entry.get('transit_router_route_entry_destination_cidr_block'), { expression: 'each.key' })
  assert.equal(entry.get('transit_router_route_entry_next_hop_type'), 'Attachment')
  assert.deepEqual(entry.get('transit_router_route_entry_next_hop_id'), {
    expression: 'var.attachment_ids[each.value.region]',
  })
  for (const name of ['route_table_id', 'attachment_ids']) block(body, 'variable', name)
  assert.match(text, /^# left out: 2001:db8::7\/128, registry of cn-hangzhou$/m)
})

test('a Basic transit router takes ranges of 100.64.0.0/10 only', () => {
  const body = parseHcl(renderTerraform(LIST, way({ router: 'basic' })))
  assert.deepEqual(
    routesIn(body).map(([cidr]) => cidr),
    ['100.103.0.0/16', '100.98.35.0/24'],
  )
  const service = block(body, 'resource', 'alicloud_cen_route_service', 'acr').attributes
  const names = ['for_each', 'cen_id', 'access_region_id', 'host', 'host_region_id', 'host_vpc_id']
  assert.deepEqual([...service.keys()], names)
  for (const name of ['cen_id', 'vpc_ids']) block(body, 'variable', name)
})

test('what a resolver complains of stays inside its comment', () => {
  const text = renderTerraform(LIST, way({}))
  assert.match(text, /^# not known: auth of cn-shanghai: a module said rm -rf \/ $/m)
})
