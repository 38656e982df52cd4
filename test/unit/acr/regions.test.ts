import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { findRegion, isRegionId, regions } from '../../../src/acr/regions.ts'
import type { Region } from '../../../src/acr/regions.ts'

function ids(wanted: (region: Region) => boolean): readonly string[] {
  return regions.filter(wanted).map(({ id }) => id)
}

test('every region of the table is found by its id, once', () => {
  assert.equal(regions.length, 40)
  assert.equal(new Set(regions.map(({ id }) => id)).size, regions.length)
  for (const region of regions) {
    assert.ok(isRegionId(region.id), region.id)
    assert.deepEqual(findRegion(region.id), { kind: 'known', region })
  }
})

test('finance, government, closed and unconfirmed regions are marked', () => {
  assert.equal(ids(({ kind }) => kind === 'finance').length, 4)
  assert.deepEqual(
    ids(({ kind }) => kind === 'gov'),
    ['cn-north-2-gov-1'],
  )
  assert.deepEqual(
    ids(({ status }) => status === 'closed'),
    ['ap-southeast-2', 'ap-south-1'],
  )
  assert.deepEqual(
    ids(({ status }) => status === 'closing'),
    ['cn-nanjing', 'cn-fuzhou'],
  )
  assert.deepEqual(
    ids(({ status }) => status === 'invitation'),
    ['cn-beijing-finance-1'],
  )
  assert.equal(ids(({ acr }) => acr === 'listed').length, 34)
})

test('an id one slip away from a region is misspelt', () => {
  const slips: readonly (readonly [string, string])[] = [
    ['cn-bejing', 'cn-beijing'],
    ['cn-beijng', 'cn-beijing'],
    ['cn-beijingg', 'cn-beijing'],
    ['cn-beiijng', 'cn-beijing'],
    ['nc-beijing', 'cn-beijing'],
    ['cn-hangzhuo', 'cn-hangzhou'],
    ['cn-shangahi', 'cn-shanghai'],
    ['ap-southest-1', 'ap-southeast-1'],
    ['ap-southest-5', 'ap-southeast-5'],
    ['ap-southeast1', 'ap-southeast-1'],
    ['cn-shanghai-finance', 'cn-shanghai-finance-1'],
    ['cn-hangzhou-finance-1', 'cn-hangzhou-finance'],
  ]
  for (const [id, suggestion] of slips) assert.deepEqual(findRegion(id), { kind: 'misspelt', suggestion }, id)
})

test('an id that differs in digits, or from every region, is one the table does not have yet', () => {
  for (const id of ['us-west-2', 'ap-southeast-9', 'eu-central-10', 'cn-shanghai-finance-2', 'sa-east-1', 'cn-xian']) {
    assert.deepEqual(findRegion(id), { kind: 'unknown' }, id)
  }
})

test('what cannot be a region id is invalid, with the id it was probably meant to be', () => {
  const wrong: readonly (readonly [string, string | undefined])[] = [
    ['', undefined],
    ['x', undefined],
    ['c-n', undefined],
    ['cn-', undefined],
    ['cn--beijing', 'cn-beijing'],
    ['CN-Beijing', 'cn-beijing'],
    [' cn-beijing ', 'cn-beijing'],
    ['cn_beijing', 'cn-beijing'],
    ['cnbeijing', 'cn-beijing'],
    ['beijing', 'cn-beijing'],
    ['oss-cn-beijing', 'cn-beijing'],
    ['cn-beijing-vpc', 'cn-beijing'],
    ['oss-cn-beijing-internal', 'cn-beijing'],
    ['cn-beijing.aliyuncs.com', undefined],
    ['constructor', undefined],
    [`cn-${'a'.repeat(61)}`, undefined],
  ]
  for (const [id, suggestion] of wrong) assert.deepEqual(findRegion(id), { kind: 'invalid', suggestion }, id)
})

test('no id throws, and a suggestion is always a region', () => {
  const nearIds = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[a-z]{2}-[a-z0-9-]{1,12}$/),
    fc
      .constantFrom(...regions.map(({ id }) => id))
      .chain((id) =>
        fc
          .tuple(fc.nat(id.length), fc.string({ maxLength: 1 }))
          .map(([at, extra]) => id.slice(0, at) + extra + id.slice(at + 1)),
      ),
  )
  fc.assert(
    fc.property(nearIds, (id) => {
      const found = findRegion(id)
      if (!('suggestion' in found) || found.suggestion === undefined) return
      assert.equal(findRegion(found.suggestion).kind, 'known')
    }),
  )
})
