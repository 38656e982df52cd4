import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../../deadline.ts'
import { descriptorOf, open } from '../../../src/listening.ts'
import { startSuccessor } from '../../../src/service/successor.ts'

const NEVER = new AbortController().signal

/** A program of this source, as the command that runs it. */
async function commandFor(t: TestContext, source: string) {
  const directory = await mkdtemp(join(tmpdir(), 'acr-successor-'))
  t.after(() => rm(directory, { recursive: true }))
  const script = join(directory, 'program.mjs')
  await writeFile(script, source)
  return { program: [process.execPath, script] as const, args: ['serve'], cwd: directory, environment: {} }
}

test('one that is not ready in time is killed, whatever it does about being told to end', async (t) => {
  const source = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`
  const started = performance.now()
  const outcome = await deadline(startSuccessor(await commandFor(t, source), [], NEVER, 300).outcome, 'the limit')
  assert.deepEqual(outcome, { why: 'the successor was not ready within 0.3 s' })
  assert.ok(performance.now() - started < 9000)
})

test('one that cannot be started at all is told as such', async (t) => {
  const command = await commandFor(t, '')
  const { outcome: failed } = startSuccessor({ ...command, program: ['/nonexistent/node', 'x'] }, [], NEVER)
  const outcome = await failed
  assert.deepEqual(outcome, { why: 'the successor could not be started: ENOENT' })
})

test('it finds its sockets from descriptor 3 on, by the LISTEN_FDS protocol, and nothing else of ours', async (t) => {
  const servers = [createServer(), createServer()]
  t.after(() => servers.forEach((server) => server.close()))
  for (const server of servers) await open(server, { host: '127.0.0.1', port: 0 })
  const source = `
    import { Socket } from 'node:net'
    const { LISTEN_FDS, LISTEN_FDNAMES, LISTEN_PPID } = process.env
    const ports = [3, 4].map((fd) => new Socket({ fd }).address().port)
    const why = JSON.stringify([LISTEN_FDS, LISTEN_FDNAMES, LISTEN_PPID === String(process.ppid), ports])
    process.send({ report: 'failed', why })
  `
  const sockets = servers.map((server, index) => ({ name: `n${index}`, descriptor: descriptorOf(server) }))
  const outcome = await startSuccessor(await commandFor(t, source), sockets, NEVER).outcome
  assert.ok(outcome !== 'ready')
  const ports = servers.map((server) => Object(server.address()).port)
  assert.deepEqual(JSON.parse(outcome.why), ['2', 'n0:n1', true, ports])
})
