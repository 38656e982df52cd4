import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createClient } from '../region/client.ts'
import { createLayer } from '../region/layers.ts'
import { startRegion } from '../region/region.ts'
import type { Region } from '../region/region.ts'
import { run } from '../unit/cli/run.ts'
import { diagnose } from './doctor.ts'

/** Pushes `repository` to the default instance, and forgets what the services were asked for that. */
async function pushed(region: Region, repository = 'team/app'): Promise<Region> {
  const image = { host: region.names.registry, repository, tag: 'v1' }
  await createClient({ connectTo: region.direct, ca: region.ca.pem }, region.user).push(image, [createLayer(700, 'a')])
  return region
}

for (const [realm, seen, hint] of [
  [
    'https://tokens.example/auth',
    /^not admitted: tokens\.example: not a name of ACR/,
    /no credentials are sent there.*--allow-hosts 'tokens\.example'/,
  ],
  ['http://dockerauth-vpc.cn-beijing.aliyuncs.com/auth', /by http:/, /never go over plain HTTP/],
  ['https://127.0.0.1/auth', /an IP address is not a host name/, /no credentials/],
  ['https://dockerauth-vpc.cn-beijing.aliyuncs.com:8443/auth', /port 8443 is not carried/, /only ports 443 and 80/],
] as const) {
  test(`no password goes to the realm ${realm}, and that is told`, async (t) => {
    const region = await startRegion(t, { realm })
    const { code, of, those } = await diagnose(t, region, { login: true, args: ['--image', 'team/app:v1'] })
    assert.equal(code, 1)
    const check = of('registry', 'realm')
    assert.match(check.seen, seen)
    assert.match(check.hint ?? '', hint)
    assert.deepEqual(those('skipped'), ['token /auth', 'image team/app'])
    assert.ok(region.requests.every(({ service }) => service !== 'auth'))
  })
}

test('a wrong password, a private image without one, and an image that is not there are told apart', async (t) => {
  const region = await pushed(await startRegion(t))
  const words = ['--image', 'team/app:v1']
  const anonymous = await diagnose(t, region, { args: words })
  assert.equal(anonymous.of('token', 'as anybody').outcome, 'failed')
  assert.match(anonymous.of('token', 'as anybody').seen, /permits nothing/)
  assert.match(anonymous.of('token', 'as anybody').hint ?? '', /--password-stdin/)
  assert.equal(anonymous.of('image').seen, 'there is no token to pull it with')

  const wrong = await diagnose(
    t,
    { ...region, user: { ...region.user, password: 'not it' } },
    { args: words, login: true },
  )
  assert.equal(wrong.of('token', 'as cr_user@acme').seen, '401: the name or password is wrong')

  const absent = await diagnose(t, region, { args: ['--image', 'team/other'], login: true })
  assert.equal(absent.of('image').seen, '404: there is no such image')
  const malformed = await run(['doctor', '--region', 'cn-beijing', '--image', 'app'])
  assert.equal(malformed.stderr, 'error: --image: expected [HOST/]NS/REPO[:TAG], got "app"\n')
})

test('what anybody may pull needs no password', async (t) => {
  const region = await pushed(await startRegion(t), 'public/app')
  const { code, of } = await diagnose(t, region, { args: ['--image', 'public/app:v1'] })
  assert.deepEqual([code, of('token', 'as anybody').outcome, of('image', 'first layer').outcome], [0, 'ok', 'ok'])
})

test('a user alone logs in, and the registry takes the token', async (t) => {
  const region = await startRegion(t)
  const { of } = await diagnose(t, region, { login: true })
  assert.equal(of('token', 'login to').outcome, 'ok')
  assert.equal(of('token', 'with the token').seen, '200: logged in')
})

test("docker's own credentials are used for the registry they are for", async (t) => {
  const region = await pushed(await startRegion(t))
  const { names, user } = region
  const auth = Buffer.from(`${user.name}:${user.password}`).toString('base64')
  const args = ['--image', 'team/app:v1']
  const own = await diagnose(t, region, { args, docker: { auths: { [names.registry]: { auth } } } })
  assert.match(own.of('token', 'as cr_user@acme').subject, /\/config\.json\)$/)
  assert.equal(own.code, 0)
  const others = await diagnose(t, region, { args, docker: { auths: { 'registry.example.com': { auth } } } })
  assert.equal(others.of('token', 'as anybody').outcome, 'failed')
})

test('a credential helper of docker is asked, and one that fails is told of without what it said', async (t) => {
  const region = await pushed(await startRegion(t))
  const { names, user } = region
  const bin = await mkdtemp(join(tmpdir(), 'acr-helper-'))
  t.after(() => rm(bin, { recursive: true, force: true }))
  const helper = join(bin, 'docker-credential-tested')
  const install = async (script: string) => {
    await writeFile(helper, `#!/bin/sh\n${script}`)
    await chmod(helper, 0o755)
  }
  const options = {
    args: ['--image', 'team/app:v1'],
    docker: { credHelpers: { [names.registry]: 'tested' } },
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
  }
  const answer = JSON.stringify({ ServerURL: names.registry, Username: user.name, Secret: user.password })
  await install(`[ "$1 $(cat)" = "get ${names.registry}" ] && echo '${answer}'`)
  const good = await diagnose(t, region, options)
  assert.match(good.of('token', 'as cr_user@acme').subject, /\(docker-credential-tested\)$/)
  assert.equal(good.code, 0)
  await install(`cat >/dev/null; echo "the secret is ${user.password}"; exit 3`)
  const bad = await diagnose(t, region, options)
  assert.equal(bad.of('token', "docker's credentials").seen, 'docker-credential-tested fails: exit code 3')
})

test('a bucket that the rules do not admit is named, with the line that admits it, and then it does', async (t) => {
  const bucket = 'team-images.oss-cn-beijing-internal.aliyuncs.com'
  const region = await pushed(await startRegion(t, { bucket }))
  const args = ['--image', 'team/app:v1']
  const { code, of } = await diagnose(t, region, { args, login: true })
  assert.equal(code, 1)
  const check = of('image', `bucket http://${bucket}`)
  assert.equal(check.seen, `not admitted: ${bucket}: bucket team-images is not listed`)
  assert.match(check.hint ?? '', /--allow-buckets 'team-images', or in the file allow: +buckets: \[team-images\]/)
  assert.deepEqual([of('image', 'config').outcome, of('image', 'first layer').outcome], ['skipped', 'skipped'])
  const admitted = await diagnose(t, region, { args: [...args, '--allow-buckets', 'team-images'], login: true })
  assert.deepEqual([admitted.code, admitted.of('image', 'first layer').outcome], [0, 'ok'])
})

test('a password is never taken from the command line', async () => {
  for (const words of [['--username', 'u'], ['--password-stdin']]) {
    const { code, stderr } = await run(['doctor', '--region', 'cn-beijing', ...words])
    assert.equal(code, 2)
    assert.match(stderr, /^error: --username and --password-stdin go together\nhint: printf/)
  }
})
