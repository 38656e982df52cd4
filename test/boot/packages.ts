import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Scope } from '../scope.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** The packages that `npm run package` builds, and the next version of each. */
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
  const build = (...args: readonly string[]): Promise<unknown> =>
    promisify(execFile)(join(ROOT, 'packaging/build.sh'), args, {
      env: { ...process.env, COMPRESSION: 'none' },
      maxBuffer: 2 ** 24,
    })
  const manifest: unknown = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  const version = String(Reflect.get(Object(manifest), 'version'))
  const next = `${version}+next`
  await build(join(folder, 'now'))
  await build(join(folder, 'next'), next)
  const fileIn = async (place: string, ending: string): Promise<string> => {
    const found = (await readdir(join(folder, place))).filter((name) => name.endsWith(ending))
    if (found.length !== 1) throw new Error(`packaging/build.sh made ${found.length} files *${ending}`)
    return join(place, found[0] ?? '')
  }
  await writeFile(join(folder, 'README'), '')
  return {
    folder,
    version,
    tarball: await fileIn('now', '.tgz'),
    deb: await fileIn('now', '.deb'),
    rpm: await fileIn('now', '.rpm'),
    next: { version: next, deb: await fileIn('next', '.deb'), rpm: await fileIn('next', '.rpm') },
  }
}
