import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { type HttpHead, MAX_HEAD, parseHttpHead } from '../../../../src/proxy/peek/http-head.ts'
import { assertDecisionStands, assertPrefixesAskForMore, drive } from './drive.ts'
import { anyBytes, mutations, sizes } from './mutate.ts'

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1')
const get = (...fields: string[]): string => ['GET / HTTP/1.1', ...fields, '', ''].join('\r\n')
const line = (request: string): string => `${request}\r\nHost: a.example\r\n\r\n`
const origin = { form: 'origin', method: 'GET', host: 'a.example', port: undefined } as const

const good: Record<string, [text: string, value: Omit<HttpHead, 'length'>]> = {
  'a path and a Host': [get('Host: a.example'), origin],
  'a Host with a port': [get('Host: a.example:8080'), { ...origin, port: 8080 }],
  'the highest port': [get('Host: a.example:65535'), { ...origin, port: 65535 }],
  'Host in any case, padded, among others': [get('Accept: */*', 'hOST: \t a.example \t', 'X:'), origin],
  'a Host kept as sent': [get('Host: A.Example.\xe9'), { ...origin, host: 'A.Example.\xe9' }],
  'a Host with an IPv6 literal': [get('Host: [::1]:80'), { ...origin, host: '[::1]', port: 80 }],
  'an empty Host': [get('Host:'), { ...origin, host: undefined }],
  'a tab and high bytes in a value': [get('X: a\tb\xff', 'Host: a.example'), origin],
  'HTTP/1.0 without Host': ['GET / HTTP/1.0\r\n\r\n', { ...origin, host: undefined }],
  'HTTP/1.0 with Host': [line('GET / HTTP/1.0'), origin],
  'any method token': [line('M-Sea!#$%&*+.^_`|~ /x HTTP/1.1'), { ...origin, method: 'M-Sea!#$%&*+.^_`|~' }],
  'OPTIONS *': [line('OPTIONS * HTTP/1.1'), { ...origin, method: 'OPTIONS' }],
  CONNECT: [
    line('CONNECT b.example:443 HTTP/1.1'),
    { form: 'connect', method: 'CONNECT', host: 'b.example', port: 443 },
  ],
  'CONNECT to an IPv6 literal': [
    line('CONNECT [2001:db8::1]:443 HTTP/1.1'),
    { form: 'connect', method: 'CONNECT', host: '[2001:db8::1]', port: 443 },
  ],
  'CONNECT of HTTP/1.0 without Host': [
    'CONNECT b.example:443 HTTP/1.0\r\n\r\n',
    { form: 'connect', method: 'CONNECT', host: 'b.example', port: 443 },
  ],
  'a URL goes before Host': [
    line('GET http://b.example/x?y HTTP/1.1'),
    { ...origin, form: 'absolute', host: 'b.example' },
  ],
  'a URL with a port': [
    line('PUT HTTP://b.example:81/ HTTP/1.1'),
    { form: 'absolute', method: 'PUT', host: 'b.example', port: 81 },
  ],
  'a URL without a path': [line('GET http://b.example HTTP/1.1'), { ...origin, form: 'absolute', host: 'b.example' }],
  'a URL and an unusable Host': [
    'GET http://b.example?q=@ HTTP/1.1\r\nHost: :::\r\n\r\n',
    { ...origin, form: 'absolute', host: 'b.example' },
  ],
}

