import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { renderAliyunCli } from '../../../../src/diagnostics/formats/aliyun-cli.ts'
import { renderIpRoute } from '../../../../src/diagnostics/formats/ip-route.ts'
import { temporaryFolder } from '../../config/given.ts'
import { LIST, way } from './routes.ts'

/** What a POSIX shell makes of a script: the commands that it runs, words separated by bars, `name` being a stand-in. */
function runs(t: TestContext, name: string, script: string, env: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, name), `#!/bin/sh\nprintf '|%s' "$@"\necho\n`, { mode: 0o755 })
  const options = { input: script, env: { PATH: folder, ...env }, encoding: 'utf8', stdio: 'pipe' } as const
  return execFileSync('/bin/sh', options).split('\n').slice(0, -1)
}

const IDS = {
  ROUTE_TABLE_ID: 'vtb-1 2',
  ATTACHMENT_ID_CN_HANGZHOU: 'tr-attach-h',
  ATTACHMENT_ID_CN_SHANGHAI: 'tr-attach-s',
  CEN_ID: 'cen-1',
  VPC_ID_CN_HANGZHOU: 'vpc-h',
  VPC_ID_CN_SHANGHAI: 'vpc-s',
}

function callTo(cidr: string, attachment: string): string {
  return `|cbn|CreateTransitRouterRouteEntry|--TransitRouterRouteTableId|vtb-1 2|--TransitRouterRouteEntryDestinationCidrBlock|${cidr}|--TransitRouterRouteEntryNextHopType|Attachment|--TransitRouterRouteEntryNextHopId|${attachment}`
}

test('the script for the aliyun CLI makes one call a route, with the ids of its environment', (t) => {
  assert.deepEqual(runs(t, 'aliyun', renderAliyunCli(LIST, way({})), IDS), [
    callTo('192.168.3.7/32', 'tr-attach-h'),
    callTo('100.103.0.0/16', 'tr-attach-h'),
    callTo('100.98.35.0/24', 'tr-attach-s'),
  ])
})

test('for a Basic transit router it routes services', (t) => {
  assert.equal(
    runs(t, 'aliyun', renderAliyunCli(LIST, way({ router: 'basic' })), IDS)[1],
    '|cbn|ResolveAndRouteServiceInCen|--CenId|cen-1|--AccessRegionIds.1|cn-shanghai|--Host|100.98.35.0/24|--HostRegionId|cn-shanghai|--HostVpcId|vpc-s',
  )
})

test('without an id the script ends before its first call', (t) => {
  const { ATTACHMENT_ID_CN_SHANGHAI: _, ...others } = IDS
  assert.throws(
    () => runs(t, 'aliyun', renderAliyunCli(LIST, way({})), others),
    /ATTACHMENT_ID_CN_SHANGHAI: attachment/,
  )
})

test('routes of Linux are commands for the family of the next hop', (t) => {
  assert.deepEqual(runs(t, 'ip', renderIpRoute(LIST, way({ via: '10.0.0.1', dev: 'eth1' }))), [
    '|route|replace|192.168.3.7/32|via|10.0.0.1|dev|eth1',
    '|route|replace|100.103.0.0/16|via|10.0.0.1|dev|eth1',
    '|route|replace|100.98.35.0/24|via|10.0.0.1|dev|eth1',
  ])
  assert.equal(runs(t, 'ip', renderIpRoute(LIST, way({ dev: 'wg0' })))[1], '|-6|route|replace|2001:db8::7/128|dev|wg0')
})

test('routes of Linux need a next hop or a device', () => {
  assert.throws(() => renderIpRoute(LIST, way({})), { name: 'UserError', exitCode: 2 })
})
