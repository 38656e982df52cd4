import pino from 'pino'
import type { Log } from '../../../src/log.ts'
import { createMetrics } from '../../../src/metrics.ts'
import type { Metrics } from '../../../src/metrics.ts'
import { createAccounts } from '../../../src/proxy/account.ts'
import type { Accounts } from '../../../src/proxy/account.ts'
import type { Route } from '../../../src/proxy/route/router.ts'

/** Accounts with the lines they have logged and the metrics they have moved. */
export function keepAccounts(): {
  readonly accounts: Accounts
  readonly metrics: Metrics
  readonly log: Log
  readonly lines: readonly Record<string, unknown>[]
} {
  const lines: Record<string, unknown>[] = []
  const log = pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const metrics = createMetrics()
  return { accounts: createAccounts(log, metrics), metrics, log, lines }
}

export const ROUTE: Route = {
  host: 'registry-vpc.cn-beijing.aliyuncs.com',
  port: 443,
  role: 'registry',
  region: 'cn-beijing',
  network: 'vpc',
  rule: 'registry-vpc',
}
