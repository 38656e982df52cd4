import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { options } from '../../../src/config/options.ts'
import { run } from './run.ts'

const COMMANDS = [
  '',
  'serve',
  'config check',
  'config print',
  'config schema',
  'hosts',
  'routes',
  'explain',
  'doctor',
  'status',
  'service install',
  'service uninstall',
  'service print',
  'completion',
]

for (const command of COMMANDS) {
  test(`the help of "${command}" has a worked example`, async () => {
    const { code, stdout, stderr } = await run([...command.split(' ').filter(Boolean), '--help'])
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /\nExamples:\n {2}(?:sudo )?acr-proxy \w/)
    assert.ok(stdout.split('\n').every((line) => line.length <= 80))
  })
}

test('the help of the default command has every option, in groups, with its default', async () => {
  const { stdout } = await run(['--help'])
  for (const { flag } of options) assert.match(stdout, new RegExp(`^ +--${flag} `, 'm'))
  for (const group of ['General', 'Resolver', 'Allow', 'Limits', 'Timeouts', 'Log']) {
    assert.match(stdout, new RegExp(`^${group}:$`, 'm'))
  }
  assert.match(stdout, /--drain-timeout [^[]*\[default: 30s\]/)
})

test('a help screen says in one line how to run the command, and names no type of JavaScript', async () => {
  const { stdout } = await run(['--help'])
  assert.match(stdout, /^ {2}acr-proxy serve --region cn-beijing {2,}\S/m)
  assert.doesNotMatch(stdout, /\[(array|string|number)\]/)
})

test('the version is the one of the package', async () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'))
  const version = String(Reflect.get(Object(manifest), 'version'))
  for (const flag of ['--version', '-V']) {
    assert.deepEqual(await run([flag]), { code: 0, stdout: `${version}\n`, stderr: '' })
  }
})

test('completion prints a script of the shell, and completes commands and flags', async () => {
  const bash = await run(['completion'], { env: { SHELL: '/bin/bash' } })
  assert.equal(bash.code, 0)
  assert.match(bash.stdout, /^complete -o .* acr-proxy$/m)
  assert.match((await run(['completion'], { env: { SHELL: '/bin/zsh' } })).stdout, /^#compdef acr-proxy$/m)

  const commands = await run(['--get-yargs-completions', 'acr-proxy', ''])
  assert.match(commands.stdout, /^serve\nconfig\nhosts\nroutes\nexplain\ndoctor\nstatus\nservice\ncompletion\n/m)
  const flags = await run(['--get-yargs-completions', 'acr-proxy', 'serve', '--l'])
  assert.match(flags.stdout, /^--log-level$/m)
  const formats = await run(['--get-yargs-completions', 'acr-proxy', 'hosts', '--format', ''])
  assert.match(formats.stdout, /^coredns$/m)
})
