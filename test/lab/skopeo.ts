import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from './build.ts'
import { dockerConfigOf, trustOf } from './docker.ts'
import { run } from './run.ts'

/** `skopeo copy` on the client, with the logins of docker: `docker://REFERENCE` or `dir:PATH`. */
export async function skopeoCopy({ site }: Lab, from: string, to: string): Promise<void> {
  const logins = `--authfile=${join(dockerConfigOf(site), 'config.json')}`
  const command = ['skopeo', '--insecure-policy', '--tmpdir', site.directory, 'copy', '--quiet', logins, from, to]
  await run(site.client, command, { env: trustOf(site), ms: 120_000 })
}

/** The digest of an image that skopeo wrote to a directory; skopeo itself has checked the blobs against the manifest. */
export async function digestOfCopy(directory: string): Promise<string> {
  const manifest = await readFile(join(directory, 'manifest.json'))
  return `sha256:${createHash('sha256').update(manifest).digest('hex')}`
}
