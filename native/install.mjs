// Builds the splice engine where that can be done, and says in one line what became of it. Never fails an installation: without it
// the stream engine moves the bytes. `--required` is for those who asked for it.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** A download of Node's headers that hangs must not hang the installation (ms). */
const LIMIT_MS = 180_000

const required = process.argv.includes('--required')
const problem = build()
process.stdout.write(
  problem === undefined ? 'acr-proxy: the splice engine is built\n' : `acr-proxy: no splice engine: ${problem}\n`,
)
process.exitCode = required && problem !== undefined ? 1 : 0

/** What stands in the way, if anything. */
function build() {
  if (process.platform !== 'linux') return `it is for Linux, this is ${process.platform}`
  const libc = process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc'
  const packed = path.join(ROOT, 'prebuilds', `${process.platform}-${process.arch}-${libc}`, 'splice.node')
  if (!required && existsSync(packed)) return undefined
  const gyp = nodeGyp()
  if (gyp === undefined) return 'node-gyp, a part of npm, is not found'
  const headers = headersNearNode()
  const args = [gyp, 'rebuild', '--silent', ...(headers === undefined ? [] : [`--nodedir=${headers}`])]
  const run = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', timeout: LIMIT_MS })
  if (run.status === 0) return undefined
  if (required) process.stderr.write(`${run.stdout}${run.stderr}`)
  return 'it could not be compiled (`npm run build:native` shows why)'
}

/** npm tells its scripts where its own is. */
function nodeGyp() {
  const ofNpm = 'node_modules/node-gyp/bin/node-gyp.js'
  const places = [
    process.env.npm_config_node_gyp,
    process.env.npm_execpath === undefined ? undefined : path.resolve(process.env.npm_execpath, '../..', ofNpm),
    path.resolve(process.execPath, '../../lib/node_modules/npm', ofNpm),
  ]
  return places.find((file) => file !== undefined && existsSync(file))
}

/** Headers that came with Node, or with another one of this host: Node-API is the same in all, and a download is spared. */
function headersNearNode() {
  const prefixes = [path.resolve(process.execPath, '../..'), '/usr', '/usr/local']
  return prefixes.find((prefix) => existsSync(path.join(prefix, 'include/node/node_api.h')))
}
