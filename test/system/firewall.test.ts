import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url))

/** The firewall check of the doctor in a network of its own, after `script` has set rules there. */
async function firewallAfter(
  script: string,
): Promise<{ readonly outcome: string; readonly seen: string; readonly hint: string }> {
  // Its DNS server does not exist: the check comes before.
  const doctor =
    '"$NODE" "$MAIN" doctor --json --region cn-beijing --resolver-servers 127.0.0.1:1 --resolver-timeout 100ms || [ $? = 1 ]'
  const env = { ...process.env, NODE: process.execPath, MAIN }
  const { stdout } = await promisify(execFile)(
    'unshare',
    ['--net', 'sh', '-euc', `ip link set lo up\n${script}\n${doctor}`],
    { env },
  )
  const report: unknown = JSON.parse(stdout)
  const checks: unknown = Reflect.get(Object(report), 'checks')
  assert.ok(Array.isArray(checks))
  const found: unknown = checks.find((check: unknown) => Reflect.get(Object(check), 'subject') === 'firewall')
  const text = (key: string): string => String(Reflect.get(Object(found), key) ?? '')
  return { outcome: text('outcome'), seen: text('seen'), hint: text('hint') }
}

const TAILSCALE = `iptables -N ts-input
iptables -A INPUT -j ts-input
iptables -A ts-input -s 100.115.92.0/23 ! -i tailscale0 -j RETURN
iptables -A ts-input -s 100.64.0.0/10 ! -i tailscale0 -j DROP`

test('rules as Tailscale makes them are found, and named as its', async () => {
  const { outcome, seen, hint } = await firewallAfter(TAILSCALE)
  assert.equal(outcome, 'failed')
  assert.match(seen, /-A ts-input -s 100\.64\.0\.0\/10 ! -i tailscale0 -j DROP/)
  assert.match(hint, /Tailscale made this rule/)
})

test('the same rules by iptables-legacy are found', async () => {
  const { outcome, seen } = await firewallAfter(TAILSCALE.replaceAll('iptables ', 'iptables-legacy '))
  assert.equal(outcome, 'failed')
  assert.match(seen, /ts-input/)
})

test('the same rules by nft are found', async () => {
  const { outcome, seen, hint } = await firewallAfter(`nft -f - <<'RULES'
table inet ours {
  chain ours-input { iifname != "wg0" ip saddr 100.64.0.0/10 counter drop; }
  chain input { type filter hook input priority filter; policy accept; jump ours-input; }
}
RULES`)
  assert.deepEqual([outcome, seen], ['failed', 'ours ours-input: ip saddr 100.64.0.0/10 drop'])
  assert.match(hint, /iptables -I INPUT/)
})

test('a rule against what we send is found', async () => {
  const { outcome } = await firewallAfter('iptables -A OUTPUT -d 100.64.0.0/10 -p tcp --dport 443 -j REJECT')
  assert.equal(outcome, 'failed')
})

for (const [what, script] of [
  ['no rule at all', ''],
  ['a chain that nothing leads to', 'iptables -N lost; iptables -A lost -s 100.64.0.0/10 -j DROP'],
  ['replies accepted before', `iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n${TAILSCALE}`],
  [
    'the remedy that the hint gives',
    `${TAILSCALE}\niptables -I INPUT -s 100.64.0.0/10 -m conntrack --ctstate ESTABLISHED -j ACCEPT`,
  ],
  ['a rule for one interface', 'iptables -A INPUT -i tun0 -s 100.64.0.0/10 -j DROP'],
  ['a rule for one port of ours', 'iptables -A INPUT -s 100.64.0.0/10 -p tcp --dport 22 -j DROP'],
  ['a rule for other addresses', 'iptables -A INPUT -s 100.0.0.0/10 -j DROP'],
  ['forwarded packets', 'iptables -A FORWARD -s 100.64.0.0/10 -j DROP'],
] as const) {
  test(`${what} is nothing to complain of`, async () => {
    const { outcome, seen } = await firewallAfter(script)
    assert.deepEqual([outcome, seen], ['ok', 'no rule drops 100.64.0.0/10 (iptables-save, iptables-legacy-save, nft)'])
  })
}
