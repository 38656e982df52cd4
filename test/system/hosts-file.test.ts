import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, chownSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { editFile } from '../../src/diagnostics/edit-file.ts'
import { randomLoopback } from '../region/loopback.ts'
import { temporaryFolder } from '../unit/config/given.ts'

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url))
const BUCKET = 'aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com'

test('curl finds the proxy by a hosts file that is a mount, and not any more once the lines are gone', async (t) => {
  const address = randomLoopback()
  const server = createServer((request, response) => response.end(`${request.headers.host} is carried\n`))
  await new Promise<void>((resolve) => void server.listen(0, address, resolve))
  t.after(() => server.close())
  const bound = server.address()
  assert.ok(bound !== null && typeof bound === 'object')

  const hosts = join(temporaryFolder(t), 'hosts')
  writeFileSync(hosts, '127.0.0.1 localhost\n', { mode: 0o644 })
  const before = statSync(hosts)
  // As in a container: /etc/hosts is a file of its own, which cannot be replaced. Nobody else sees this mount.
  const script = `set -u
mount --bind "$HOSTS_FILE" /etc/hosts || exit 90
"$NODE" "$MAIN" hosts --region cn-beijing --allow-instances acme --proxy ${address} --write || exit 91
curl -sS --noproxy '*' -m 10 http://${BUCKET}:${bound.port}/ || exit 92
cat /etc/hosts >"$HOSTS_FILE.written"
"$NODE" "$MAIN" hosts --remove || exit 93
if grep -q aliyuncs /etc/hosts; then exit 94; fi
`
  const env = { ...process.env, HOSTS_FILE: hosts, NODE: process.execPath, MAIN }
  const { stdout, stderr } = await promisify(execFile)('unshare', ['--mount', 'sh', '-c', script], { env })
  assert.equal(
    stdout,
    `/etc/hosts: 11 names lead to ${address}\n${BUCKET}:${bound.port} is carried\n/etc/hosts: the lines of acr-proxy are gone\n`,
  )
  assert.match(stderr, /^warning: \/etc\/hosts was written over, not replaced at once: it is a mount point$/m)
  assert.match(readFileSync(`${hosts}.written`, 'utf8'), new RegExp(`^${address} ${BUCKET}$`, 'm'))
  assert.equal(readFileSync(hosts, 'utf8'), '127.0.0.1 localhost\n')
  const after = statSync(hosts)
  assert.deepEqual([after.ino, after.mode], [before.ino, before.mode])
})

test('a file of somebody else keeps its owner and mode', async (t) => {
  const path = join(temporaryFolder(t), 'hosts')
  writeFileSync(path, '127.0.0.1 localhost\n')
  chownSync(path, 1234, 2345)
  chmodSync(path, 0o640)
  assert.deepEqual(await editFile(path, (text) => `${text}more\n`), { kind: 'replaced' })
  const { uid, gid, mode } = statSync(path)
  assert.deepEqual([uid, gid, mode & 0o7777], [1234, 2345, 0o640])
})
