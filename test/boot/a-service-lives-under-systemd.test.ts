import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createScope } from '../scope.ts'
import { startMachine } from './machine.ts'
import type { Machine } from './machine.ts'
import { startTransfers } from './transfers.ts'
import type { Transfers } from './transfers.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
/** As by nvm: below a home, which the sandbox hides. */
const PREFIX = '/root/.nvm/versions/node/current'
const PROGRAM = [`${PREFIX}/bin/node`, `${PREFIX}/lib/node_modules/acr-proxy/dist/src/main.js`]
const CONFIG = '/etc/acr-proxy/acr-proxy.yaml'

const scope = createScope()
let machine: Machine
let transfers: Transfers

const service = (...words: readonly string[]) => machine.attempt(...PROGRAM, 'service', ...words)
const mainPid = () => machine.property('MainPID')
const ENDED_WELL = { ended: 'end', exact: true }

async function assertEndWell(count: number): Promise<void> {
  const ends = await transfers.finish()
  assert.deepEqual(
    ends.map(({ ended, exact }) => ({ ended, exact })),
    Array.from({ length: count }, () => ENDED_WELL),
  )
}

const isThere = (pid: string) => () => machine.attempt('test', '-e', `/proc/${pid}`)
const handedOver = (before: string) =>
  machine.until('a successor is the main process', mainPid, (pid) => pid !== before && pid !== '0')

/** By the signal, with no transfer to wait for. */
async function handOver(): Promise<void> {
  const before = await mainPid()
  await machine.run('systemctl', 'kill', '--kill-who=main', '--signal=USR2', 'acr-proxy.service')
  await handedOver(before)
  await machine.until('the predecessor has ended', isThere(before), ({ code }) => code !== 0)
}

/** A package as `npm install --global` puts it there, and the node of this test. */
before(async () => {
  const prefix = await mkdtemp(join(tmpdir(), 'acr-boot-'))
  scope.after(() => rm(prefix, { recursive: true }))
  const npm = (...args: readonly string[]) => promisify(execFile)('npm', args, { cwd: ROOT })
  const { stdout } = await npm('pack', '--silent', '--ignore-scripts', '--pack-destination', prefix)
  await npm('install', '--silent', '--global', '--prefix', prefix, join(prefix, stdout.trim()))
  machine = await startMachine(scope, {
    [join(prefix, 'lib')]: `${PREFIX}/lib`,
    [dirname(process.execPath)]: `${PREFIX}/bin`,
  })
  transfers = await startTransfers(scope, machine)
})
after(() => scope.close())

