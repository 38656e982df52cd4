import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { USAGE } from '../../bench/options.ts'
import { COMMAND_FLAGS } from '../../src/cli/usage.ts'
import { loadConfig } from '../../src/config/load.ts'
import { options } from '../../src/config/options.ts'
import { createMetrics } from '../../src/metrics.ts'
import { REFUSALS } from '../../src/proxy/reject.ts'
import { loadModule } from '../../src/proxy/resolve/module.ts'
import { parseMarkdown } from './markdown.ts'
import type { Markdown } from './markdown.ts'

const ROOT = new URL('../../../', import.meta.url)
const NAMES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(new URL('docs/', ROOT))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

/** Flags of `npm run bench`. */
const BENCH = [...USAGE.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, word = '']) => word)
/** Flags of other programs that the documents mention. */
const OF_DOCKER =
  'build build-arg cap-add cap-drop detach env network no-healthcheck publish read-only restart security-opt signal stop-timeout tag user'
const OF_KUBECTL = 'from-literal namespace'
const OF_SYSTEMD = 'create kill-who now'
const FOREIGN = [
  ...OF_DOCKER.split(' '),
  ...OF_KUBECTL.split(' '),
  ...OF_SYSTEMD.split(' '),
  'connections',
  'driver',
  'driver-opt',
  'down',
  'global',
  'keep',
  'minutes',
  'name',
  'netfilter-mode',
  'test',
]

function readDocument(name: string): Markdown {
  return parseMarkdown(readFileSync(new URL(name, ROOT), 'utf8'))
}

/** The block without comments, which are in the language of the document. */
function commandsOf({ blocks }: Markdown): readonly string[] {
  return blocks.map(({ language, text }) =>
    `${language}\n${language === 'text' ? text : text.replaceAll(/(^|\s+)#.*$/gm, '')}`.trim(),
  )
}

/** The names that a table of docs/operations.md explains: the code in its first column, in order. */
function explained(table: string): readonly string[] {
  return readDocument('docs/operations.md')
    .rows.flatMap(({ section, cells }) => (section === table ? (/^`(.+)`$/.exec(cells[0] ?? '')?.[1] ?? []) : []))
    .toSorted()
}

async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'acr-docs-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

test('both READMEs have the same sections', () => {
  const levels = (name: string) => readDocument(name).headings.map(({ level }) => level)
  assert.deepEqual(levels('README.zh-CN.md'), levels('README.md'))
})

test('both READMEs show the same commands, files and answers', () => {
  assert.deepEqual(commandsOf(readDocument('README.zh-CN.md')), commandsOf(readDocument('README.md')))
})

for (const name of NAMES) {
  const { links, spans, blocks } = readDocument(name)

  test(`every link of ${name} leads somewhere`, () => {
    for (const link of links.filter((target) => !/^https?:/.test(target))) {
      const [path = '', anchor] = decodeURI(link).split('#')
      const target = path === '' ? new URL(name, ROOT) : new URL(path, new URL(name, ROOT))
      assert.ok(existsSync(target), link)
      if (anchor === undefined) continue
      const anchors = parseMarkdown(readFileSync(target, 'utf8')).headings.map((heading) => heading.anchor)
      assert.ok(anchors.includes(anchor), `${link}: there is ${anchors.join(' ')}`)
    }
  })

  test(`every flag that ${name} names exists`, () => {
    const known = new Set([...options.map(({ flag }) => flag), ...COMMAND_FLAGS, ...BENCH, ...FOREIGN])
    const code = [...spans, ...blocks.map(({ text }) => text)].join('\n')
    const named = code.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)
    for (const [flag, word = ''] of named) assert.ok(known.has(word), flag)
  })
}

test('every configuration shown is a good one, and warns of nothing', async (t) => {
  const directory = await temporaryDirectory(t)
  const shown = NAMES.flatMap((name) => readDocument(name).blocks).filter(({ language }) => language === 'yaml')
  assert.ok(shown.length > 5)
  for (const [index, { text }] of shown.entries()) {
    const configPath = join(directory, `${index}.yaml`)
    await writeFile(configPath, text)
    assert.deepEqual(loadConfig({ flags: {}, env: {}, configPath }).warnings, [], text)
  }
})

test('every refusal is explained, and none that does not exist', () => {
  assert.deepEqual(explained('refusals'), Object.keys(REFUSALS).toSorted())
})

test('every metric is explained, and none that does not exist', () => {
  const names = createMetrics()
    .registry.getMetricsAsArray()
    .map(({ name }) => name)
    .filter((name) => name.startsWith('acr_proxy_'))
  assert.deepEqual(explained('metrics'), names.toSorted())
})

test('every alert is explained, and none that does not exist', () => {
  const rules = readFileSync(new URL('config/prometheus/acr-proxy.rules.yaml', ROOT), 'utf8')
  const alerts = Array.from(rules.matchAll(/- alert: (\w+)/g), ([, alert]) => alert)
  const rows = readDocument('docs/operations.md').rows.filter(({ section }) => section === 'alerts-and-dashboard')
  const named = rows.flatMap(({ cells }) => cells[0]?.match(/(?<=`)Acr\w+(?=`)/g) ?? [])
  assert.deepEqual(new Set(named), new Set(alerts))
})

test('the resolver module of docs/resolvers.md works as it says', async (t) => {
  const directory = await temporaryDirectory(t)
  const { blocks } = readDocument('docs/resolvers.md')
  const textOf = (wanted: string) => blocks.find(({ language }) => language === wanted)?.text ?? ''
  await writeFile(join(directory, 'tunnels.mjs'), textOf('js'))
  await writeFile(join(directory, 'tunnels.json'), textOf('json'))
  const resolver = await loadModule(join(directory, 'tunnels.mjs'))
  const bucket = 'aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com'
  const { candidates } = await resolver.resolve({ host: bucket, port: 80, role: 'oss', region: 'cn-beijing' })
  assert.deepEqual(
    candidates.map(({ address, port }) => [address, port]),
    [
      ['10.0.0.6', 8080],
      ['10.0.0.7', 8080],
    ],
  )
  const unknown = { host: 'cr-vpc.cn-beijing.aliyuncs.com', port: 443, role: 'api', region: 'cn-beijing' } as const
  await assert.rejects(async () => resolver.resolve(unknown), { reason: 'resolve-failed' })
})
