import assert from 'node:assert/strict'
import test from 'node:test'
import { hostsFileOfClient, hostsFileOfProxy, mappedIn } from '../../../../src/diagnostics/doctor/hosts-file.ts'
import { parseHosts } from '../../../../src/diagnostics/system-hosts.ts'

const admits = (host: string): boolean => host.endsWith('.aliyuncs.com')
const mapped = (text: string) => mappedIn(parseHosts(text), admits)

test('the first line for a name counts, in any case, and other names do not', () => {
  const text =
    '127.0.0.1 localhost\n192.0.2.1 A.aliyuncs.com b.aliyuncs.com # c.aliyuncs.com\r\n192.0.2.2 a.aliyuncs.com\n'
  assert.deepEqual(
    [...mapped(text)],
    [
      ['a.aliyuncs.com', '192.0.2.1'],
      ['b.aliyuncs.com', '192.0.2.1'],
    ],
  )
})

test("lines on the proxy's own host that lead to itself are a mix-up, and are named", () => {
  const finding = hostsFileOfProxy('/etc/hosts', mapped('127.0.0.1 a.aliyuncs.com\n'))
  assert.equal(finding.outcome, 'warning')
  assert.match(finding.seen, /a\.aliyuncs\.com to 127\.0\.0\.1, this host itself$/)
  assert.match(finding.hint ?? '', /acr-proxy ignores it|acr-proxy ignores them/)
  assert.equal(hostsFileOfProxy('/etc/hosts', mapped('192.0.2.1 a.aliyuncs.com\n')).outcome, 'warning')
  assert.equal(hostsFileOfProxy('/etc/hosts', mapped('192.0.2.1 a.example\n')).outcome, 'ok')
})

test('on a client lines of one proxy are good, and lines of two are not', () => {
  assert.equal(hostsFileOfClient('/etc/hosts', mapped('192.0.2.1 a.aliyuncs.com\n')).outcome, 'ok')
  const two = hostsFileOfClient('/etc/hosts', mapped('192.0.2.1 a.aliyuncs.com\n192.0.2.2 b.aliyuncs.com\n'))
  assert.deepEqual([two.outcome, two.seen], ['warning', "/etc/hosts leads 2 of ACR's names to 192.0.2.1 and 192.0.2.2"])
})
