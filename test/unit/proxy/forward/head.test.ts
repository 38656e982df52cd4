import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endToEnd, foreignCoding, target } from '../../../../src/proxy/forward/head.ts'
import { Refusal } from '../../../../src/proxy/reject.ts'

const of = (url: string, host?: string) => target({ url, headers: host === undefined ? {} : { host } })

test('a target in absolute form says host, port, authority and path; the Host field does not matter', () => {
  for (const [url, host, port, authority, path] of [
    ['http://a.example/', 'a.example', 80, 'a.example', '/'],
    ['http://a.example', 'a.example', 80, 'a.example', '/'],
    ['HTTP://A.example:80/x?y=%2F#z', 'A.example', 80, 'A.example:80', undefined],
    ['http://a.example:8080/x//y?z=http://b/', 'a.example', 8080, 'a.example:8080', '/x//y?z=http://b/'],
    ['http://a.example?x', 'a.example', 80, 'a.example', '/?x'],
  ] as const) {
    if (path === undefined) assert.throws(() => of(url, 'other.example'), Refusal, url)
    else assert.deepEqual(of(url, 'other.example'), { host, port, authority, path }, url)
  }
})

test('a target in origin form, on a connection kept for forwarding, goes by its Host field', () => {
  assert.deepEqual(of('/x?y', 'a.example:8080'), {
    host: 'a.example',
    port: 8080,
    authority: 'a.example:8080',
    path: '/x?y',
  })
  assert.deepEqual(of('*', 'a.example'), { host: 'a.example', port: 80, authority: 'a.example', path: '*' })
  assert.deepEqual(of('/'), { host: undefined, port: 80, authority: '', path: '/' })
})

test('any other target is refused', () => {
  for (const url of [
    'https://a.example/',
    'ftp://a.example/',
    'http:///x',
    'http://user:secret@a.example/',
    'http://a.example:99999/',
    'http://a.example:/',
    'a.example:80',
    '',
    'http:/a.example',
  ])
    assert.throws(
      () => of(url),
      (error) => error instanceof Refusal && error.reason === 'malformed-request',
      url,
    )
})

test('fields of one hop are dropped, whatever their case, and so are those that Connection names', () => {
  const raw = ['X', '1', 'CONNECTION', 'close, x-Mine ,keep-alive', 'X-Mine', '2', 'Te', 'trailers', 'x', '3']
  assert.deepEqual(endToEnd(raw, []), ['X', '1', 'x', '3', 'Via', '1.1 acr-proxy'])
})

test('fields the caller sets itself are dropped', () => {
  assert.deepEqual(endToEnd(['Host', 'a', 'HOST', 'b', 'Y', '1'], ['host']), ['Y', '1', 'Via', '1.1 acr-proxy'])
})

test('chunked stays, to be framed anew', () => {
  for (const value of ['chunked', 'Chunked'])
    assert.ok(endToEnd(['Transfer-Encoding', value], []).includes('Transfer-Encoding'))
})

test('a coding that this hop does not undo is found, wherever it stands', () => {
  const find = (value: string) => foreignCoding({ headers: { 'transfer-encoding': value } })
  assert.equal(find('gzip, chunked'), 'gzip')
  assert.equal(find('chunked, Deflate'), 'deflate')
  assert.equal(find('Chunked'), undefined)
  assert.equal(foreignCoding({ headers: {} }), undefined)
})

test('earlier proxies stay named', () => {
  assert.deepEqual(endToEnd(['Via', '1.1 first'], []), ['Via', '1.1 first', 'Via', '1.1 acr-proxy'])
})
