// Packs the splice engine for those without a compiler: prebuilds/PLATFORM-ARCH-LIBC/splice.node for each compiler that this host has.
// Node-API is the same in every Node, and a module need not be linked against it: its headers are all that is needed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Of Debian: gcc, gcc-aarch64-linux-gnu with libc6-dev-arm64-cross, musl-tools; the last is Alpine's own cross compiler. */
const COMPILERS = {
  'linux-x64-glibc': 'x86_64-linux-gnu-gcc',
  'linux-arm64-glibc': 'aarch64-linux-gnu-gcc',
  'linux-x64-musl': process.arch === 'x64' ? 'musl-gcc' : 'x86_64-linux-musl-gcc',
  'linux-arm64-musl': process.arch === 'arm64' ? 'musl-gcc' : 'aarch64-linux-musl-gcc',
}
const FLAGS =
  '-std=c17 -O2 -Wall -Wextra -fPIC -shared -fvisibility=hidden -pthread -D_GNU_SOURCE -DNAPI_VERSION=8'.split(' ')

const headers = [path.resolve(process.execPath, '../..'), '/usr', '/usr/local']
  .map((prefix) => path.join(prefix, 'include/node'))
  .find((place) => existsSync(path.join(place, 'node_api.h')))
if (headers === undefined) throw new Error('node_api.h is not found: install the headers of Node')

const sources = readdirSync(path.join(ROOT, 'native')).filter((file) => file.endsWith('.c'))
let packed = 0
for (const [target, compiler] of Object.entries(COMPILERS)) {
  const file = path.join(ROOT, 'prebuilds', target, 'splice.node')
  if (spawnSync(compiler, ['--version']).status !== 0) {
    process.stdout.write(`${target}: not packed, there is no ${compiler}\n`)
    continue
  }
  mkdirSync(path.dirname(file), { recursive: true })
  const paths = sources.map((source) => path.join(ROOT, 'native', source))
  // `-s`: without the symbols that only a debugger wants.
  const run = spawnSync(compiler, [...FLAGS, '-s', `-I${headers}`, ...paths, '-o', file], { stdio: 'inherit' })
  if (run.status !== 0) throw new Error(`${target}: ${compiler} failed`)
  process.stdout.write(`${target}: ${path.relative(ROOT, file)}\n`)
  packed += 1
}
if (packed === 0) throw new Error('no compiler is found')
