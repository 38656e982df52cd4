import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const LOAD = `
  import('./dist/src/proxy/engine/native.js').then(({ loadNative }) => {
    const loaded = loadNative()
    console.log(loaded.ok ? loaded.path : loaded.why)
  })`

test('a packed engine is loaded where none was compiled, and without it the reason is told', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'acr-proxy-packed-'))
  t.after(() => rm(directory, { recursive: true }))
  for (const part of ['native', 'package.json']) await cp(join(ROOT, part), join(directory, part), { recursive: true })
  await cp(join(ROOT, 'dist/src/proxy/engine'), join(directory, 'dist/src/proxy/engine'), { recursive: true })
  const load = (): string => execFileSync(process.execPath, ['-e', LOAD], { cwd: directory, encoding: 'utf8' }).trim()
  assert.equal(load(), 'it was not built when the package was installed')

  execFileSync(process.execPath, ['native/pack.mjs'], { cwd: directory })
  const packed = await readdir(join(directory, 'prebuilds'))
  assert.ok(packed.includes(`linux-${process.arch}-glibc`), packed.join())
  assert.equal(load(), join(directory, `prebuilds/linux-${process.arch}-glibc/splice.node`))
})
