import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { parseProxyHeader, type ProxyHeader } from '../../../../src/proxy/peek/proxy-header.ts'
import { uint, vector } from '../../../hello.ts'
import { assertDecisionStands, assertPrefixesAskForMore, drive } from './drive.ts'
import { anyBytes, mutations, sizes } from './mutate.ts'

const line = (text: string): Buffer => Buffer.from(`${text}\r\n`, 'latin1')
const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n')
const v2 = (command: number, family: number, ...rest: Buffer[]): Buffer =>
  Buffer.concat([signature, Buffer.from([command, family]), vector(2, Buffer.concat(rest))])
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/[^0-9a-f]/g, ''), 'hex')

const inet = Buffer.concat([Buffer.from([192, 0, 2, 1, 198, 51, 100, 2]), uint(2, 40000), uint(2, 443)])
const inet6 = (source: string): Buffer =>
  Buffer.concat([hex(source), hex('20010db8 00000000 00000000 00000002'), uint(2, 65535), uint(2, 443)])
const tlv = Buffer.concat([uint(1, 0xea), vector(2, Buffer.from('vpce-1'))])
const filler = (length: number): Buffer => Buffer.concat([uint(1, 4), vector(2, Buffer.alloc(length))])

const good: Record<string, [bytes: Buffer, source: ProxyHeader['source']]> = {
  'v1 over IPv4': [line('PROXY TCP4 192.0.2.1 198.51.100.2 40000 443'), { address: '192.0.2.1', port: 40000 }],
  'v1 with the edges of a port': [line('PROXY TCP4 0.0.0.0 255.255.255.255 0 65535'), { address: '0.0.0.0', port: 0 }],
  'v1 over IPv6': [line('PROXY TCP6 2001:DB8:0:0::1 ::1 1 2'), { address: '2001:db8::1', port: 1 }],
  'v1 with a mapped IPv4 address': [line('PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2'), { address: '192.0.2.1', port: 1 }],
  'v1 with a mapped address in hex': [line('PROXY TCP6 ::FFFF:c000:201 ::1 1 2'), { address: '192.0.2.1', port: 1 }],
  'v1 of the longest addresses': [
    line(`PROXY TCP6 ${'ffff:'.repeat(7)}ffff ${'ffff:'.repeat(7)}ffff 65535 65535`),
    { address: `${'ffff:'.repeat(7)}ffff`, port: 65535 },
  ],
  'v1 UNKNOWN': [line('PROXY UNKNOWN'), undefined],
  'v1 UNKNOWN of 107 bytes': [line(`PROXY UNKNOWN ${'f'.repeat(91)}`), undefined],
  'v2 over IPv4': [v2(0x21, 0x11, inet), { address: '192.0.2.1', port: 40000 }],
  'v2 over IPv6': [
    v2(0x21, 0x21, inet6('20010db8 00000000 00000000 00000001')),
    { address: '2001:db8::1', port: 65535 },
  ],
  'v2 with a mapped IPv4 address': [
    v2(0x21, 0x21, inet6('00000000 00000000 0000ffff c0000201')),
    { address: '192.0.2.1', port: 65535 },
  ],
  'v2 with TLVs': [v2(0x21, 0x11, inet, tlv, filler(0), tlv), { address: '192.0.2.1', port: 40000 }],
  'v2 of the longest length': [v2(0x21, 0x11, inet, filler(4096 - 15)), { address: '192.0.2.1', port: 40000 }],
  'v2 LOCAL': [v2(0x20, 0x00), undefined],
  'v2 LOCAL with anything in it': [v2(0x20, 0xff, Buffer.alloc(5, 255)), undefined],
  'v2 of no family': [v2(0x21, 0x00, Buffer.alloc(5, 255)), undefined],
  'v2 over UDP': [v2(0x21, 0x12, inet, tlv), undefined],
  'v2 over UDP and IPv6': [v2(0x21, 0x22, inet6('20010db8 00000000 00000000 00000001')), undefined],
  'v2 over a Unix socket': [v2(0x21, 0x31, Buffer.alloc(216), tlv), undefined],
}

