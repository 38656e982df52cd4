import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { renderIpRoute } from '../../src/diagnostics/formats/ip-route.ts'
import { renderRoutes, routeList } from '../../src/diagnostics/routes.ts'
import { configured } from '../unit/diagnostics/configured.ts'
import { temporaryFolder } from '../unit/config/given.ts'
import { LIST, way } from '../unit/diagnostics/formats/routes.ts'

/** A network of its own, with one neighbour; it goes with the shell that runs in it. */
const NETWORK = `set -eu
ip link set lo up
ip link add acr0 type veth peer name acr1
ip address add 10.0.0.2/24 dev acr0
ip -6 address add fd00::2/64 dev acr0 nodad
ip link set acr0 up
ip link set acr1 up
`

function inNetwork(script: string): string {
  return execFileSync('unshare', ['--net', 'sh'], { input: NETWORK + script, encoding: 'utf8', stdio: 'pipe' })
}

test('the kernel takes the routes, twice, and sends every range to the next hop', async (t) => {
  const path = join(temporaryFolder(t), 'routes.sh')
  const list = await routeList(configured().config, { offline: true })
  writeFileSync(path, renderRoutes('ip-route', list, way({ via: '10.0.0.1' })))
  const asked = list.ranges.map(({ cidr }) => cidr.split('/')[0] ?? '')
  const said = inNetwork(
    `sh -eu ${path}\nsh -eu ${path}\n${asked.map((address) => `ip route get ${address}\n`).join('')}ip route show via 10.0.0.1\n`,
  )
  for (const address of asked)
    assert.match(said, new RegExp(`^${address.replaceAll('.', '[.]')} via 10[.]0[.]0[.]1 dev acr0`, 'm'))
  // Prefixes as the kernel prints them: one host has none.
  const shown = [...said.matchAll(/^([\d./]+) dev acr0 *$/gm)].map(([, cidr]) => cidr)
  const wanted = list.destinations.map(({ cidr }) => cidr.replace(/\/32$/, ''))
  assert.deepEqual(new Set(shown), new Set(wanted))
})

test('routes of both families go to a device', (t) => {
  const path = join(temporaryFolder(t), 'routes.sh')
  writeFileSync(path, renderIpRoute(LIST, way({ dev: 'acr0' })))
  const said = inNetwork(`sh -eu ${path}\nip route get 100.103.9.188\nip -6 route get 2001:db8::7\n`)
  assert.match(said, /^100\.103\.9\.188 dev acr0/m)
  assert.match(said, /^2001:db8::7 .*dev acr0/m)
})