const noTarget = 'request line is not METHOD target HTTP/1.x'
const noName = 'header line does not start with a name and a colon'
const bad: Record<string, [text: string, why: string]> = {
  'LF line ends': ['GET / HTTP/1.1\nHost: a\n\n', 'LF without CR'],
  'one LF line end': ['GET / HTTP/1.1\r\nHost: a\n\r\n', 'LF without CR'],
  'a bare CR': [get('Host: a\rb'), 'CR without LF'],
  'NUL in a value': [get('Host: a\0b'), 'control byte 0'],
  'DEL in a value': [get('Host: a\x7f'), 'control byte 127'],
  'no target': ['GET HTTP/1.1\r\n\r\n', noTarget],
  'HTTP/0.9': ['GET /\r\n\r\n', noTarget],
  'two spaces': [line('GET  / HTTP/1.1'), noTarget],
  'a tab in the request line': [line('GET\t/ HTTP/1.1').replace('GET\t', 'GET /a\tb'), noTarget],
  'a space after the version': [line('GET / HTTP/1.1 '), noTarget],
  'a high byte in the target': [line('GET /\xe9 HTTP/1.1'), noTarget],
  'lower-case http': [line('GET / http/1.1'), noTarget],
  'HTTP/1.2': [line('GET / HTTP/1.2'), 'HTTP version 1.2'],
  'HTTP/2.0': [line('GET / HTTP/2.0'), 'HTTP version 2.0'],
  'no Host in 1.1': ['GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 without a Host header'],
  'no Host in 1.1, though the target names one': ['GET http://a/ HTTP/1.1\r\n\r\n', 'HTTP/1.1 without a Host header'],
  'two Hosts': [get('Host: a', 'Host: a'), 'more than one Host header'],
  'two Hosts in 1.0': ['GET / HTTP/1.0\r\nHost: a\r\nhost: a\r\n\r\n', 'more than one Host header'],
  'two Hosts under a URL': ['GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 'more than one Host header'],
  'a folded line': [get('X: a', ' b', 'Host: a'), 'folded header line'],
  'a line folded with a tab': [get('Host: a', '\tb'), 'folded header line'],
  'a folded first line': [get(' Host: a'), 'folded header line'],
  'a space before the colon': [get('Host : a'), noName],
  'a header without a colon': [get('Host a'), noName],
  'a header without a name': [get(': a', 'Host: a'), noName],
  'a name with a high byte': [get('H\xf6st: a', 'Host: a'), noName],
  'a Host with port 0': [get('Host: a:0'), 'Host header is not host[:port]'],
  'a Host with port 65536': [get('Host: a:65536'), 'Host header is not host[:port]'],
  'a Host with an empty port': [get('Host: a:'), 'Host header is not host[:port]'],
  'a Host with a port of leading zeros': [get('Host: a:080'), 'Host header is not host[:port]'],
  'a Host with two ports': [get('Host: a:80:80'), 'Host header is not host[:port]'],
  'a Host of a port alone': [get('Host: :80'), 'Host header is not host[:port]'],
  'a Host with userinfo': [get('Host: b@a'), 'Host header is not host[:port]'],
  'a bare IPv6 address in Host': [get('Host: ::1'), 'Host header is not host[:port]'],
  'CONNECT without a port': [line('CONNECT a HTTP/1.1'), 'CONNECT target is not host:port'],
  'CONNECT with a path': [line('CONNECT / HTTP/1.1'), 'CONNECT target is not host:port'],
  'CONNECT with a URL': [line('CONNECT http://a:80/ HTTP/1.1'), 'CONNECT target is not host:port'],
  'another method with host:port': [line('GET a:80 HTTP/1.1'), 'request target is neither a path nor a URL'],
  'another method with *': [line('GET * HTTP/1.1'), 'request target is neither a path nor a URL'],
  'an https URL': [line('GET https://a/ HTTP/1.1'), 'the target is no http:// URL: for https, use CONNECT'],
  'userinfo in a URL': [line('GET http://b@a/ HTTP/1.1'), 'URL in the request target has no plain host[:port]'],
  'a URL without a host': [line('GET http:///x HTTP/1.1'), 'URL in the request target has no plain host[:port]'],
  'a URL with a bad port': [line('GET http://a:99999/ HTTP/1.1'), 'URL in the request target has no plain host[:port]'],
}

for (const [title, [text, value]] of Object.entries(good)) {
  test(`a request head is read: ${title}`, () => {
    const whole = { kind: 'value', value: { ...value, length: text.length } }
    assert.deepEqual(parseHttpHead(bytesOf(text)), whole)
    assert.deepEqual(parseHttpHead(bytesOf(`${text}\0body\n`)), whole)
    assertPrefixesAskForMore(parseHttpHead, bytesOf(text))
  })
}

for (const [title, [text, why]] of Object.entries(bad)) {
  test(`a request head is malformed: ${title}`, () => {
    assert.deepEqual(parseHttpHead(bytesOf(text)), { kind: 'malformed', why })
  })
}

test('what cannot start with a method is another protocol, as soon as that shows', () => {
  const texts = [
    '\x16\x03\x01',
    '\0',
    ' GET / HTTP/1.1',
    '\r\nGET / HTTP/1.1',
    'SSH-2.0-Go\r',
    'HELO\r',
    'GET:',
    'G\x80',
  ]
  for (const text of [...texts, 'PRI ', 'PRI * HTTP/2.0\r\n\r\n', 'abcdefghijklmnopqrstu']) {
    assert.deepEqual(parseHttpHead(bytesOf(text)), { kind: 'no' }, text)
  }
  assert.deepEqual(parseHttpHead(bytesOf('abcdefghijklmnopqrst')), { kind: 'more', atLeast: 21 })
})

test('a bad byte is refused before the head ends', () => {
  assert.equal(parseHttpHead(bytesOf('GET / HTTP/1.1\n')).kind, 'malformed')
  assert.equal(parseHttpHead(bytesOf('GET / HTTP/1.1\r\nHost: a\0')).kind, 'malformed')
})

test('a head of any length without an end asks for more, and cheaply byte by byte', () => {
  const bytes = bytesOf(get(...Array.from({ length: MAX_HEAD / 4 }, () => 'a:'))).subarray(0, MAX_HEAD)
  const start = performance.now()
  assert.deepEqual(drive(parseHttpHead, bytes, [1]).result, { kind: 'more', atLeast: MAX_HEAD + 1 })
  assert.ok(performance.now() - start < 2000)
})

test('padding of a Host is stripped in linear time', () => {
  const start = performance.now()
  assert.equal(parseHttpHead(bytesOf(get(`Host: a${' '.repeat(MAX_HEAD * 8)}b`))).kind, 'value')
  assert.ok(performance.now() - start < 500)
})

const texts = [...Object.values(good), ...Object.values(bad)].map(([text]) => bytesOf(text))

test('any split into chunks reads the same', () => {
  fc.assert(
    fc.property(fc.constantFrom(...texts), sizes(200), (bytes, chunks) => {
      assert.deepEqual(drive(parseHttpHead, bytes, chunks).result, parseHttpHead(bytes))
    }),
    { numRuns: 1000 },
  )
})

test('no input makes the parser throw or change its mind', () => {
  fc.assert(
    fc.property(fc.oneof(anyBytes(), mutations(texts)), fc.nat(), (bytes, cut) =>
      assertDecisionStands(parseHttpHead, bytes, cut % (bytes.length + 1)),
    ),
    { numRuns: 3000 },
  )
})
