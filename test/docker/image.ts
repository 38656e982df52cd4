import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
/** The image as `docker load` names it, once build.ts has made its archive. */
export const IMAGE = 'acr-proxy:latest'
export const ARCHIVE = fileURLToPath(new URL('../../image.tar', import.meta.url))
