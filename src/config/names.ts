import { isIP } from 'node:net'
import { type Checked, invalid, valid } from './checked.ts'

const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/

/** A region id by its shape; whether it exists is the region table's to say. */
export function checkRegion(text: string): Checked<string> {
  return /^[a-z]{2,}(-[a-z0-9]+)+$/.test(text) ? valid(text) : invalid('expected a region id such as cn-beijing')
}

/** A whole host name, lower-cased, without a trailing dot. */
export function checkHost(text: string): Checked<string> {
  const host = text.toLowerCase().replace(/\.$/, '')
  if (isIP(host) !== 0) return invalid('expected a host name, not an address')
  if (host.includes(':') || host.includes('/'))
    return invalid('expected a host name alone, without scheme, port or path')
  const labels = host.split('.')
  const good = host.length <= 253 && labels.every((label) => label.length <= 63 && LABEL.test(label))
  return good && !/^\d+$/.test(labels.at(-1) ?? '') ? valid(host) : invalid('expected a host name')
}

/** A host name or '*.suffix', where the suffix has two labels at least. */
export function checkHostPattern(text: string): Checked<string> {
  if (!text.startsWith('*')) return checkHost(text)
  const suffix = checkHost(text.slice(2))
  if (!text.startsWith('*.') || !suffix.ok || !suffix.value.includes('.')) {
    return invalid('expected a host name or *.suffix with two labels or more, such as *.example.com')
  }
  return valid(`*.${suffix.value}`)
}

/** The name of an Enterprise instance: what stands before `-registry` in its host names. */
export function checkInstance(text: string): Checked<string> {
  const name = text.toLowerCase()
  if (LABEL.test(name) && name.length <= 63) return valid(name)
  return invalid('expected the instance name alone, such as acme for acme-registry.cn-beijing.cr.aliyuncs.com')
}

/** The name of an OSS bucket, or '*' for any. */
export function checkBucket(text: string): Checked<string> {
  const name = text.toLowerCase()
  if (name === '*' || (LABEL.test(name) && name.length <= 63)) return valid(name)
  return invalid('expected a bucket name alone, such as my-bucket, or "*" for any bucket')
}
