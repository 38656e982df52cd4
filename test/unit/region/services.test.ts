import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { buffer, json, text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'
import { decodeJwt } from 'jose'
import { deadline } from '../../deadline.ts'
import { TokenAnswer } from '../../region/challenge.ts'
import { createClient } from '../../region/client.ts'
import { exchange } from '../../region/exchange.ts'
import type { Asked } from '../../region/exchange.ts'
import { createLayer } from '../../region/layers.ts'
import { startRegion } from '../../region/region.ts'
import { blobKey } from '../../region/signature.ts'

async function start(t: TestContext, now?: () => number) {
  const region = await startRegion(t, now === undefined ? {} : { now })
  const reach = { connectTo: region.direct, ca: region.ca.pem }
  const ask = (url: string | URL, asked?: Asked) => deadline(exchange(reach, new URL(url), asked), String(url))
  return { region, reach, ask, client: createClient(reach, region.user) }
}

/** A pushed layer and the signed URL that the registry sends its readers to. */
async function pushed({ region, reach, client }: Awaited<ReturnType<typeof start>>) {
  const image = { host: region.names.registry, repository: 'public/app', tag: 'v1' }
  const layer = createLayer(1000, 'signed')
  await deadline(client.push(image, [layer]), 'push')
  await deadline(createClient(reach).pull(image), 'pull')
  const path = `/${blobKey(layer.digest)}`
  const signed = region.requests.find(({ service, path: seen }) => service === 'oss' && seen.startsWith(path))
  assert.ok(signed)
  return { bytes: Buffer.concat([...layer.read()]), url: new URL(signed.path, `http://${region.names.bucket}`) }
}

test('/v2/ asks for a token and says where it comes from', async (t) => {
  const { region, ask } = await start(t)
  const response = await ask(`https://${region.names.registry}/v2/`)
  assert.equal(response.statusCode, 401)
  assert.equal(response.headers['docker-distribution-api-version'], 'registry/2.0')
  assert.equal(
    response.headers['www-authenticate'],
    `Bearer realm="https://dockerauth-vpc.cn-beijing.aliyuncs.com/auth",service="registry.aliyuncs.com:cn-beijing:26842"`,
  )
  assert.match(await text(response), /"code":"UNAUTHORIZED"/)
})

test('a refused scope is a 200 with a token that grants nothing', async (t) => {
  const { region, ask } = await start(t)
  const url = `https://${region.names.auth}/auth?service=s&scope=repository:ns/app:pull&scope=repository:public/app:pull,push`
  const response = await ask(url)
  assert.equal(response.statusCode, 200)
  const { token, access_token: same } = TokenAnswer.parse(await json(response))
  assert.equal(token, same)
  assert.deepEqual(decodeJwt(token)['access'], [{ type: 'repository', name: 'public/app', actions: ['pull'] }])
})

test('POST with the password grant gets a token, a wrong password 401, another grant 400', async (t) => {
  const { region, ask } = await start(t)
  const { name: username, password } = region.user
  const post = (form: Record<string, string>) =>
    ask(`https://${region.names.auth}/auth`, {
      method: 'POST',
      body: Buffer.from(new URLSearchParams({ service: 's', scope: 'repository:ns/app:pull', ...form }).toString()),
    })
  const response = await post({ grant_type: 'password', username, password })
  assert.equal(response.statusCode, 200)
  const { token } = TokenAnswer.parse(await json(response))
  assert.equal(decodeJwt(token).sub, username)
  assert.equal((await post({ grant_type: 'password', username, password: 'wrong' })).statusCode, 401)
  assert.equal((await post({ grant_type: 'refresh_token' })).statusCode, 400)
})

test('the bare OSS endpoint denies access and names the asked host, over http as over https', async (t) => {
  const { region, ask } = await start(t)
  for (const scheme of ['http', 'https']) {
    const response = await ask(`${scheme}://${region.names.oss}/`)
    assert.equal(response.statusCode, 403)
    const body = await text(response)
    assert.match(body, /<Code>AccessDenied<\/Code>/)
    assert.ok(body.includes(`<HostId>${region.names.oss}</HostId>`))
  }
})

test('a signed URL serves ranges, and stops serving once it is changed or too old', async (t) => {
  let now = Date.now()
  const setting = await start(t, () => now)
  const { bytes, url } = await pushed(setting)
  const { ask } = setting
  const ranges = [
    ['bytes=10-19', 206, bytes.subarray(10, 20), 'bytes 10-19/1000'],
    ['bytes=990-', 206, bytes.subarray(990), 'bytes 990-999/1000'],
    ['bytes=-5', 206, bytes.subarray(995), 'bytes 995-999/1000'],
    ['bytes=5-3000', 206, bytes.subarray(5), 'bytes 5-999/1000'],
    ['bytes=1000-', 416, Buffer.alloc(0), 'bytes */1000'],
    ['lines=1-2', 200, bytes, undefined],
  ] as const
  for (const [range, status, content, contentRange] of ranges) {
    const response = await ask(url, { headers: { range } })
    assert.equal(response.statusCode, status, range)
    assert.equal(response.headers['content-range'], contentRange, range)
    assert.ok((await buffer(response)).equals(content), range)
  }

  const refusal = async (changed: URL) => {
    const response = await ask(changed)
    assert.equal(response.statusCode, 403)
    return /<Code>(.*)<\/Code>[^]*<Message>(.*)<\/Message>/.exec(await text(response))?.slice(1)
  }
  const forged = new URL(url)
  forged.searchParams.set('Expires', '99999999999')
  assert.equal((await refusal(forged))?.[0], 'SignatureDoesNotMatch')
  assert.equal((await refusal(new URL(url.pathname, url)))?.[0], 'AccessDenied')
  now += 1201 * 1000
  assert.deepEqual(await refusal(url), ['AccessDenied', 'Request has expired.'])
})

test('curl trusts the CA file and sees the names as they are', async (t) => {
  const { region } = await start(t)
  const { address, port } = region.direct(region.names.registry, 443)
  const run = promisify(execFile)
  const args = [
    '-sS',
    '--max-time',
    '10',
    '--cacert',
    region.ca.path,
    '-o',
    '/dev/null',
    '-w',
    '%{http_code} %{ssl_verify_result}',
  ]
  const url = `https://${region.names.registry}/v2/`
  args.push('--connect-to', `${region.names.registry}:443:${address}:${port}`, url)
  const curl = run('curl', args).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  const result = await curl
  if (result === undefined && process.env['CI'] !== 'true') return t.skip('no curl here')
  assert.ok(result !== undefined, 'curl is installed in CI')
  assert.equal(result.stdout, '401 0')
})
