import { readFileSync } from 'node:fs'

/** The folder of this package, whether it runs as dist/src/*.js or as src/*.ts. */
export const packageRoot: URL =
  ['../../', '../'].map((up) => new URL(up, import.meta.url)).find((folder) => versionIn(folder) !== undefined) ??
  new URL('../../', import.meta.url)

/** The version of this package. */
export const version = versionIn(packageRoot) ?? 'unknown'

function versionIn(folder: URL): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
    if (typeof manifest !== 'object' || manifest === null) return undefined
    if (!('name' in manifest) || manifest.name !== 'acr-proxy' || !('version' in manifest)) return undefined
    return typeof manifest.version === 'string' ? manifest.version : undefined
  } catch {
    return undefined
  }
}
