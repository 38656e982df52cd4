import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { temporaryFolder } from '../config/given.ts'
import { run } from './run.ts'

const HINT =
  'hint: docs/configuration.md describes every option, and `acr-proxy config schema` prints their JSON Schema\n'

function folderWith(t: TestContext, text: string): string {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'acr-proxy.yaml'), text)
  return folder
}

test('config check says ok and ends with 0', async (t) => {
  const cwd = folderWith(t, 'region: cn-beijing\n')
  const ok = { code: 0, stdout: 'ok: acr-proxy.yaml\n', stderr: '' }
  assert.deepEqual(await run(['config', 'check', '--config', 'acr-proxy.yaml'], { cwd }), ok)
  assert.deepEqual(await run(['config', 'check'], { cwd, env: { ACR_PROXY_CONFIG: 'acr-proxy.yaml' } }), ok)
})

test('config check says what is allowed but dangerous, and ends with 0', async (t) => {
  const cwd = folderWith(t, 'region: cn-beijing\n')
  const { code, stdout, stderr } = await run(['config', 'check', '-c', 'acr-proxy.yaml', '--allow-buckets', '*'], {
    cwd,
  })
  assert.deepEqual([code, stdout], [0, 'ok: acr-proxy.yaml\n'])
  assert.match(stderr, /^warning: allow\.buckets is "\*": /)
})

test('config check lists every problem with its place and ends with 1', async (t) => {
  const cwd = folderWith(t, 'region: cn-beijing\nlog:\n  levl: info\nresolver:\n  kind: vcp\n')
  const words = ['config', 'check', '--config', 'acr-proxy.yaml', '--drain-timeout', 'soon']
  assert.deepEqual(await run(words, { cwd, env: { ACR_PROXY_LISTN: ':1' } }), {
    code: 1,
    stdout: '',
    stderr: `error: the configuration has 4 problems
  acr-proxy.yaml:3: log.levl: unknown key (did you mean "level"?)
  acr-proxy.yaml:5: resolver.kind: expected public, vpc, cidr or module, got "vcp" (did you mean "vpc"?)
  ACR_PROXY_LISTN: unknown variable (did you mean "ACR_PROXY_LISTEN"?)
  --drain-timeout: expected a duration such as 500ms, 10s, 10m or 1h, or a number of seconds, got "soon"
${HINT}`,
  })
})

test('serve refuses a wrong configuration like config check', async (t) => {
  const cwd = folderWith(t, '')
  const stderr = `error: the configuration has a problem
  acr-proxy.yaml: region: is required
hint: name the region of your registry, for example \`region: cn-beijing\`
`
  for (const words of [['serve'], []]) {
    assert.deepEqual(await run([...words, '-c', 'acr-proxy.yaml'], { cwd }), { code: 1, stdout: '', stderr })
  }
})

test('without any argument the region is asked for, with an example', async () => {
  assert.deepEqual(await run([]), {
    code: 1,
    stdout: '',
    stderr: `error: the configuration has a problem
  region: is required
hint: name the region of your registry, for example \`acr-proxy --region cn-beijing\`
`,
  })
})

test('a region that is misspelt ends with 1, one that is not known with a warning', async () => {
  const misspelt = await run(['config', 'check', '--region', 'cn-bejing'])
  assert.equal(misspelt.code, 1)
  assert.match(misspelt.stderr, /--region: there is no such region, got "cn-bejing" \(did you mean "cn-beijing"\?\)/)
  const unknown = await run(['config', 'check', '--region', 'cn-moonbase-1'])
  assert.equal(unknown.code, 0)
  assert.match(unknown.stderr, /^warning: region cn-moonbase-1 is not known: /)
})

test('config print shows values and sources, and numbers and dots in flags stay texts', async (t) => {
  const cwd = folderWith(t, 'region: cn-beijing\n')
  const words = ['config', 'print', '-c', 'acr-proxy.yaml', '--idle-timeout', '1e1', '--hosts', 'a.b=192.0.2.1']
  assert.match((await run(words, { cwd })).stderr, /--idle-timeout: expected a duration .*, got "1e1"/)

  const { code, stdout } = await run(['config', 'print', '-c', 'acr-proxy.yaml', '--hosts', 'a.b=192.0.2.1'], { cwd })
  assert.equal(code, 0)
  assert.match(stdout, /^region: cn-beijing +# from acr-proxy\.yaml:1$/m)
  assert.match(stdout, /^hosts: \{a\.b: \[192\.0\.2\.1\]\} +# from --hosts$/m)
  assert.match(stdout, /^ {2}idle: 10m +# from default$/m)
})

test('a flag given twice makes a longer list, or replaces a single value', async () => {
  const words = ['config', 'print', '--region', 'cn-beijing', '--listen', ':1', '--listen', ':2,:3']
  const { stdout } = await run([...words, '--log-level', 'warn', '--log-level', 'debug'])
  assert.match(stdout, /^listen: \[:1, :2, :3\] +# from --listen$/m)
  assert.match(stdout, /^ {2}level: debug +# from --log-level$/m)
})

test('config schema prints JSON', async () => {
  const { code, stdout, stderr } = await run(['config', 'schema'])
  assert.deepEqual([code, stderr], [0, ''])
  const schema: unknown = JSON.parse(stdout)
  assert.equal(Reflect.get(Object(schema), '$schema'), 'https://json-schema.org/draft/2020-12/schema')
})
