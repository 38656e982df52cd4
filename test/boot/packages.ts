import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Scope } from '../scope.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** The packages that `npm run package` builds, and those of a next version; the names are those of files in `folder`. */
export interface Packages {
  readonly folder: string
  readonly version: string
  readonly tarball: string
  readonly deb: string
  readonly rpm: string
  readonly next: { readonly version: string; readonly deb: string; readonly rpm: string }
}

/** Builds them, into a folder that goes with the scope; not compressed, which would take most of the time. */
export async function buildPackages(t: Scope): Promise<Packages> {
  const folder = await mkdtemp(join(tmpdir(), 'acr-packages-'))
  t.after(() => rm(folder, { recursive: true }))
  const manifest: unknown = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  const version = String(Reflect.get(Object(manifest), 'version'))
  const next = `${version}+next`
  await promisify(execFile)(join(ROOT, 'packaging/build.sh'), [folder, version, next], {
    env: { ...process.env, COMPRESSION: 'none' },
    maxBuffer: 2 ** 24,
  })
  const names = await readdir(folder)
  const named = (pattern: RegExp): string => {
    const [name, ...others] = names.filter((name) => pattern.test(name))
    if (name === undefined || others.length > 0) throw new Error(`packaging/build.sh made ${names.join(', ')}`)
    return name
  }
  return {
    folder,
    version,
    tarball: named(/\.tgz$/),
    deb: named(/^(?!.*next).*\.deb$/),
    rpm: named(/^(?!.*next).*\.rpm$/),
    next: { version: next, deb: named(/next.*\.deb$/), rpm: named(/next.*\.rpm$/) },
  }
}
