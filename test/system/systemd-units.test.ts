import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { unitFor } from '../../src/service/setup.ts'
import { temporaryFolder } from '../unit/config/given.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const UNITS = join(ROOT, 'config/systemd')
/** In tenths, as `--threshold` takes it. */
const MOST_EXPOSED = 15

async function analyze(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('systemd-analyze', args)
  return stdout + stderr
}

test('systemd finds nothing wrong with the units', async (t) => {
  const folder = temporaryFolder(t)
  // The program has to be there.
  const unit = unitFor({
    node: process.execPath,
    main: join(ROOT, 'dist/src/main.js'),
    root: ROOT.slice(0, -1),
    addon: true,
  })
  const [service, socket] = [join(folder, 'acr-proxy.service'), join(folder, 'acr-proxy.socket')]
  writeFileSync(service, unit)
  copyFileSync(join(UNITS, 'acr-proxy.socket'), socket)
  assert.equal(await analyze('verify', '--man=no', service, socket), '')
})

test('the sandbox leaves the service at most 1.5 exposed', async () => {
  const unit = join(UNITS, 'acr-proxy.service')
  const said = await analyze('security', '--offline=true', `--threshold=${MOST_EXPOSED}`, unit)
  assert.match(said, /Overall exposure level for acr-proxy\.service: [01]\.\d OK/)
})

test('the user and its files are such as systemd can make', async (t) => {
  const root = temporaryFolder(t)
  mkdirSync(join(root, 'etc/acr-proxy'), { recursive: true })
  writeFileSync(join(root, 'etc/acr-proxy/acr-proxy.yaml'), '', { mode: 0o600 })
  const run = promisify(execFile)
  await run('systemd-sysusers', [`--root=${root}`, join(UNITS, 'acr-proxy.sysusers.conf')])
  assert.match(readFileSync(join(root, 'etc/passwd'), 'utf8'), /^acr-proxy:x:\d+:\d+:acr-proxy:\/:\/\S+\/nologin$/m)
  await run('systemd-tmpfiles', ['--create', `--root=${root}`, join(UNITS, 'acr-proxy.tmpfiles.conf')])
  const { mode, uid, gid } = statSync(join(root, 'etc/acr-proxy/acr-proxy.yaml'))
  const group = /^acr-proxy:x:(\d+):/m.exec(readFileSync(join(root, 'etc/group'), 'utf8'))?.[1]
  assert.deepEqual([mode & 0o777, uid, String(gid)], [0o640, 0, group])
})
