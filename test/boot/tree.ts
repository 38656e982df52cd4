import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { promisify } from 'node:util'

/** Made once, and used again: nothing is written to it. */
const CACHE = '/var/cache/acr-proxy-boot'
const SUITE = 'bookworm'
const PACKAGES = ['systemd', 'systemd-sysv', 'dbus', 'iproute2', 'ca-certificates', 'libstdc++6', 'rpm']

/** The root of a small Debian that boots. */
export async function debianTree(): Promise<string> {
  const tree = `${CACHE}/${SUITE}-${createHash('sha256').update(PACKAGES.join()).digest('hex').slice(0, 8)}`
  if (existsSync(tree)) return tree
  const making = `${tree}.${process.pid}`
  await mkdir(CACHE, { recursive: true })
  const args = ['--variant=minbase', `--include=${PACKAGES.join(',')}`, SUITE, making]
  try {
    await promisify(execFile)('debootstrap', args, { maxBuffer: 2 ** 26 })
    // Two that are made at once are alike.
    await rename(making, tree).catch(() => {})
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  return tree
}
