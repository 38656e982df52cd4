import { readFileSync } from 'node:fs'

/** The version of this package, whether it runs as dist/src/*.js or as src/*.ts. */
export const version = readVersion(['../../package.json', '../package.json'])

function readVersion(places: readonly string[]): string {
  for (const place of places) {
    const found = versionIn(new URL(place, import.meta.url))
    if (found !== undefined) return found
  }
  return 'unknown'
}

function versionIn(file: URL): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof manifest !== 'object' || manifest === null) return undefined
    if (!('name' in manifest) || manifest.name !== 'acr-proxy' || !('version' in manifest)) return undefined
    return typeof manifest.version === 'string' ? manifest.version : undefined
  } catch {
    return undefined
  }
}
