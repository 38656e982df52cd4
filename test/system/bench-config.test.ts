import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findPeers } from '../../bench/peers/find.ts'
import { PROXIES } from '../../bench/peers/names.ts'
import { run } from '../../bench/peers/program.ts'

/** How a proxy checks a configuration without serving it; sniproxy cannot. */
const CHECKS: Readonly<Record<string, readonly [string, RegExp]>> = {
  nginx: ['-t', /test is successful/],
  'nginx-256k': ['-t', /test is successful/],
  haproxy: ['-c', /Configuration file is valid/],
  'haproxy-splice': ['-c', /Configuration file is valid/],
  'haproxy-splice-1m': ['-c', /Configuration file is valid/],
}

const { peers } = await findPeers(PROXIES, [])

for (const threads of [1, 2]) {
  for (const [name, [flag, said]] of Object.entries(CHECKS)) {
    test(`${name} takes its configuration for ${threads} processors without a warning`, async (t) => {
      const directory = await mkdtemp(join(tmpdir(), 'acr-bench-config-'))
      t.after(() => rm(directory, { recursive: true, force: true }))
      const peer = peers.find((one) => one.name === name)
      assert.ok(peer?.launch, `${name} is not installed`)
      const setting = { port: 18_443, backend: 18_444, directory, connections: 300, threads }
      const { command, files = {} } = peer.launch(setting)
      for (const [path, text] of Object.entries(files)) await writeFile(path, text)
      const { ok, text } = await run([...command, flag])
      assert.ok(ok, text)
      assert.match(text, said)
      assert.doesNotMatch(text, /\bwarn/i)
    })
  }
}

test('acr-proxy takes its configuration', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'acr-bench-config-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const peer = peers.find(({ name }) => name === 'acr-stream')
  const launch = peer?.launch?.({ port: 18_443, backend: 18_444, directory, connections: 300, threads: 1 })
  assert.ok(launch)
  for (const [path, text] of Object.entries(launch.files ?? {})) await writeFile(path, text)
  const [node, ...args] = launch.command
  const main = args.findIndex((word) => word === 'serve')
  const { ok, text } = await run([node, ...args.slice(0, main), 'config', 'check', ...args.slice(main + 1)])
  assert.ok(ok, text)
})
