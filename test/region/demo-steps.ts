import assert from 'node:assert/strict'
import { json, text } from 'node:stream/consumers'
import type { ReadyProxy } from '../e2e/proxy.ts'
import { challengeOf, TokenAnswer } from './challenge.ts'
import { createClient, throughProxy } from './client.ts'
import { exchange, expectStatus } from './exchange.ts'
import { createLayer } from './layers.ts'
import type { Layer } from './layers.ts'
import { createProgress } from './progress.ts'
import type { Region } from './region.ts'

/** Something the demo shows; resolves with what was seen, throws with what was seen instead. */
export interface Step {
  readonly title: string
  readonly run: () => Promise<string>
}

const MB = 1_000_000
/** A registry of another region than the proxy carries. */
const ELSEWHERE = 'registry-vpc.cn-shanghai.aliyuncs.com'

/** The walk through the region by way of the proxy, in order. */
export function demoSteps(region: Region, proxy: ReadyProxy): readonly Step[] {
  const { names } = region
  return [
    ...debugSteps(region, proxy),
    ...imageSteps(region, proxy, { host: names.registry, layers: layersOf(64 * MB) }),
    ...imageSteps(region, proxy, { host: names.enterprise, layers: layersOf(8 * MB) }),
    refusalStep(region, proxy),
    { title: 'stop the proxy with SIGTERM', run: () => stop(proxy) },
  ]
}

/** The three requests that tell whether registry, authorization service and OSS are reached. */
function debugSteps({ names, ca }: Region, { endpoint }: ReadyProxy): readonly Step[] {
  const reach = { connectTo: throughProxy(endpoint), ca: ca.pem }
  const auth = new URL(`https://${names.auth}/auth`)
  const oss = new URL(`https://${names.oss}/`)
  return [
    {
      title: `GET https://${names.registry}/v2/`,
      run: async () => {
        const { realm } = await challengeOf(reach, names.registry)
        assert.equal(realm, auth.href)
        return `401, tokens come from ${realm}`
      },
    },
    {
      title: `GET ${auth.href}`,
      run: async () => {
        const response = await exchange(reach, auth)
        await expectStatus(response, [200], auth.href)
        return `200, a token of ${TokenAnswer.parse(await json(response)).token.length} characters`
      },
    },
    {
      title: `GET ${oss.href}`,
      run: async () => {
        const response = await exchange(reach, oss)
        await expectStatus(response, [403], oss.href)
        const body = await text(response)
        const seen = [/<Code>(.*)<\/Code>/, /<HostId>(.*)<\/HostId>/].map((wanted) => wanted.exec(body)?.[1])
        assert.deepEqual(seen, ['AccessDenied', names.oss])
        return `403, ${seen.join(' by ')}`
      },
    },
  ]
}

/** Login, push and pull at one registry. */
function imageSteps(
  { ca, user }: Region,
  { endpoint }: ReadyProxy,
  { host, layers }: { host: string; layers: readonly Layer[] },
): readonly Step[] {
  const client = createClient({ connectTo: throughProxy(endpoint), ca: ca.pem }, user)
  const image = { host, repository: 'demo/app', tag: 'v1' }
  const total = layers.reduce((sum, { size }) => sum + size, 0)
  const watched = async <T>(label: string, move: (onBytes: (bytes: number) => void) => Promise<T>): Promise<T> => {
    const progress = createProgress(process.stdout, label, total)
    try {
      return await move(progress.add)
    } finally {
      progress.done()
    }
  }
  let pushed = ''
  return [
    {
      title: `log in to ${host}`,
      run: async () => {
        await client.login(host)
        return 'the token is accepted'
      },
    },
    {
      title: `push ${total / MB} MB in ${layers.length} layers`,
      run: async () => {
        pushed = await watched('push', (onBytes) => client.push(image, layers, { onBytes }))
        return pushed
      },
    },
    {
      title: `pull ${total / MB} MB`,
      run: async () => {
        const { digest, layers: pulled } = await watched('pull', (onBytes) => client.pull(image, { onBytes }))
        assert.equal(digest, pushed)
        assert.deepEqual(
          pulled.map(({ digest }) => digest),
          layers.map(({ digest }) => digest),
        )
        return `${pulled.length} digests match, layers from ${[...new Set(pulled.map(({ origin }) => origin))].join(' ')}`
      },
    },
  ]
}

/** A name that is not the region's is refused in the handshake, and the log says why. */
function refusalStep({ ca }: Region, proxy: ReadyProxy): Step {
  const url = new URL(`https://${ELSEWHERE}/v2/`)
  return {
    title: `GET ${url.href}, of another region`,
    run: async () => {
      await assert.rejects(exchange({ connectTo: throughProxy(proxy.endpoint), ca: ca.pem }, url), {
        message: /SSL alert number 112/,
      })
      const line = await proxy.waitFor(
        ({ msg, host }) => msg === 'refused' && host === ELSEWHERE,
        'the refusal is logged',
      )
      assert.equal(line['reason'], 'name-not-allowed')
      return 'refused: TLS alert unrecognized_name, logged as name-not-allowed'
    },
  }
}

async function stop(proxy: ReadyProxy): Promise<string> {
  proxy.signal('SIGTERM')
  assert.deepEqual(await proxy.exit, { code: 0, signal: null })
  const ended = proxy.log.filter(({ msg }) => msg === 'connection')
  const sum = (key: string) => ended.reduce((total, line) => total + Number(line[key] ?? 0), 0) / MB
  return `exit code 0 after ${ended.length} connections, ${sum('bytesUp').toFixed(1)} MB up, ${sum('bytesDown').toFixed(1)} MB down`
}

/** Four layers of a quarter each. */
function layersOf(total: number): readonly Layer[] {
  return ['a', 'b', 'c', 'd'].map((seed) => createLayer(total / 4, `${seed} of ${total}`))
}
