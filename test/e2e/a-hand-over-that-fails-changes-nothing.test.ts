import assert from 'node:assert/strict'
import { cp, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { deadline } from '../deadline.ts'
import { listenTcp } from '../upstream.ts'
import { adminOf, getJson, WITH_ADMIN } from './admin.ts'
import { ask } from './ask.ts'
import { configTo } from './carried.ts'
import { gone, handOver } from './hand-over.ts'
import type { LogLine } from './lines.ts'
import { logged } from './logged.ts'
import { MAIN, startProxy } from './proxy.ts'
import type { ReadyProxy } from './proxy.ts'
import { serve, SERVED } from './served.ts'

const FAILED = 'not handed over: this process goes on'
const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** A package of the program in a directory of its own. */
async function installed(t: TestContext): Promise<{ readonly place: string; readonly main: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'acr-installed-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const place = join(directory, 'acr-proxy')
  await cp(join(dirname(MAIN)), join(place, 'dist/src'), { recursive: true })
  await cp(join(ROOT, 'package.json'), join(place, 'package.json'))
  // What was built stays where it is; where nothing was, the link leads nowhere.
  for (const name of ['node_modules', 'build', 'prebuilds']) await symlink(join(ROOT, name), join(place, name))
  return { place, main: join(place, 'dist/src/main.js') }
}

async function start(t: TestContext, main?: string): Promise<ReadyProxy> {
  const config = { ...configTo(await listenTcp(t, serve)), ...WITH_ADMIN }
  return startProxy(t, { config, ...(main === undefined ? {} : { main }) })
}

/** Asks for a hand-over that must fail, and gives the line that says why; the proxy must serve as before. */
async function failure(t: TestContext, proxy: ReadyProxy): Promise<LogLine> {
  const skip = proxy.log.length
  proxy.signal('SIGUSR2')
  const line = await logged(proxy, FAILED, skip)
  assert.equal((await ask(t, proxy.endpoint)).bytes.toString(), SERVED)
  return line
}

test('a program on disk that does not start is told with its last words, and one that does takes over', async (t) => {
  const { place, main } = await installed(t)
  const proxy = await start(t, main)
  const admin = await adminOf(proxy)

  await writeFile(main, 'throw new Error("half an upgrade")')
  assert.match(String((await failure(t, proxy))['why']), /^the program does not start: [^]*half an upgrade/)
  await rm(main)
  assert.match(String((await failure(t, proxy))['why']), /^the program does not start: [^]*Cannot find module/)
  await writeFile(main, 'if (!process.argv.includes("--version")) process.exit(3)')
  assert.equal((await failure(t, proxy))['why'], 'the successor ended with 3 before it was ready')
  await writeFile(main, 'if (!process.argv.includes("--version")) process.kill(process.pid, "SIGABRT")')
  assert.equal((await failure(t, proxy))['why'], 'the successor ended with SIGABRT before it was ready')

  // The whole package is another now, as a package manager does it.
  const next = await installed(t)
  await writeFile(join(next.place, 'package.json'), '{ "name": "acr-proxy", "type": "module", "version": "7.0.0" }')
  await rename(place, `${place}.old`)
  await rename(next.place, place)
  const successor = await handOver(proxy, proxy.pid)
  const { version, pid } = await getJson(admin, '/status')
  assert.deepEqual([version, pid], ['7.0.0', successor])
})

test('a successor that cannot have its configuration tells why, with place and hint', async (t) => {
  const proxy = await start(t)
  const good = { ...configTo(await listenTcp(t, serve)), ...WITH_ADMIN }
  const taken = await listenTcp(t, () => {})
  for (const [config, why, hint] of [
    ['region: cn-beijing\nlimits: 5', /^the configuration has a problem: .*acr-proxy\.yaml:2: limits: /, /config/],
    [
      stringify({ ...good, admin: { listen: `127.0.0.1:${taken.port}` } }),
      /^cannot open the admin listener/,
      /--admin/,
    ],
    [stringify({ ...good, resolver: { kind: 'module', module: './none.mjs' } }), /cannot load .*none\.mjs/, /resolve/],
  ] as const) {
    await writeFile(proxy.file, config)
    const line = await failure(t, proxy)
    assert.match(String(line['why']), why)
    assert.match(String(line['hint']), hint)
  }
  assert.match(proxy.stderr(), /^error: the configuration has a problem\n/)
})

/** A resolver module that loads when it is told to, by a file. */
const SLOW = `
  import { existsSync } from 'node:fs'
  console.log('loading')
  while (!existsSync(new URL('./go', import.meta.url))) await new Promise((resolve) => setTimeout(resolve, 20))
  export const resolve = () => []
`

/** A proxy whose successor is about to start, and waits for the file `go`. */
async function handingOver(t: TestContext) {
  const upstream = await listenTcp(t, serve)
  const proxy = await startProxy(t, { config: { ...configTo(upstream), timeouts: { idle: '1m' } } })
  const folder = dirname(proxy.file)
  await writeFile(join(folder, 'slow.mjs'), SLOW)
  await writeFile(
    proxy.file,
    stringify({ ...configTo(upstream), resolver: { kind: 'module', module: './slow.mjs' }, timeouts: { idle: '2m' } }),
  )
  proxy.signal('SIGUSR2')
  await proxy.waitFor(({ raw }) => raw === 'loading', 'the successor starts')
  return { proxy, upstream, go: () => writeFile(join(folder, 'go'), '') }
}

test('a second hand-over is refused while one is under way, and a reload is for the successor', async (t) => {
  const { proxy, upstream, go } = await handingOver(t)
  proxy.signal('SIGUSR2')
  await logged(proxy, 'SIGUSR2 refused: a hand-over is under way')
  await writeFile(proxy.file, stringify({ ...configTo(upstream), timeouts: { idle: '3m' } }))
  proxy.signal('SIGHUP')
  assert.equal((await ask(t, proxy.endpoint)).bytes.toString(), SERVED)
  await go()
  await logged(proxy, 'handed over')
  assert.deepEqual((await logged(proxy, 'reloaded'))['changed'], ['resolver.kind', 'resolver.module', 'timeouts.idle'])
  assert.equal((await ask(t, proxy.endpoint)).bytes.toString(), SERVED)
  assert.equal(proxy.log.filter(({ msg }) => msg === 'handed over').length, 1)
})

test('a stop while a successor starts ends both', async (t) => {
  const { proxy } = await handingOver(t)
  proxy.signal('SIGTERM')
  assert.equal((await logged(proxy, FAILED))['why'], 'this process is to stop')
  assert.deepEqual(await deadline(proxy.exit, 'the proxy ends'), { code: 0, signal: null })
  const { successor } = await logged(proxy, 'handing over: a successor starts')
  await gone(Number(successor))
})

test('a process that dies while its successor starts leaves it to serve', async (t) => {
  const { proxy, go } = await handingOver(t)
  const { successor } = await logged(proxy, 'handing over: a successor starts')
  t.after(() => process.kill(Number(successor), 'SIGKILL'))
  process.kill(proxy.pid, 'SIGKILL')
  await go()
  assert.equal((await ask(t, proxy.endpoint)).bytes.toString(), SERVED)
})
