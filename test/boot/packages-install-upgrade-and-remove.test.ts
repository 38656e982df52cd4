import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createScope } from '../scope.ts'
import { startMachine } from './machine.ts'
import type { Machine } from './machine.ts'
import { buildPackages } from './packages.ts'
import type { Packages } from './packages.ts'
import { startTransfers } from './transfers.ts'
import type { Transfers } from './transfers.ts'

const CONFIG = '/etc/acr-proxy/acr-proxy.yaml'
const FILES = ['/usr/bin/acr-proxy', '/usr/lib/acr-proxy', '/usr/lib/systemd/system/acr-proxy.service']
const THERE = '/packages'

const scope = createScope()
let packages: Packages
let machine: Machine
let transfers: Transfers

before(async () => {
  packages = await buildPackages(scope)
  machine = await startMachine(scope, { [packages.folder]: THERE })
  transfers = await startTransfers(scope, machine)
})
after(() => scope.close())

const dpkg = (...args: readonly string[]) => machine.run('env', 'DEBIAN_FRONTEND=noninteractive', 'dpkg', ...args)
/** Debian has no packages of this kind on which ours could depend. */
const rpm = (...args: readonly string[]) => machine.run('rpm', '--nodeps', ...args)
const isThere = (path: string): boolean => existsSync(machine.path(path))
const runningVersion = async (): Promise<unknown> => {
  const { output } = await machine.attempt('acr-proxy', 'status', '--json')
  return output.startsWith('{') ? Reflect.get(Object(JSON.parse(output)), 'version') : output
}

/** Two transfers go on over an upgrade to the next version, and a third is taken by that. */
async function assertHandsOver(upgrade: () => Promise<unknown>): Promise<void> {
  const before = await machine.property('MainPID')
  const ended = transfers.ended()
  await transfers.begin()
  await transfers.begin()
  await upgrade()
  assert.equal(
    await machine.until('the new version serves', runningVersion, (version) => version === packages.next.version),
    packages.next.version,
  )
  await machine.until(
    'it is the main process',
    () => machine.property('MainPID'),
    (pid) => pid !== before && pid !== '0',
  )
  assert.equal(transfers.ended(), ended)
  await transfers.begin()
  const ends = await transfers.finish()
  assert.deepEqual(
    ends.map(({ ended, exact }) => [ended, exact]),
    Array.from({ length: 3 }, () => ['end', true]),
  )
  await machine.until(
    'the old one has ended',
    () => machine.attempt('test', '-e', `/proc/${before}`),
    ({ code }) => code === 1,
  )
  assert.equal(await machine.property('ActiveState'), 'active')
  assert.equal(await machine.property('NRestarts'), '0')
  assert.equal(await machine.read(CONFIG), transfers.config)
}

test('the .deb installs, says what is left to do, and starts nothing before the region is set', async () => {
  const said = await dpkg('--install', join(THERE, packages.deb))
  assert.match(
    said,
    /acr-proxy: set the region in \/etc\/acr-proxy\/acr-proxy\.yaml, then: systemctl enable --now acr-proxy/,
  )
  assert.equal(await machine.property('ActiveState'), 'inactive')
  assert.equal((await machine.run('acr-proxy', '--version')).trim(), packages.version)
  assert.equal((await machine.run('stat', '--format=%U:%G %a', CONFIG)).trim(), 'root:acr-proxy 640')
  assert.deepEqual(FILES.map(isThere), [true, true, true])
})

test('installed by the .deb, it runs', async () => {
  await machine.write(CONFIG, transfers.config)
  await machine.run('systemctl', 'enable', '--now', 'acr-proxy.service')
  await transfers.begin()
  const [end] = await transfers.finish()
  assert.deepEqual([end?.['ended'], end?.['exact']], ['end', true])
})

test('service install leaves a service alone that a package has brought', async () => {
  const { code, output } = await machine.attempt('acr-proxy', 'service', 'install')
  assert.equal(code, 1)
  assert.match(
    output,
    /^error: the service is there already, by a package: \/usr\/lib\/systemd\/system\/acr-proxy\.service$/m,
  )
})

test('an upgrade of the .deb hands over: transfers go on, the new version serves, the configuration stays as it was edited', async () => {
  await assertHandsOver(() => dpkg('--install', join(THERE, packages.next.deb)))
})

test('where systemd holds the ports, clients wait while the service starts again', async () => {
  await machine.run('systemctl', 'stop', 'acr-proxy.service')
  // With cgroups of the first kind, systemd in a container waits for no process that it has not started itself, as a successor is.
  const listening = () => machine.run('ss', '-ltnH', 'sport = :443 or sport = :80')
  await machine.until('the ports are free', listening, (sockets) => sockets === '')
  await machine.run('systemctl', 'start', 'acr-proxy.socket')
  // Nothing runs: this connection starts it.
  await transfers.begin()
  assert.equal(await machine.property('ActiveState'), 'active')
  const holders = await machine.run('ss', '-ltnpH', 'sport = :443')
  for (const pid of [1, await machine.property('MainPID')]) assert.match(holders, new RegExp(`pid=${pid},`))
  const [end] = await transfers.finish()
  assert.deepEqual([end?.['ended'], end?.['exact']], ['end', true])
  assert.doesNotMatch(await machine.run('journalctl', '--unit=acr-proxy.service', '--output=cat'), /is not used/)
})

test('removed, the .deb leaves the configuration; purged, nothing', async () => {
  await dpkg('--remove', 'acr-proxy')
  assert.equal(await machine.property('ActiveState'), 'inactive')
  assert.deepEqual(FILES.map(isThere), [false, false, false])
  assert.equal(await machine.read(CONFIG), transfers.config)
  await dpkg('--purge', 'acr-proxy')
  assert.equal(isThere('/etc/acr-proxy'), false)
  assert.equal(isThere('/etc/systemd/system/multi-user.target.wants/acr-proxy.service'), false)
})

test('the .rpm installs and runs; an upgrade hands over and keeps an edited configuration', async () => {
  await rpm('--install', join(THERE, packages.rpm))
  assert.equal((await machine.run('acr-proxy', '--version')).trim(), packages.version)
  assert.equal((await machine.run('stat', '--format=%U:%G %a', CONFIG)).trim(), 'root:acr-proxy 640')
  await machine.write(CONFIG, transfers.config)
  await machine.run('systemctl', 'start', 'acr-proxy.service')
  assert.equal(await runningVersion(), packages.version)
  await assertHandsOver(() => rpm('--upgrade', join(THERE, packages.next.rpm)))
})

test('removed, the .rpm stops the service, and leaves an edited configuration beside its place', async () => {
  await rpm('--erase', 'acr-proxy')
  assert.equal(await machine.property('ActiveState'), 'inactive')
  assert.deepEqual(FILES.map(isThere), [false, false, false])
  assert.equal(await machine.read(`${CONFIG}.rpmsave`), transfers.config)
})
