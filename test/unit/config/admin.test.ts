import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { loadAdmin } from '../../../src/config/load.ts'
import { renderEffective } from '../../../src/config/render.ts'
import { adminToken } from '../../../src/config/token-file.ts'
import { load, problems, temporaryFolder } from './given.ts'

const TOKEN = '0123456789abcdef'
const region = ['cn-beijing']

test('the admin listener is on a loopback address unless told otherwise, and "off" turns it off', (t) => {
  assert.deepEqual(load(t, { flags: { region } }).config.admin.listen, { host: '127.0.0.1', port: 9180 })
  assert.equal(load(t, { flags: { region, admin: ['off'] } }).config.admin.listen, undefined)
  assert.equal(load(t, { file: 'region: cn-beijing\nadmin: { listen: off }\n' }).config.admin.listen, undefined)
})

for (const place of [':9180', '0.0.0.0:9180', '[::]:9180', '192.0.2.1:9180']) {
  test(`an admin listener on ${place} needs a token`, (t) => {
    assert.match(
      problems(t, { flags: { region, admin: [place] } }).join('\n'),
      /^--admin: admin\.listen \(.*:9180\) can be reached from other hosts: add admin\.tokenFile or admin\.token$/,
    )
    assert.deepEqual(problems(t, { flags: { region, admin: [place], 'admin-token': [TOKEN] } }), [])
    assert.deepEqual(problems(t, { flags: { region, admin: [place], 'admin-token-file': ['token'] } }), [])
  })
}

for (const place of ['127.0.0.2:9180', '[::1]:9180', 'off']) {
  test(`an admin listener on ${place} needs none`, (t) => {
    assert.deepEqual(problems(t, { flags: { region, admin: [place] } }), [])
  })
}

test('an admin listener stands beside no other one, also where it is the default', (t) => {
  const why = 'admin.listen (127.0.0.1:9180) collides with listen (:9180)'
  assert.deepEqual(problems(t, { flags: { region, listen: [':443,:9180'] } }), [`--listen: ${why}`])
})

test('a token and a file of it are one too many', (t) => {
  const flags = { region, 'admin-token': [TOKEN], 'admin-token-file': ['token'] }
  assert.match(problems(t, { flags }).join('\n'), /^--admin-token: admin\.token and admin\.tokenFile are both there/)
})

test('a token that is wrong is not repeated', (t) => {
  for (const file of ['token: secret word', 'token: 1234567890123456', 'token: {secret: 1}']) {
    const found = problems(t, { file: `region: cn-beijing\nadmin:\n  ${file}\n` })
    assert.equal(found.length, 1)
    assert.match(found[0] ?? '', /^acr-proxy\.yaml:3: admin\.token: expected /)
    assert.doesNotMatch(found[0] ?? '', /secret|1234/)
  }
})

test('a token is not printed, but that there is one', (t) => {
  const loaded = load(t, { flags: { region, 'admin-token': [TOKEN] } })
  assert.match(renderEffective(loaded), /^ {2}# token: set, and not shown +# from --admin-token$/m)
  assert.ok(!renderEffective(loaded).includes(TOKEN))
})

test('the token is read from its file, beside the one that names it', (t) => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'acr-proxy.yaml')
  writeFileSync(file, 'admin: { tokenFile: token }\n')
  const admin = loadAdmin({ flags: {}, env: {}, configPath: file })
  assert.throws(() => adminToken(admin), {
    message: `admin.tokenFile: ${folder}/token cannot be read: there is no such file`,
  })
  writeFileSync(join(folder, 'token'), `${TOKEN}\n`)
  assert.equal(adminToken(admin), TOKEN)
  writeFileSync(join(folder, 'token'), 'too short')
  assert.throws(() => adminToken(admin), { message: /^admin\.tokenFile: .*\/token: expected at least 16 / })
})

test('who asks a running proxy needs the admin section only, and that without fault', (t) => {
  const file = join(temporaryFolder(t), 'acr-proxy.yaml')
  writeFileSync(file, 'log: { levl: info }\nadmin: { listen: 127.0.0.1:1 }\n')
  const given = { flags: {}, env: {}, configPath: file }
  assert.deepEqual(loadAdmin(given).listen, { host: '127.0.0.1', port: 1 })
  assert.throws(() => loadAdmin({ ...given, env: { ACR_PROXY_ADMIN: 'on' } }), {
    message: /ACR_PROXY_ADMIN: expected :port, .* or off, got "on"/,
  })
})
