import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { allowedCpus, layoutsOf } from '../../bench/cpus.ts'
import { buildLoad } from '../../bench/load.ts'
import type { Peer } from '../../bench/peers/peer.ts'
import { planOf } from '../../bench/plan.ts'
import { tryOut } from '../../bench/trial.ts'

await buildLoad()

test('what may turn out not to start is absent, with the reason it gives', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'acr-bench-trial-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const broken: Peer = {
    name: 'acr-splice',
    version: '0',
    own: true,
    optional: true,
    launch: () => ({ command: ['sh', '-c', 'echo "error: the engine cannot be loaded" >&2; exit 1'] }),
  }
  const raw: Peer = { name: 'raw', version: '0', own: false, optional: true }
  const { plan } = planOf(true, 1024)
  const layout = layoutsOf(allowedCpus()).apart
  const { peers, absent } = await tryOut(t, { peers: [raw, broken], absent: [] }, { plan, layout, directory })
  assert.deepEqual(peers, [raw])
  assert.deepEqual(
    absent.map(({ name }) => name),
    ['acr-splice'],
  )
  assert.match(absent[0]?.why ?? '', /ended with 1: error: the engine cannot be loaded/)
})
