import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { renderUnit } from '../../../src/service/unit.ts'

const TEMPLATE = readFileSync(new URL('../../../../config/systemd/acr-proxy.service', import.meta.url), 'utf8')
const PLACE = { node: '/usr/bin/node', root: '/opt/acr-proxy', main: '/opt/acr-proxy/dist/src/main.js', addon: true }

/** The lines of the unit that are not the template's. */
function changed(place: Partial<typeof PLACE>): readonly string[] {
  const known = new Set(TEMPLATE.split('\n'))
  return renderUnit(TEMPLATE, { ...PLACE, ...place })
    .split('\n')
    .filter((line) => !known.has(line))
}

test('a unit starts this program by this node, and is the template otherwise', () => {
  assert.deepEqual(changed({}), [
    'ExecStart=/usr/bin/node /opt/acr-proxy/dist/src/main.js serve --config /etc/acr-proxy/acr-proxy.yaml',
    'ExecReload=/usr/bin/node /opt/acr-proxy/dist/src/main.js config check --config /etc/acr-proxy/acr-proxy.yaml',
  ])
})

test('what lies where the sandbox hides it is shown in it: the node, and the package with what npm put beside it', () => {
  const node = '/root/.nvm/versions/node/v24/bin/node'
  const modules = '/home/ops/app/node_modules'
  const root = `${modules}/acr-proxy`
  assert.deepEqual(changed({ node, root, main: `${root}/dist/src/main.js` }).slice(2), [
    'ProtectHome=tmpfs',
    `BindReadOnlyPaths=${node} ${modules}`,
  ])
  assert.deepEqual(changed({ root: '/tmp/acr-proxy', main: '/tmp/acr-proxy/dist/src/main.js' }).slice(2), [
    'ProtectHome=tmpfs',
    'BindReadOnlyPaths=/tmp/acr-proxy',
  ])
  assert.equal(changed({ root: '/homework/acr-proxy', main: '/homework/acr-proxy/dist/src/main.js' }).length, 2)
})

test('without an addon, of which the main process is, systemd is told by a child', () => {
  assert.deepEqual(
    changed({ addon: false }).filter((line) => line.startsWith('NotifyAccess')),
    ['NotifyAccess=all'],
  )
})

test('a path is one word, whatever is in it', () => {
  const root = '/opt/50% "of" $HOME\\x'
  const [start = ''] = changed({ root, main: `${root}/main.js` })
  assert.ok(start.startsWith(String.raw`ExecStart=/usr/bin/node "/opt/50%% \"of\" $$HOME\\x/main.js" serve `), start)
})