const form = 'PROXY line is not PROXY TCP4|TCP6|UNKNOWN source destination port port'
const bad: Record<string, [bytes: Buffer, why: string]> = {
  'v1 of 108 bytes': [line(`PROXY UNKNOWN ${'f'.repeat(92)}`), 'PROXY line of more than 107 bytes'],
  'v1 without an end': [Buffer.from(`PROXY ${'1'.repeat(101)}`), 'PROXY line of more than 107 bytes'],
  'v1 with LF alone': [Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n'), form],
  'v1 with a CR inside': [line('PROXY UNKNOWN \rx'), form],
  'v1 of another family': [line('PROXY UDP4 192.0.2.1 192.0.2.2 1 2'), form],
  'v1 in lower case': [line('PROXY tcp4 192.0.2.1 192.0.2.2 1 2'), form],
  'v1 with a field missing': [line('PROXY TCP4 192.0.2.1 192.0.2.2 1'), form],
  'v1 with a field more': [line('PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3'), form],
  'v1 with two spaces': [line('PROXY TCP4  192.0.2.1 192.0.2.2 1 2'), form],
  'v1 with a signed port': [line('PROXY TCP4 192.0.2.1 192.0.2.2 +1 2'), form],
  'v1 with a leading zero in a port': [line('PROXY TCP4 192.0.2.1 192.0.2.2 01 2'), 'PROXY line: bad port'],
  'v1 with a port too high': [line('PROXY TCP4 192.0.2.1 192.0.2.2 1 65536'), 'PROXY line: bad port'],
  'v1 IPv6 under TCP4': [line('PROXY TCP4 ::1 192.0.2.2 1 2'), 'PROXY line: not TCP4 addresses'],
  'v1 IPv4 under TCP6': [line('PROXY TCP6 192.0.2.1 ::1 1 2'), 'PROXY line: not TCP6 addresses'],
  'v1 with a bad destination': [line('PROXY TCP4 192.0.2.1 192.0.2 1 2'), 'PROXY line: not TCP4 addresses'],
  'v1 with a leading zero in an address': [
    line('PROXY TCP4 192.0.2.01 192.0.2.2 1 2'),
    'PROXY line: not TCP4 addresses',
  ],
  'v1 with a byte over 255': [line('PROXY TCP4 192.0.2.256 192.0.2.2 1 2'), 'PROXY line: not TCP4 addresses'],
  'v1 with a zone': [line('PROXY TCP6 fe80::1%eth0 ::1 1 2'), 'PROXY line: not TCP6 addresses'],
  'v1 with more of a URL': [line('PROXY TCP6 ::1]/[ ::1 1 2'), 'PROXY line: not TCP6 addresses'],
  'v1 with brackets': [line('PROXY TCP6 [::1] ::1 1 2'), 'PROXY line: not TCP6 addresses'],
  'v2 of version 3': [v2(0x31, 0x11, inet), 'PROXY protocol version 3'],
  'v2 of another command': [v2(0x22, 0x11, inet), 'PROXY v2 command 2'],
  'v2 of another family': [v2(0x21, 0x41, inet), 'PROXY v2 family 4/1'],
  'v2 of another transport': [v2(0x21, 0x13, inet), 'PROXY v2 family 1/3'],
  'v2 with cut IPv4 addresses': [v2(0x21, 0x11, inet.subarray(1)), 'PROXY v2 addresses are cut short'],
  'v2 with cut IPv6 addresses': [v2(0x21, 0x21, inet), 'PROXY v2 addresses are cut short'],
  'v2 with half a TLV header': [v2(0x21, 0x11, inet, Buffer.alloc(2)), 'PROXY v2 TLV is cut short'],
  'v2 with a TLV over the end': [v2(0x21, 0x11, inet, tlv, Buffer.from([4, 0, 2, 0])), 'PROXY v2 TLV is cut short'],
  'v2 with a cut TLV over UDP': [v2(0x21, 0x12, inet, Buffer.alloc(1)), 'PROXY v2 TLV is cut short'],
  'v2 too long, by its first 16 bytes': [
    Buffer.concat([signature, Buffer.from([0x21, 0x11, 0x10, 0x01])]),
    'PROXY v2 header of 4097 bytes',
  ],
}

for (const [title, [bytes, source]] of Object.entries(good)) {
  test(`a PROXY header is read: ${title}`, () => {
    const whole = { kind: 'value', value: { length: bytes.length, source } }
    assert.deepEqual(parseProxyHeader(bytes), whole)
    assert.deepEqual(parseProxyHeader(Buffer.concat([bytes, Buffer.from('\x16\x03\x01 and more\r\n')])), whole)
    assertPrefixesAskForMore(parseProxyHeader, bytes)
  })
}

for (const [title, [bytes, why]] of Object.entries(bad)) {
  test(`a PROXY header is malformed: ${title}`, () => {
    assert.deepEqual(parseProxyHeader(bytes), { kind: 'malformed', why })
  })
}

test('bytes that start otherwise carry no PROXY header, as soon as that shows', () => {
  for (const text of ['\x16', 'G', 'PRI * HTTP/2.0', 'PROXY\t', 'proxy ', '\r\n\r\n\r', '\n']) {
    assert.deepEqual(parseProxyHeader(Buffer.from(text)), { kind: 'no' }, text)
  }
})

const headers = [...Object.values(good), ...Object.values(bad)].map(([bytes]) => bytes)

test('any split into chunks reads the same', () => {
  fc.assert(
    fc.property(fc.constantFrom(...headers), sizes(200), (bytes, chunks) => {
      assert.deepEqual(drive(parseProxyHeader, bytes, chunks).result, parseProxyHeader(bytes))
    }),
    { numRuns: 1000 },
  )
})

test('no input makes the parser throw or change its mind', () => {
  const afterSignature = anyBytes().map((bytes) => Buffer.concat([signature, bytes]))
  fc.assert(
    fc.property(fc.oneof(anyBytes(), afterSignature, mutations(headers)), fc.nat(), (bytes, cut) =>
      assertDecisionStands(parseProxyHeader, bytes, cut % (bytes.length + 1)),
    ),
    { numRuns: 3000 },
  )
})
