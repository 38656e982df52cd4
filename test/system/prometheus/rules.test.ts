import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse } from 'yaml'

const pathOf = (name: string): string => fileURLToPath(new URL(`../../../../${name}`, import.meta.url))
const RULES = pathOf('config/prometheus/acr-proxy.rules.yaml')
const CASES = pathOf('test/system/prometheus/acr-proxy.rules.test.yaml')

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly labels: object }[] }[]
}

interface Cases {
  readonly tests: readonly {
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[]
  }[]
}

/** Runs promtool; rejects with what it says unless it succeeds. */
async function promtool(...args: readonly string[]): Promise<void> {
  await promisify(execFile)('promtool', args).catch((error: Error & { stdout?: string; stderr?: string }) => {
    throw new Error(`${error.stdout}\n${error.stderr}`)
  })
}

test('Prometheus takes the rules and the example of a configuration', async () => {
  await promtool('check', 'rules', RULES)
  await promtool('check', 'config', '--syntax-only', pathOf('config/prometheus/scrape.yaml'))
})

test('alerts fire when they should, and not when they should not', () => promtool('test', 'rules', CASES))

test('every alert has a case in which it fires', async () => {
  const { groups }: Rules = parse(await readFile(RULES, 'utf8'))
  const { tests }: Cases = parse(await readFile(CASES, 'utf8'))
  const fired = tests
    .flatMap(({ alert_rule_test: cases }) => cases)
    .filter(({ exp_alerts: alerts }) => alerts.length > 0)
  const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert))
  assert.ok(alerts.length > 0)
  assert.deepEqual(fired.map(({ alertname }) => alertname).toSorted(), alerts.toSorted())
})
