import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClientHello, MAX_HELLO, parseClientHello } from '../../../../src/proxy/peek/client-hello.ts'
import {
  buildHello,
  extension,
  frame,
  handshake,
  protocolNames,
  record,
  serverNames,
  uint,
  vector,
  versionList,
} from '../../../hello.ts'
import { assertPrefixesAskForMore, drive } from './drive.ts'

const name = 'registry-vpc.cn-beijing.aliyuncs.com'
const plain: ClientHello = { serverName: name, alpn: [], version: 'TLS 1.2', ech: false }
const hello = buildHello({ serverName: name })
const grease = extension(0x2a2a, Buffer.alloc(0))
const sni = extension(0, serverNames([name]))
const offers = (...extensions: Buffer[]): Buffer => frame(buildHello({ extensions }))
const body = (...parts: Buffer[]): Buffer =>
  frame(handshake(Buffer.concat([uint(2, 0x0303), Buffer.alloc(32), ...parts])))
const session = vector(1, Buffer.alloc(0))
const suites = vector(2, Buffer.from([0x13, 0x01]))
const compression = vector(1, Buffer.alloc(1))

const good: Record<string, [bytes: Buffer, value: ClientHello]> = {
  'a name alone': [frame(hello), plain],
  'record version 3.0': [frame(hello, [16384], 0x0300), plain],
  'record version 3.3': [frame(hello, [16384], 0x0303), plain],
  'no server_name': [offers(), { ...plain, serverName: undefined }],
  'no extensions at all': [frame(buildHello({ bare: true })), { ...plain, serverName: undefined }],
  'SSL 3.0 as the old field says': [
    frame(buildHello({ bare: true, legacyVersion: 0x0300 })),
    { ...plain, serverName: undefined, version: 'SSL 3.0' },
  ],
  'TLS 1.0 as the old field says': [
    frame(buildHello({ serverName: name, legacyVersion: 0x0301 })),
    { ...plain, version: 'TLS 1.0' },
  ],
  'a version field above 1.2 offers 1.2': [frame(buildHello({ serverName: name, legacyVersion: 0x0304 })), plain],
  'highest supported version, GREASE and unknown ones aside': [
    frame(buildHello({ serverName: name, versions: [0x0303, 0xfafa, 0x0304, 0x7f1c, 0x0302] })),
    { ...plain, version: 'TLS 1.3' },
  ],
  'only unknown versions: the old field counts': [frame(buildHello({ serverName: name, versions: [0x0a0a] })), plain],
  'ALPN in order, odd bytes escaped': [
    frame(buildHello({ serverName: name, alpn: ['h2', '\x8a\x8a', 'a\\b', 'http/1.1'] })),
    { ...plain, alpn: ['h2', '\\x8a\\x8a', 'a\\x5cb', 'http/1.1'] },
  ],
  encrypted_client_hello: [offers(sni, extension(0xfe0d, Buffer.alloc(40))), { ...plain, ech: true }],
  'GREASE around the name': [offers(grease, sni, extension(0x3a3a, Buffer.alloc(1))), plain],
  'the name last': [offers(extension(43, versionList([0x0304])), sni), { ...plain, version: 'TLS 1.3' }],
  'GREASE cipher suites': [frame(buildHello({ serverName: name, suites: [0x8a8a, 0x1301] })), plain],
  'a name kept as sent': [
    frame(buildHello({ serverName: 'Name\0.EVIL\xe9. ' })),
    { ...plain, serverName: 'Name\0.EVIL\xe9. ' },
  ],
  'the longest hello taken': [frame(buildHello({ serverName: name, size: MAX_HELLO })), plain],
  'one byte a record': [frame(hello, [1]), plain],
  'the handshake header over two records': [frame(hello, [3, 16384]), plain],
}

