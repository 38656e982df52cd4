import assert from 'node:assert/strict'
import test from 'node:test'
import { parseIptables } from '../../../../../src/diagnostics/doctor/firewall/iptables.ts'
import { parseNft } from '../../../../../src/diagnostics/doctor/firewall/nft.ts'
import { dropsOfServices } from '../../../../../src/diagnostics/doctor/firewall/rules.ts'

/** Which rules of a table `filter`, as iptables-save prints it, are complained of. */
function complaints(...rules: readonly string[]): readonly string[] {
  const text = `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:own - [0:0]\n${rules.map((rule) => `-A ${rule}\n`).join('')}COMMIT\n`
  return dropsOfServices(parseIptables(text)).map(({ rule }) => rule.replace('-A ', ''))
}

for (const rule of [
  'INPUT -s 100.64.0.0/10 -j DROP',
  'INPUT -s 100.100.2.136/32 -j DROP',
  'INPUT -s 100.0.0.0/8 -m comment --comment "-j ACCEPT \\" -i lo" -j REJECT --reject-with icmp-port-unreachable',
  'INPUT -s 100.64.0.0/10 ! -i tailscale0 -p tcp -j DROP',
  'OUTPUT -d 100.64.0.0/10 -p tcp -m multiport --dports 80,443 -j DROP',
]) {
  test(`it drops replies or what is sent: ${rule}`, () => assert.deepEqual(complaints(rule), [rule]))
}

for (const rules of [
  ['INPUT -s 100.64.0.0/10 -j ACCEPT', 'INPUT -s 100.64.0.0/10 -j DROP'],
  ['INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT', 'INPUT -s 100.64.0.0/10 -j DROP'],
  ['INPUT -s 100.64.0.0/10 -m conntrack --ctstate NEW -j DROP'],
  ['INPUT ! -s 100.64.0.0/10 -j DROP'],
  ['INPUT -s 100.64.0.0/10 -p icmp -j DROP'],
  ['INPUT -d 100.64.0.0/10 -j DROP'],
  ['INPUT -s 100.64.0.0/10 -j LOG'],
  ['INPUT -s 10.0.0.0/8 -j own', 'own -s 100.64.0.0/10 -j DROP'],
]) {
  test(`it is nothing to complain of: ${rules.join('; ')}`, () => assert.deepEqual(complaints(...rules), []))
}

test('a chain is entered where it is jumped to, and what was accepted in it is', () => {
  const drop = 'INPUT -s 100.64.0.0/10 -j DROP'
  assert.deepEqual(complaints('INPUT -j own', 'own -s 100.64.0.0/10 -j DROP'), ['own -s 100.64.0.0/10 -j DROP'])
  assert.deepEqual(complaints('INPUT -g own', 'own -m conntrack --ctstate ESTABLISHED -j ACCEPT', drop), [])
  assert.deepEqual(complaints('INPUT -j own', 'own -j own', drop), [drop])
  // A rule that accepts new connections alone says nothing of replies.
  assert.deepEqual(complaints('INPUT -m conntrack --ctstate NEW -j ACCEPT', drop), [drop])
  assert.deepEqual(
    complaints('OUTPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT', 'OUTPUT -d 100.64.0.0/10 -j DROP').length,
    1,
  )
})

test('nft is read in its JSON: sets, single addresses, and families that carry IPv4', () => {
  const rule = (family: string, right: unknown) => ({
    rule: {
      family,
      table: 't',
      chain: 'c',
      expr: [{ match: { op: '==', left: { payload: { protocol: 'ip', field: 'saddr' } }, right } }, { drop: null }],
    },
  })
  const chain = (family: string) => ({ chain: { family, table: 't', name: 'c', hook: 'input' } })
  const drops = (family: string, right: unknown) =>
    dropsOfServices(parseNft(JSON.stringify({ nftables: [{ metainfo: {} }, chain(family), rule(family, right)] })))
      .length
  assert.equal(
    drops('inet', { set: [{ prefix: { addr: '10.0.0.0', len: 8 } }, { prefix: { addr: '100.64.0.0', len: 10 } }] }),
    1,
  )
  assert.equal(drops('ip', '100.100.2.136'), 1)
  assert.equal(drops('ip', '@some_set'), 0)
  assert.equal(drops('bridge', '100.100.2.136'), 0)
  assert.throws(() => parseNft('not JSON'))
})
