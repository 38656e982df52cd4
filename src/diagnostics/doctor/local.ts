import { connect } from 'node:net'
import type { Config } from '../../config/schema.ts'
import { codeOf, UserError } from '../../errors.ts'
import { hostPort } from '../../host-port.ts'
import { descriptorLimit, limitsFor } from '../../proxy/descriptors.ts'
import { HOW_TO_BUILD } from '../../proxy/engine/create.ts'
import { loadNative } from '../../proxy/engine/native.ts'
import { listen } from '../../proxy/listener.ts'
import { failed, type Finding, ok, warning } from './check.ts'
import { withDeadline } from './deadline.ts'
import type { Examination } from './examination.ts'
import { refusalIn } from './proxy-refusal.ts'
import { readSome } from './read-some.ts'

/** Fewer connections than this (at once) are soon used up: a pull takes some ten. */
const FEW = 1000
/** How long a listener may take to say who it is (ms). */
const ANSWER_MS = 2_000
/** A refusal is shorter (bytes). */
const MAX_ANSWER = 4096

/** What the proxy needs of the host it runs on. */
export async function checkLocal(exam: Examination, config: Config): Promise<void> {
  await exam.check({ group: 'local', subject: 'descriptor limit' }, () => Promise.resolve(descriptors(config)))
  await exam.check({ group: 'local', subject: 'engine' }, () => Promise.resolve(engine(config)))
  for (const place of config.listen) {
    const subject = `listen on ${hostPort(place.host ?? '', place.port)}`
    await exam.check({ group: 'local', subject }, () => port(place, config, exam.signal))
  }
}

function descriptors(config: Config): Finding {
  const limit = descriptorLimit()
  const { connections } = limitsFor(limit, config.limits)
  const seen = `${limit} here, for ${connections} connections at once`
  const hint = 'raise LimitNOFILE of the service, or `ulimit -n`, for the proxy'
  return connections < FEW ? warning(seen, hint) : ok(seen)
}

/** What will move the bytes; the same choice as at the start of the proxy. */
function engine({ engine: asked }: Config): Finding {
  if (asked === 'stream') return ok('stream, as configured')
  const loaded = loadNative()
  if (loaded.ok) return ok('splice')
  const seen = `the splice engine cannot be loaded: ${loaded.why}`
  return asked === 'splice'
    ? failed(seen, `${HOW_TO_BUILD}, or use --engine auto`)
    : warning(`stream: ${seen}`, `${HOW_TO_BUILD}, for more speed, or use --engine stream`)
}

/** Free, or held by acr-proxy, or by something else. */
async function port(place: Config['listen'][number], config: Config, signal: AbortSignal): Promise<Finding> {
  try {
    const listener = await listen(place, {}, (client) => client.close())
    await listener.close()
    return ok('free: no proxy runs there yet')
  } catch (error) {
    if (!(error instanceof UserError) || codeOf(error.cause) !== 'EADDRINUSE')
      return failed(
        error instanceof Error ? error.message : String(error),
        error instanceof UserError ? error.hint : undefined,
      )
    const who = await whoAnswers(place, signal)
    if (who === 'acr-proxy') return ok('acr-proxy answers')
    const guarded = config.allow.clients !== undefined || place.proxyProtocol
    if (who === 'nobody' && guarded)
      return ok('in use, by what closes without a word: so does acr-proxy for a client that it does not admit')
    return failed('in use by something that is no acr-proxy', error.hint)
  }
}

/** A request without a host: acr-proxy refuses it in its own words. */
async function whoAnswers(
  { host, port }: Config['listen'][number],
  signal: AbortSignal,
): Promise<'acr-proxy' | 'another' | 'nobody'> {
  const address = host === undefined || host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  const socket = connect({ host: address, port })
  socket.write('GET / HTTP/1.0\r\n\r\n')
  try {
    const { bytes } = await withDeadline(signal, ANSWER_MS, 'no answer', () => readSome(socket, MAX_ANSWER))
    const answer = bytes.toString()
    if (answer === '') return 'nobody'
    return refusalIn(answer.slice(answer.indexOf('\r\n\r\n') + 4)) === undefined ? 'another' : 'acr-proxy'
  } catch {
    return 'nobody'
  } finally {
    socket.destroy()
  }
}