const bad: Record<string, [bytes: Buffer, why: string]> = {
  'record version 2': [frame(hello, [16384], 0x0200), 'record version 0x0200'],
  'record version 3.4': [frame(hello, [16384], 0x0304), 'record version 0x0304'],
  'an empty first record': [record(Buffer.alloc(0)), 'empty handshake record'],
  'an empty record in between': [
    Buffer.concat([record(hello.subarray(0, 9)), record(Buffer.alloc(0)), record(hello.subarray(9))]),
    'empty handshake record',
  ],
  'an oversized record, by its header alone': [Buffer.from([22, 3, 1, 0x40, 0x01]), 'record of 16385 bytes'],
  'an oversized second record, by its header alone': [
    Buffer.concat([record(hello.subarray(0, 9)), Buffer.from([22, 3, 1, 0xff, 0xff])]),
    'record of 65535 bytes',
  ],
  'an alert inside the hello': [
    Buffer.concat([record(hello.subarray(0, 9)), record(Buffer.from([1, 0]), 0x0301, 21)]),
    'record of type 21 inside the hello',
  ],
  'another handshake message': [
    frame(handshake(Buffer.alloc(40), 2)),
    'handshake message of type 2, not a client_hello',
  ],
  'an empty hello': [frame(handshake(Buffer.alloc(0))), 'hello of only 0 bytes'],
  'a hello that ends in the random': [frame(handshake(Buffer.alloc(33))), 'hello of only 33 bytes'],
  'client_version 2.0': [frame(buildHello({ serverName: name, legacyVersion: 0x0200 })), 'client_version 0x0200'],
  'no session id': [body(), 'session id is cut short'],
  'a cut session id': [body(Buffer.from([8, 1])), 'session id is cut short'],
  'a long session id': [frame(buildHello({ sessionId: Buffer.alloc(33) })), 'session id of more than 32 bytes'],
  'cut cipher suites': [body(session, Buffer.from([0, 4, 1])), 'cipher suites are cut short'],
  'no cipher suites': [frame(buildHello({ suites: [] })), 'cipher suites of 0 bytes'],
  'half a cipher suite': [body(session, vector(2, Buffer.alloc(3)), compression), 'cipher suites of 3 bytes'],
  'no compression methods': [body(session, suites), 'compression methods are cut short'],
  'empty compression methods': [body(session, suites, Buffer.alloc(1)), 'no compression method'],
  'half a length of extensions': [body(session, suites, compression, Buffer.alloc(1)), 'extensions are cut short'],
  'cut extensions': [body(session, suites, compression, Buffer.from([0, 9, 0])), 'extensions are cut short'],
  'bytes after the extensions': [
    body(session, suites, compression, vector(2, sni), Buffer.alloc(3)),
    '3 bytes after the extensions',
  ],
  'half an extension header': [offers(sni, Buffer.alloc(3)), 'an extension is cut short'],
  'an extension over the end': [offers(sni, Buffer.from([0, 5, 0, 1])), 'an extension is cut short'],
  'two server_name extensions': [offers(sni, sni), 'extension 0x0000 twice'],
  'any extension twice': [offers(sni, grease, grease), 'extension 0x2a2a twice'],
  'an empty server_name': [offers(extension(0, Buffer.alloc(0))), 'server_name: list does not fill the extension'],
  'an empty list of names': [offers(extension(0, serverNames([]))), 'server_name: empty list'],
  'an empty name': [offers(extension(0, serverNames(['']))), 'server_name: empty name'],
  'two names': [offers(extension(0, serverNames([name, 'b']))), 'server_name: more than one name'],
  'a name of another type': [offers(extension(0, serverNames([name], 1))), 'server_name: name of unknown type 1'],
  'a cut name': [offers(extension(0, vector(2, Buffer.from([0, 0, 9, 97])))), 'server_name: name is cut short'],
  'bytes after the name': [
    offers(extension(0, vector(2, Buffer.from([0, 0, 1, 97, 0])))),
    'server_name: more than one name',
  ],
  'bytes after the list of names': [
    offers(extension(0, Buffer.concat([serverNames([name]), Buffer.alloc(1)]))),
    'server_name: list does not fill the extension',
  ],
  'an empty ALPN list': [offers(extension(16, protocolNames([]))), 'alpn: empty list'],
  'an empty ALPN name': [offers(extension(16, protocolNames(['h2', '']))), 'alpn: empty name'],
  'a cut ALPN name': [offers(extension(16, vector(2, Buffer.from([5, 104])))), 'alpn: name is cut short'],
  'bytes after the ALPN list': [
    offers(extension(16, Buffer.concat([protocolNames(['h2']), Buffer.alloc(1)]))),
    'alpn: list does not fill the extension',
  ],
  'no versions': [offers(extension(43, versionList([]))), 'supported_versions: empty list'],
  'half a version': [
    offers(extension(43, vector(1, Buffer.from([3, 4, 3])))),
    'supported_versions: list of odd length',
  ],
  'cut versions': [
    offers(extension(43, Buffer.from([4, 3, 4]))),
    'supported_versions: list does not fill the extension',
  ],
}

