/** The demonstration of `npm run demo`: a miniature region, the real proxy before it, and what a user does through both. */
import { deadline } from '../deadline.ts'
import { startProxy } from '../e2e/proxy.ts'
import type { ProxyProcess } from '../e2e/proxy.ts'
import { createScope } from '../scope.ts'
import { demoSteps } from './demo-steps.ts'
import type { Step } from './demo-steps.ts'
import { startRegion } from './region.ts'

/** No step takes longer on a slow machine (ms). */
const LONGEST_STEP = 120_000

const say = (text: string) => void process.stdout.write(`${text}\n`)

const scope = createScope()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void scope.close().then(() => process.exit(1)))
}
try {
  process.exitCode = (await demo()) ? 0 : 1
} catch (error) {
  say(`failed: ${messageOf(error)}`)
  process.exitCode = 1
} finally {
  await scope.close()
}

async function demo(): Promise<boolean> {
  const region = await startRegion(scope)
  say(
    `a miniature region ${region.id}, with a DNS server, a registry, an Enterprise instance, an authorization service and OSS`,
  )
  const proxy = await startProxy(scope, { config: region.proxyConfig() })
  say(`acr-proxy on ${proxy.listeners.join(', ')} (process ${proxy.pid}), which everything below goes through\n`)
  for (const step of demoSteps(region, proxy)) {
    if (!(await succeeds(step))) {
      say(`\nthe last lines of the proxy's log:\n${lastLines(proxy)}`)
      return false
    }
  }
  return true
}

async function succeeds({ title, run }: Step): Promise<boolean> {
  const started = performance.now()
  const took = () => `${Math.round(performance.now() - started)} ms`.padStart(8)
  try {
    const seen = await deadline(run(), title, LONGEST_STEP)
    say(`ok   ${took()}  ${title}\n               ${seen}`)
    return true
  } catch (error) {
    say(`FAIL ${took()}  ${title}\n               ${messageOf(error)}`)
    return false
  }
}

function lastLines({ log, stderr }: ProxyProcess): string {
  return [...log.slice(-15).map(({ raw }) => raw), stderr()].join('\n').trim()
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
