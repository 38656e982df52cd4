import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { newFile } from '../../../src/config/new-file.ts'
import { load } from './given.ts'

const EXAMPLE = readFileSync(new URL('../../../../config/acr-proxy.example.yaml', import.meta.url), 'utf8')

test('a new file says what the flags say, and keeps every comment of the example', (t) => {
  const flags = {
    region: ['cn-hangzhou,cn-beijing'],
    listen: [':8443'],
    hosts: ['registry.example.com=192.168.3.7:8443'],
    'allow-clients': ['10.0.0.0/8', '192.0.2.0/24'],
    'drain-timeout': ['2m'],
    'limits-connections': ['100'],
    'admin-token': ['0123456789abcdef0123456789abcdef'],
  }
  const file = newFile(EXAMPLE, flags)
  assert.deepEqual(load(t, { file }).config, load(t, { flags }).config)
  const comments = (text: string) => [...text.matchAll(/##.*/g)].map(([comment]) => comment)
  assert.deepEqual(comments(file), comments(EXAMPLE))
  assert.match(file, /^region: \[cn-hangzhou, cn-beijing\]$/m)
  assert.match(file, /^listen: :8443$/m)
})

test('without flags that would start a proxy there is no file', () => {
  assert.throws(() => newFile(EXAMPLE, {}), /region: is required/)
  assert.throws(() => newFile(EXAMPLE, { region: ['cn-beijing'], listen: ['nowhere'] }), /--listen: /)
})