for (const [title, [bytes, value]] of Object.entries(good)) {
  test(`a hello is read: ${title}`, () => {
    assert.deepEqual(parseClientHello(bytes), { kind: 'value', value })
  })
}

for (const [title, [bytes, why]] of Object.entries(bad)) {
  test(`a hello is malformed: ${title}`, () => {
    assert.deepEqual(parseClientHello(bytes), { kind: 'malformed', why })
  })
}

test('what is not a handshake record is another protocol, by its first byte', () => {
  for (const bytes of [
    Buffer.from('G'),
    Buffer.from([0x80, 0x2e, 1, 3, 1]),
    Buffer.from([21, 3, 1]),
    Buffer.from([0]),
  ]) {
    assert.deepEqual(parseClientHello(bytes), { kind: 'no' })
  }
})

test('every prefix of a hello over many records asks for more', () => {
  assertPrefixesAskForMore(parseClientHello, frame(hello, [1]))
  assertPrefixesAskForMore(parseClientHello, frame(hello, [2, 1, 50, 7]))
})

test('what follows the hello is not looked at', () => {
  for (const tail of [Buffer.from('raw bytes'), record(Buffer.alloc(0)), record(Buffer.alloc(9), 0x0303, 23)]) {
    assert.deepEqual(parseClientHello(Buffer.concat([frame(hello, [40]), tail])), { kind: 'value', value: plain })
  }
  const sameRecord = record(Buffer.concat([hello, handshake(Buffer.alloc(8), 11)]))
  assert.deepEqual(parseClientHello(sameRecord), { kind: 'value', value: plain })
})

test('a bad second record header is judged soon after it is there', () => {
  const bytes = Buffer.concat([record(hello.subarray(0, 60)), Buffer.from([22, 3, 1, 0xff, 0xff])])
  assert.equal(drive(parseClientHello, bytes, [1]).result.kind, 'malformed')
})

test('64 KiB of hello in 1-byte records and 1-byte chunks takes few and cheap parses', () => {
  const bytes = frame(buildHello({ serverName: name, size: MAX_HELLO }), [1])
  const start = performance.now()
  const { result, calls } = drive(parseClientHello, bytes, [1])
  const elapsed = performance.now() - start
  assert.deepEqual(result, { kind: 'value', value: plain })
  assert.ok(calls < 150, `${calls} parses`)
  assert.ok(elapsed < 1000, `${elapsed} ms`)
})

const tooLarge: Readonly<Record<string, readonly [Buffer, number]>> = {
  'by four bytes of it': [record(Buffer.from([1, 0x00, 0xff, 0xfd])), 65537],
  'in 1-byte records': [frame(Buffer.from([1, 0xff, 0xff, 0xff]), [1]), 16777219],
}
for (const [how, [bytes, length]] of Object.entries(tooLarge)) {
  test(`a hello over the cap is refused for its size, ${how}`, () => {
    assert.deepEqual(parseClientHello(bytes), { kind: 'malformed', why: `hello of ${length} bytes`, tooLarge: true })
  })
}
