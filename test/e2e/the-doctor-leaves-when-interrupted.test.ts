import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { startDns } from '../region/dns.ts'
import { randomLoopback } from '../region/loopback.ts'
import { MAIN } from './proxy.ts'

test('Ctrl-C ends the checks at once, with what they had found, and no stack', async (t) => {
  const silent = await startDns(t, randomLoopback())
  silent.behave('*', { kind: 'drop' })
  const servers = `${silent.address}:${silent.port}`
  const words = ['doctor', '--region', 'cn-beijing', '--listen', '127.0.0.1:0', '--resolver-timeout', '1m']
  const child = spawn(process.execPath, [MAIN, ...words, '--resolver-servers', servers], {
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => void child.kill('SIGKILL'))
  const output = Promise.all([text(child.stdout), text(child.stderr)])
  await deadline(silent.asked('registry-vpc.cn-beijing.aliyuncs.com'), 'the DNS server is asked')
  child.kill('SIGINT')
  const [code]: unknown[] = await deadline(once(child, 'close'), 'it ends', 5_000)
  const [stdout, stderr] = await output
  assert.deepEqual([code, stderr], [1, 'error: interrupted, the checks are not complete\n'])
  assert.match(stdout, /^ok .*descriptor limit$/m)
  assert.doesNotMatch(stdout, /^dns$/m)
})