test('service install sets it up in one step: it runs, is enabled, and is not root', async () => {
  const { code, output } = await service('install', '--region', 'cn-beijing', '--drain-timeout', '1m')
  assert.equal(
    output,
    `wrote    /etc/systemd/system/acr-proxy.service
wrote    /etc/sysusers.d/acr-proxy.conf
wrote    /etc/tmpfiles.d/acr-proxy.conf
ran      systemd-sysusers /etc/sysusers.d/acr-proxy.conf
wrote    ${CONFIG}
ran      systemd-tmpfiles --create /etc/tmpfiles.d/acr-proxy.conf
ran      systemctl daemon-reload
ran      systemctl enable acr-proxy.service
ran      systemctl start acr-proxy.service
acr-proxy runs: see \`systemctl status acr-proxy\` and \`journalctl -u acr-proxy\`
`,
  )
  assert.equal(code, 0)
  assert.equal(await machine.property('ActiveState'), 'active')
  assert.equal(await machine.property('UnitFileState'), 'enabled')
  assert.equal((await machine.run('stat', '--format=%U:%G %a', CONFIG)).trim(), 'root:acr-proxy 640')
  const state = await machine.read(`/proc/${await mainPid()}/status`)
  assert.match(state, /^CapEff:\s+0000000000000400$/m)
  assert.match(state, /^Uid:\s+[1-9]/m)
  assert.match(await machine.read(CONFIG), /^# Made by .*^region: cn-beijing$.*^ {2}drain: 1m$/ms)
})

test('systemctl status shows what it does', async () => {
  await machine.until(
    'a status',
    () => machine.run('systemctl', 'status', 'acr-proxy.service'),
    (shown) => /Status: "\d+ connections open, \d+\.\d\d Gbit\/s"/.test(shown),
  )
})

test('it carries what it is configured to carry', async () => {
  await machine.write(CONFIG, transfers.config)
  await machine.run('systemctl', 'restart', 'acr-proxy.service')
  await transfers.begin()
  await assertEndWell(1)
})

test('service install once more keeps what is as it should be, and hands over to the program on disk, as after an upgrade', async () => {
  const before = await mainPid()
  await transfers.begin()
  const { code, output } = await service('install')
  assert.equal(code, 0)
  assert.match(output, /^kept {5}\/etc\/systemd\/system\/acr-proxy\.service, which is as it should be$/m)
  assert.match(output, /^kept {5}\/etc\/acr-proxy\/acr-proxy\.yaml, which was there$/m)
  assert.equal(await machine.read(CONFIG), transfers.config)
  await handedOver(before)
  await transfers.begin()
  await assertEndWell(2)
  await machine.until('the predecessor has ended', isThere(before), ({ code }) => code !== 0)
  assert.equal(await machine.property('ActiveState'), 'active')
  assert.equal(await machine.property('NRestarts'), '0')
})

test('a reload takes effect without touching a transfer', async () => {
  await transfers.begin()
  await machine.write(CONFIG, `${transfers.config}timeouts: { drain: 1m }\n`)
  await machine.run('systemctl', 'reload', 'acr-proxy.service')
  await machine.until(
    'it says so',
    () => machine.run('journalctl', '--unit=acr-proxy.service', '--output=cat'),
    (journal) => /"changed":\["timeouts.drain"\].*"reloaded"/.test(journal),
  )
  await machine.until(
    'it is ready again',
    () => machine.property('ActiveState'),
    (state) => state === 'active',
  )
  await assertEndWell(1)
  await machine.write(CONFIG, transfers.config)
})

test('a stop lets a transfer end that takes longer than systemd would wait by itself', async () => {
  await machine.write(
    '/run/systemd/system/acr-proxy.service.d/quick.conf',
    '[Service]\nTimeoutStopSec=1\nWatchdogSec=3\n',
  )
  await machine.run('systemctl', 'daemon-reload')
  await machine.run('systemctl', 'restart', 'acr-proxy.service')
  await transfers.begin()
  const stopping = machine.run('systemctl', 'stop', 'acr-proxy.service')
  await machine.until(
    'it says so',
    () => machine.property('StatusText'),
    (text) => text.startsWith('draining: 1 connection'),
  )
  await assertEndWell(1)
  await stopping
  assert.equal(await machine.property('Result'), 'success')
  assert.equal(await machine.property('ExecMainStatus'), '0')
})

test('one that is killed is started again, also a successor', async () => {
  await machine.run('systemctl', 'start', 'acr-proxy.service')
  await handOver()
  const before = await mainPid()
  await machine.run('systemctl', 'kill', '--signal=KILL', 'acr-proxy.service')
  await machine.until('it runs again', mainPid, (pid) => pid !== '0' && pid !== before)
  await machine.until(
    'it is ready',
    () => machine.property('ActiveState'),
    (state) => state === 'active',
  )
  await transfers.begin()
  await assertEndWell(1)
})

test('one that hangs is ended by the watchdog, and started again', async () => {
  const before = await mainPid()
  await machine.run('systemctl', 'kill', '--kill-who=main', '--signal=STOP', 'acr-proxy.service')
  await machine.until('it runs again', mainPid, (pid) => pid !== '0' && pid !== before)
  await machine.until(
    'it is ready',
    () => machine.property('ActiveState'),
    (state) => state === 'active',
  )
  assert.match(await machine.run('journalctl', '--unit=acr-proxy.service'), /Watchdog timeout/)
  await transfers.begin()
  await assertEndWell(1)
})

test('a mistake in the configuration fails a reload, and the proxy goes on', async () => {
  await machine.write(CONFIG, `${transfers.config}lisen: :8443\n`)
  const { code } = await machine.attempt('systemctl', 'reload', 'acr-proxy.service')
  assert.notEqual(code, 0)
  assert.match(await machine.run('journalctl', '--unit=acr-proxy.service'), /acr-proxy\.yaml:4: .*lisen/)
  assert.equal(await machine.property('ActiveState'), 'active')
  await machine.write(CONFIG, transfers.config)
  await transfers.begin()
  await assertEndWell(1)
})

test('neither systemd nor the proxy has anything to complain of', async () => {
  const journal = await machine.run('journalctl', '--unit=acr-proxy.service', '--output=cat')
  assert.doesNotMatch(journal, /cannot be told|Unknown key|Got notification message|"level":"error"/)
})

test('service uninstall removes what install made, and nothing else', async () => {
  const { code, output } = await service('uninstall')
  assert.equal(
    output,
    `ran      systemctl disable --now acr-proxy.service
removed  /etc/systemd/system/acr-proxy.service
removed  /etc/sysusers.d/acr-proxy.conf
removed  /etc/tmpfiles.d/acr-proxy.conf
ran      systemctl daemon-reload
kept     ${CONFIG}, which --purge removes
`,
  )
  assert.equal(code, 0)
  assert.equal(await machine.property('LoadState'), 'not-found')
  assert.equal(await machine.read(CONFIG), transfers.config)
})
