import assert from 'node:assert/strict'
import { readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { createScope } from '../scope.ts'
import { HARDENED, startEngineWithImage } from './container.ts'
import { runCommand } from './engine.ts'
import type { Engine } from './engine.ts'
import { ARCHIVE, IMAGE, ROOT } from './image.ts'

/** README.md says how big it is; more than this means that something came in that does not belong there (bytes). */
const MOST = 130_000_000

const scope = createScope()
let engine: Engine
before(async () => void (engine = await startEngineWithImage(scope)))
after(() => scope.close())

async function inspect(format: string): Promise<unknown> {
  return JSON.parse(await engine.run(['image', 'inspect', '--format', `{{json ${format}}}`, IMAGE]))
}

test('it is small, and says what it is', async () => {
  assert.ok((await stat(ARCHIVE)).size < MOST)
  const { version }: { version: string } = JSON.parse(await readFile(`${ROOT}/package.json`, 'utf8'))
  const labels = Object(await inspect('.Config.Labels'))
  assert.equal(labels['org.opencontainers.image.title'], 'acr-proxy')
  assert.equal(labels['org.opencontainers.image.version'], version)
  assert.equal(labels['org.opencontainers.image.licenses'], 'Apache-2.0')
})

test('it runs as nobody, and starts and checks the program without a shell', async () => {
  assert.equal(await inspect('.Config.User'), '65532:65532')
  assert.deepEqual(await inspect('.Config.Entrypoint'), ['acr-proxy'])
  assert.deepEqual(Object(await inspect('.Config.Healthcheck'))['Test'], ['CMD', 'acr-proxy', 'status', '--check'])
})

/** What is outside of /app: docker's own folders, node, `env`, the command and libraries. */
const EXPECTED =
  /^((dev|etc|proc|sys)\/.*|\.dockerenv|.*\/|usr\/bin\/env|usr\/local\/bin\/(node|acr-proxy)|lib(64)?\/.*\.so(\.\d+)*)$/

test('nothing but node, its libraries and the program is in it', async (t) => {
  const container = (await engine.run(['create', IMAGE])).trim()
  t.after(() => engine.run(['rm', container]))
  const archive = join(dirname(ARCHIVE), 'exported.tar')
  await engine.run(['export', `--output=${archive}`, container])
  t.after(() => rm(archive))
  const names = (await runCommand(['tar', '-tf', archive], engine.env)).trim().split('\n')
  const unexpected = names.filter((name) => !name.startsWith('app/') && !EXPECTED.test(name))
  assert.deepEqual(unexpected, [])
  assert.ok(names.some((name) => name === 'app/dist/src/main.js'))
  // Development's: what tests and compiles is no part of it.
  assert.deepEqual(
    names.filter((name) => /^app\/(src|test)\/|^app\/node_modules\/(typescript|oxlint|fast-check)\//.test(name)),
    [],
  )
})

test('every command works in it, hardened', async () => {
  const help = await engine.run(['run', '--rm', '--network=none', ...HARDENED, IMAGE, '--help'])
  assert.match(help, /acr-proxy/)
  const hosts = ['hosts', '--region=cn-beijing', '--proxy=203.0.113.7']
  const lines = await engine.run(['run', '--rm', '--network=none', ...HARDENED, IMAGE, ...hosts])
  assert.match(lines, /^203\.0\.113\.7 registry-vpc\.cn-beijing\.aliyuncs\.com$/m)
})
