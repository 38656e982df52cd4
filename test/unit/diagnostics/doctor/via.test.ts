import assert from 'node:assert/strict'
import test from 'node:test'
import { readVia } from '../../../../src/diagnostics/doctor/via.ts'

test('a proxy is an address or a name, with or without a port, and an HTTP proxy by its scheme', async () => {
  for (const [text, addresses, port, tunnel] of [
    ['203.0.113.7', ['203.0.113.7'], undefined, false],
    ['203.0.113.7:8443', ['203.0.113.7'], 8443, false],
    ['2001:DB8::7', ['2001:db8::7'], undefined, false],
    ['[2001:db8::7]:443', ['2001:db8::7'], 443, false],
    ['http://203.0.113.7:80/', ['203.0.113.7'], 80, true],
  ] as const)
    assert.deepEqual(await readVia(text), { addresses, port, tunnel }, text)
  assert.equal((await readVia('localhost:1')).port, 1)
})

test('what is none of these is refused with what to give', async () => {
  for (const text of [
    '',
    'https://203.0.113.7',
    'socks5://a',
    '203.0.113.7:0',
    '203.0.113.7:99999',
    'a b',
    'http://u:p@a.example',
  ])
    await assert.rejects(readVia(text), { name: 'UserError', exitCode: 2 }, text)
  await assert.rejects(readVia('no-such-host.invalid'), /the system finds no address for no-such-host\.invalid/)
})
