import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { startCarried } from './carried.ts'
import { logged } from './logged.ts'
import { endingOf } from '../ending.ts'
import { dial } from './wire.ts'

const FOREIGN: Readonly<Record<string, Buffer>> = {
  'an SSLv2 hello': Buffer.from('802e0100020015000000100100800200800300800400800500800600400700c0', 'hex'),
  'an SSH banner': Buffer.from('SSH-2.0-OpenSSH_9.2p1\r\n'),
  'HTTP/2 without TLS': Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  'random bytes': Buffer.from('fe9c01b7aa00ff13', 'hex'),
  'a lone line feed': Buffer.from('\n'),
  'a PROXY header where none is expected': Buffer.from('\r\n\r\n\0\r\nQUIT\n\x20\0\0\0', 'latin1'),
}

test('what is neither TLS nor HTTP gets an end without a word', async (t) => {
  const { proxy } = await startCarried(t, (socket) => void socket.end('reached'))
  for (const [what, bytes] of Object.entries(FOREIGN)) {
    await t.test(what, async (t) => {
      const skip = proxy.log.length
      const client = await dial(t, proxy.endpoint)
      const goodbye = endingOf(client)
      client.write(bytes)
      assert.deepEqual(await deadline(goodbye, 'the close'), { by: 'end', bytes: Buffer.alloc(0) })
      assert.equal((await logged(proxy, 'refused', skip))['reason'], 'not-recognised')
    })
  }
})

test('a probe that connects and leaves without a word is not logged', async (t) => {
  const { proxy } = await startCarried(t, () => {})
  const probe = await dial(t, proxy.endpoint)
  const over = endingOf(probe)
  probe.end()
  await deadline(over, 'the probe is let go')
  const client = await dial(t, proxy.endpoint)
  client.write('\n')
  const line = await logged(proxy, 'refused')
  assert.equal(line['conn'], '2')
  assert.equal(proxy.log.filter(({ conn }) => conn === '1').length, 0)
})
