import type { Log } from '../log.ts'
import type { Proxy } from '../proxy/proxy.ts'
import type { Fields } from './notify.ts'

/** How often the status line is renewed (ms), unless a watchdog wants to hear of us more often. */
const EVERY_MS = 10_000
/** So many beats are within the watchdog's time: one that is late or lost does not end us. */
const BEATS = 3

/**
 * Tells the service manager again and again what goes on, and feeds its watchdog as long as this thread gets to it and every listener
 * accepts. Returns how to stop.
 */
export function startHeartbeat(
  send: (fields: Fields) => Promise<boolean>,
  watchdogMs: number,
  proxy: Proxy,
  log: Log,
): () => void {
  const everyMs = watchdogMs > 0 ? Math.min(EVERY_MS, watchdogMs / BEATS) : EVERY_MS
  const rate = createRate()
  let told = ''
  let deaf = ''

  const beat = async (): Promise<void> => {
    const status = statusLine(proxy, rate)
    const fields: Fields = status === told ? {} : { STATUS: status }
    const healthy = watchdogMs > 0 && (await isHealthy())
    if (!healthy && status === told) return
    if (await send(healthy ? { WATCHDOG: 1, ...fields } : fields)) told = status
  }
  const isHealthy = async (): Promise<boolean> => {
    const names = (await proxy.deaf(everyMs)).join(', ')
    if (names !== '' && names !== deaf)
      log.error({ listeners: names }, 'listeners do not accept: the watchdog is not fed')
    deaf = names
    return names === ''
  }

  let beating = false
  const tick = (): void => {
    if (beating) return
    beating = true
    void beat().finally(() => (beating = false))
  }
  tick()
  const timer = setInterval(tick, everyMs).unref()
  return () => clearInterval(timer)
}

/** `12 connections open, 0.43 Gbit/s` */
function statusLine(proxy: Proxy, rate: (bytes: number) => number): string {
  const { draining, open, roles } = proxy.snapshot()
  const bytes = roles.reduce((sum, { bytesUp, bytesDown }) => sum + bytesUp + bytesDown, 0)
  const moving = `${open} ${open === 1 ? 'connection' : 'connections'} open, ${rate(bytes).toFixed(2)} Gbit/s`
  return draining ? `draining: ${moving}` : moving
}

/** Gbit/s since the last call, of a count of bytes. */
function createRate(): (bytes: number) => number {
  let [before, at] = [0, performance.now()]
  return (bytes) => {
    const now = performance.now()
    const gigabits = ((bytes - before) * 8) / 1e9 / Math.max((now - at) / 1000, 0.001)
    ;[before, at] = [bytes, now]
    return gigabits
  }
}
