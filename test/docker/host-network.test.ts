import assert from 'node:assert/strict'
import { test } from 'node:test'
import { REGISTRY } from '../e2e/carried.ts'
import { poll } from '../lab/poll.ts'
import { HARDENED, startEngineWithImage } from './container.ts'
import { IMAGE } from './image.ts'
import { createNetwork } from './network.ts'

const SERVE = [IMAGE, 'serve', '--region=cn-beijing', `--hosts=${REGISTRY}=127.0.0.1:9`, '--log-format=json']

test('in the network of the host, ports below 1024 take root with that right alone; nobody is told so', async (t) => {
  const { host } = await createNetwork(t)
  const engine = await startEngineWithImage(t, host)
  const run = ['run', '--network=host', ...HARDENED]
  await assert.rejects(
    engine.run([...run, '--rm', ...SERVE]),
    /error: .*443: no permission for a port below 1024\n+hint: /,
  )

  const right = ['--user=0:0', '--cap-add=NET_BIND_SERVICE', '--name=right']
  await engine.run([...run, ...right, '--detach', ...SERVE])
  const log = await poll(async () => {
    const said = await engine.run(['logs', 'right'])
    return said.includes('"msg":"ready"') ? said : undefined
  }, 'the proxy of root is ready')
  await engine.run(['rm', '--force', 'right'])
  assert.match(log, /"listener":"\[::\]:443"/)
  assert.match(log, /"listener":"\[::\]:80"/)
})
