import assert from 'node:assert/strict'
import { NAMES } from '../names.ts'
import { ask } from './ask.ts'
import type { Check } from './check.ts'

const AUTH = `https://${NAMES.auth}/auth`

/** The three requests that tell whether registry, authorization service and OSS are reached. */
export const debugRequests: readonly Check[] = [
  {
    name: `curl https://${NAMES.registry}/v2/`,
    run: async (lab) => {
      const { status, text, error } = await ask(lab, `https://${NAMES.registry}/v2/`)
      assert.equal(status, 401, text + error)
      const realm = /^www-authenticate: Bearer realm="([^"]+)"/im.exec(text)?.[1]
      assert.equal(realm, AUTH)
      return `${statusLine(text)}, tokens come from ${realm}`
    },
  },
  {
    name: `curl ${AUTH}`,
    run: async (lab) => {
      const { status, text, error } = await ask(lab, AUTH)
      assert.equal(status, 200, text + error)
      const token = /"token":"([^"]+)"/.exec(text)?.[1] ?? ''
      assert.equal(token.split('.').length, 3, text)
      return `${statusLine(text)}, a token of ${token.length} characters`
    },
  },
  {
    name: `curl https://${NAMES.oss}/`,
    run: async (lab) => {
      const { status, text, error } = await ask(lab, `https://${NAMES.oss}/`)
      assert.equal(status, 403, text + error)
      const seen = [/<Code>(.*)<\/Code>/, /<HostId>(.*)<\/HostId>/].map((wanted) => wanted.exec(text)?.[1])
      assert.deepEqual(seen, ['AccessDenied', NAMES.oss])
      return `${statusLine(text)}, ${seen.join(' by ')}`
    },
  },
]

function statusLine(text: string): string {
  return text.slice(0, text.indexOf('\n')).trim()
}
