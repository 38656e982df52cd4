import assert from 'node:assert/strict'
import type { NetworkInterfaceInfo } from 'node:os'
import test from 'node:test'
import { overlaps } from '../../../src/diagnostics/overlaps.ts'
import { destinations, type Purpose, type Range } from '../../../src/diagnostics/ranges.ts'
import { rangesFromTable, sharedBetweenRegions } from '../../../src/diagnostics/ranges.ts'
import { configured } from './configured.ts'

function range(cidr: string, purpose: Purpose, region = 'cn-beijing'): Range {
  return { cidr, purpose, region, source: 'table' }
}

test('the table knows the OSS ranges of each region, and the DNS servers of every VPC', () => {
  const { config } = configured({ region: ['cn-nanjing,eu-west-2'], 'resolver-servers': ['127.0.0.1'] })
  assert.deepEqual(
    rangesFromTable(config).map(({ cidr, purpose, region, source }) => `${cidr} ${purpose} ${region} ${source}`),
    [
      '100.114.142.0/24 oss cn-nanjing table',
      '100.100.2.136/32 dns cn-nanjing table',
      '100.100.2.138/32 dns cn-nanjing table',
      '100.115.159.0/27 oss eu-west-2 table',
      '100.100.2.136/32 dns eu-west-2 table',
      '100.100.2.138/32 dns eu-west-2 table',
    ],
  )
})

test('ranges inside another need no route of their own, and one of two equals is enough', () => {
  const ranges = [
    range('100.103.9.188/32', 'registry'),
    range('100.103.0.0/16', 'auth'),
    range('100.103.0.0/16', 'registry', 'cn-shanghai'),
    range('100.104.0.0/24', 'oss'),
  ]
  assert.deepEqual(destinations(ranges), [
    { cidr: '100.103.0.0/16', purposes: ['registry', 'auth'], region: 'cn-beijing' },
    { cidr: '100.104.0.0/24', purposes: ['oss'], region: 'cn-beijing' },
  ])
})

test('ranges that two regions share are told once; the DNS servers of each VPC are not shared', () => {
  const { config } = configured({ region: ['cn-zhongwei,ap-southeast-8'] })
  assert.deepEqual(sharedBetweenRegions(rangesFromTable(config)), [
    '100.115.157.0/27 (oss of ap-southeast-8) and 100.115.157.0/27 (oss of cn-zhongwei) overlap: a route leads to one of the regions only',
  ])
})

test('a range that lies in a local network, or takes one in, is told', () => {
  const entry = (cidr: string, internal = false): NetworkInterfaceInfo => ({
    cidr,
    internal,
    address: cidr.split('/')[0] ?? '',
    netmask: '',
    mac: '',
    family: 'IPv4',
  })
  const interfaces = {
    lo: [entry('100.103.0.1/8', true)],
    tailscale0: [entry('100.64.0.9/10')],
    eth0: [entry('10.0.0.5/24')],
    eth1: [entry('100.103.7.2/24')],
  }
  assert.deepEqual(overlaps([range('10.0.0.9/32', 'registry'), range('100.103.0.0/16', 'auth')], interfaces), [
    '10.0.0.9/32 (registry of cn-beijing) lies in 10.0.0.0/24, the network of eth0 here',
    '100.103.0.0/16 (auth of cn-beijing) lies in 100.64.0.0/10, the network of tailscale0 here',
    '100.103.0.0/16 (auth of cn-beijing) takes in 100.103.7.0/24, the network of eth1 here',
  ])
})
