import assert from 'node:assert/strict'
import test from 'node:test'
import { parseChart } from '../../../../src/diagnostics/doctor/chart.ts'
import { parseImage } from '../../../../src/diagnostics/doctor/image-reference.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

test('an image is read as docker does', () => {
  for (const [text, host, repository, reference] of [
    ['team/app', undefined, 'team/app', 'latest'],
    ['team/sub/app_x:1.2-b', undefined, 'team/sub/app_x', '1.2-b'],
    [`Registry.example.com/team/app@${DIGEST}`, 'registry.example.com', 'team/app', DIGEST],
    [`team/app:v1@${DIGEST}`, undefined, 'team/app', DIGEST],
  ] as const)
    assert.deepEqual(parseImage(text), { host, repository, reference }, text)
})

test('what names no repository of a namespace, or holds what a path may not, is no image', () => {
  for (const text of [
    '',
    'app',
    'Team/app',
    'team/app:',
    'team/app@sha256:12',
    'team//app',
    'team/../app',
    'team/app?x=1',
    'registry.example.com/app',
    'team/app:a b',
  ])
    assert.equal(parseImage(text), undefined, text)
})

test('a chart repository is a host, with or without a namespace and name', () => {
  assert.deepEqual(parseChart('a-chart.cn-x.cr.aliyuncs.com'), {
    host: 'a-chart.cn-x.cr.aliyuncs.com',
    repository: undefined,
  })
  assert.deepEqual(parseChart('A.example.com/ns/repo'), { host: 'a.example.com', repository: 'ns/repo' })
  for (const text of ['', 'acme', 'a.example.com/ns', 'a.example.com/ns/repo/x', 'https://a.example.com'])
    assert.equal(parseChart(text), undefined, text)
})
