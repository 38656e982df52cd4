import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { adminOf, get } from './admin.ts'
import { logged } from './logged.ts'
import { closedPort } from './nobody.ts'
import { parseEndpoint, startProxy } from './proxy.ts'
import { reload, reloadAgain } from './reload.ts'
import { dial } from './wire.ts'

const TOKENS = ['gae0Kooth5Iegh2d', 'ooJ8ahth3aechie9'] as const

test('its token, its names and its place change with the configuration', async (t) => {
  const config = (admin: object) => ({ region: 'cn-beijing', listen: '127.0.0.1:0', admin })
  const proxy = await startProxy(t, { config: config({ listen: '127.0.0.1:0' }) })
  const admin = await adminOf(proxy)
  const ask = (path: string, headers: Readonly<Record<string, string>> = {}, at = admin) => get(at, path, { headers })
  assert.equal((await ask('/status', { host: 'proxy.example' })).status, 421)

  const tokenFile = join(dirname(proxy.file), 'token')
  await writeFile(tokenFile, TOKENS[0])
  await reload(proxy, config({ listen: '127.0.0.1:0', tokenFile, hosts: ['proxy.example'] }))
  const authorization = `Bearer ${TOKENS[0]}`
  assert.equal((await ask('/status')).status, 401)
  assert.equal((await ask('/status', { authorization, host: 'proxy.example' })).status, 200)

  await writeFile(tokenFile, TOKENS[1])
  await reloadAgain(proxy)
  assert.equal((await ask('/status', { authorization })).status, 401)
  assert.equal((await ask('/status', { authorization: `Bearer ${TOKENS[1]}` })).status, 200)

  const { port } = await closedPort('127.0.0.3')
  const skip = proxy.log.length
  await reload(proxy, config({ listen: `127.0.0.3:${port}` }))
  const moved = parseEndpoint(String((await logged(proxy, 'admin listening', skip))['admin']))
  assert.deepEqual(moved, { address: '127.0.0.3', port })
  assert.match((await ask('/status', {}, moved)).body, /"region":\["cn-beijing"\]/)
  await assert.rejects(dial(t, admin), { code: 'ECONNREFUSED' })

  await reload(proxy, config({ listen: 'off' }))
  await assert.rejects(dial(t, moved), { code: 'ECONNREFUSED' })
})
