import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'
import { ask } from './ask.ts'
import { logged } from './logged.ts'
import { startProxy } from './proxy.ts'
import type { ReadyProxy } from './proxy.ts'
import { reload, reloadAgain } from './reload.ts'

const source = (name: string) => `
  export const resolve = () => { throw new Error('asked ${name}') }
  export const close = () => console.log('closed ${name}')
`

/** Why a client is refused: the module says its name. */
async function why(t: TestContext, proxy: ReadyProxy): Promise<string> {
  const skip = proxy.log.length
  await ask(t, proxy.endpoint)
  return String((await logged(proxy, 'refused', skip))['why'])
}

test('a resolver module is loaded again by each reload, and the one before is told', async (t) => {
  const proxy = await startProxy(t, { config: { region: 'cn-beijing' } })
  const module = join(dirname(proxy.file), 'resolver.mjs')
  await writeFile(module, source('one'))
  await reload(proxy, { region: 'cn-beijing', resolver: { kind: 'module', module } })
  assert.match(await why(t, proxy), /asked one$/)
  await writeFile(module, source('two'))
  assert.deepEqual((await reloadAgain(proxy))['changed'], [])
  assert.match(await why(t, proxy), /asked two$/)
  await deadline(
    proxy.waitFor(({ raw }) => raw === 'closed one', 'the first is told'),
    'the first is told',
  )
  assert.ok(proxy.log.every(({ raw }) => raw !== 'closed two'))
})
