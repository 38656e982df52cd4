import assert from 'node:assert/strict'
import test from 'node:test'
import { parseTarget } from '../../../src/diagnostics/target.ts'

for (const [text, host, port] of [
  ['registry-vpc.cn-beijing.aliyuncs.com', 'registry-vpc.cn-beijing.aliyuncs.com', 443],
  ['a.example:80', 'a.example', 80],
  ['https://a.example/v2/?q=b:1', 'a.example', 443],
  ['HTTP://a.example?x', 'a.example', 80],
  ['http://user:secret@a.example:8080/x', 'a.example', 8080],
  ['docker://a.example/ns/repo:tag', 'a.example', 443],
  ['a.example/ns/repo:tag@sha256:abc', 'a.example', 443],
  ['a.example:5000/ns/repo:tag', 'a.example', 5000],
  ['[2001:db8::7]:443', '[2001:db8::7]', 443],
  ['a.example:', 'a.example:', 443],
  ['A.Example.', 'A.Example.', 443],
  ['', '', 443],
] as const) {
  test(`"${text}" asks for ${host} at ${port}`, () => assert.deepEqual(parseTarget(text), { host, port }))
}
