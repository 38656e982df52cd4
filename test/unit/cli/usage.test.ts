import assert from 'node:assert/strict'
import test from 'node:test'
import { run } from './run.ts'

const HINT = 'hint: acr-proxy --help lists commands and flags, with examples\n'
const CONFIG_HINT = 'hint: acr-proxy config --help lists commands and flags, with examples\n'
const SERVICE_HINT = CONFIG_HINT.replace('config', 'service')

/** What is typed, and what is then on standard error. */
const cases: readonly (readonly [string, string])[] = [
  ['srve', `error: unknown command srve (did you mean "serve"?)\n${HINT}`],
  ['nonsense', `error: unknown command nonsense\n${HINT}`],
  ['--lsten :443', `error: unknown flag --lsten (did you mean "--listen"?)\n${HINT}`],
  ['serve --lsten=:443', `error: unknown flag --lsten (did you mean "--listen"?)\n${HINT}`],
  ['serve --no-region', `error: unknown flag --no-region (did you mean "--region"?)\n${HINT}`],
  ['serve extra --odd', `error: unknown flag --odd; unknown command extra\n${HINT}`],
  ['serve --listen', `error: --listen needs a value\n${HINT}`],
  ['serve -c', `error: -c needs a value\n${HINT}`],
  ['serve -c a.yaml --config b.yaml', 'error: --config is there twice, one file is read\n'],
  ['config', `error: config needs one of check, print or schema\n${CONFIG_HINT}`],
  ['config chek', `error: unknown command chek (did you mean "check"?)\n${CONFIG_HINT}`],
  ['service instal', `error: unknown command instal (did you mean "install"?)\n${SERVICE_HINT}`],
  ['service', `error: service needs one of install, uninstall or print\n${SERVICE_HINT}`],
  ['config schema --region cn-beijing', `error: --region is no flag of this command\n${CONFIG_HINT}`],
]

for (const [typed, stderr] of cases) {
  test(`wrong usage ends with code 2: ${typed}`, async () => {
    assert.deepEqual(await run(typed.split(' ')), { code: 2, stdout: '', stderr })
  })
}
