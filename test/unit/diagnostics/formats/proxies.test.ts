import assert from 'node:assert/strict'
import test from 'node:test'
import { rendered } from './rendered.ts'

test('dockerd is told of both proxies, at a port that the proxy listens on', () => {
  const parsed: unknown = JSON.parse(rendered('docker-proxy', ['203.0.113.7']))
  assert.deepEqual(parsed, {
    proxies: { 'http-proxy': 'http://203.0.113.7:80', 'https-proxy': 'http://203.0.113.7:80' },
  })
})

for (const [listen, port] of [
  [':443', 443],
  [':8080,:443', 443],
  [':8080', 8080],
  [':8443,:80', 80],
  ['127.0.0.1:0', 80],
] as const) {
  test(`a proxy that listens on ${listen} is told of with port ${port}`, () => {
    assert.ok(rendered('docker-proxy', ['203.0.113.7'], { listen: [listen] }).includes(`http://203.0.113.7:${port}"`))
  })
}

test('containerd gets a drop-in of systemd with both variables, and an IPv6 address in brackets', () => {
  const lines = rendered('containerd-proxy', ['2001:db8::7', '203.0.113.7']).trimEnd().split('\n')
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('#')),
    [
      '[Service]',
      'Environment="HTTP_PROXY=http://[2001:db8::7]:80"',
      'Environment="HTTPS_PROXY=http://[2001:db8::7]:80"',
    ],
  )
})

test('the PowerShell script holds the lines of the hosts format, quoted, between the markers', () => {
  const script = rendered('powershell', ['203.0.113.7'])
  const [, array = ''] = /^\$block = @\(\n(.*?)\n\)$/ms.exec(script) ?? []
  const lines = array.split(',\n').map((item) => {
    const [, text] = /^ {2}'((?:[^']|'')*)'$/.exec(item) ?? []
    if (text === undefined) throw new Error(`not one quoted text: ${item}`)
    return text.replaceAll("''", "'")
  })
  const hosts = rendered('hosts', ['203.0.113.7']).trimEnd().split('\n')
  assert.deepEqual(lines, ['# BEGIN acr-proxy', ...hosts, '# END acr-proxy'])
  // Brackets and quotes are balanced outside of what is quoted: nothing of the lines leaks into the code.
  const code = script.replaceAll(/'(?:[^']|'')*'/g, "''").replaceAll(/"[^"]*"/g, '""')
  for (const [open, close] of ['()', '{}', '[]'])
    assert.equal(code.split(open ?? '').length, code.split(close ?? '').length, `${open}${close}`)
})
