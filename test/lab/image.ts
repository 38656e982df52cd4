import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runHere } from './run.ts'

/** As `docker load` names the image. */
export const IMAGE = 'lab/app:1'

export const LAYERS = 4
const LAYER_SIZE = 25_000_000
export const IMAGE_SIZE = LAYERS * LAYER_SIZE

/** Makes an image of four layers that no compression shortens; resolves with the path of what `docker load` reads. */
export async function createImage(directory: string): Promise<string> {
  const work = join(directory, 'image')
  await mkdir(work)
  const digests: string[] = []
  for (let layer = 0; layer < LAYERS; layer++) digests.push(await createLayer(work, layer))
  const history = digests.map((_, layer) => ({ created_by: `layer ${layer}` }))
  await write(work, 'config.json', {
    architecture: 'amd64',
    os: 'linux',
    config: {},
    history,
    rootfs: { type: 'layers', diff_ids: digests },
  })
  const layers = digests.map((_, layer) => `${layer}.tar`)
  await write(work, 'manifest.json', [{ Config: 'config.json', RepoTags: [IMAGE], Layers: layers }])
  const path = join(directory, 'image.tar')
  await runHere(['tar', '-C', work, '-cf', path, 'manifest.json', 'config.json', ...layers])
  await rm(work, { recursive: true })
  return path
}

/** Writes `LAYER`.tar, which holds one file; resolves with the archive's digest. */
async function createLayer(work: string, layer: number): Promise<string> {
  const file = `data-${layer}`
  const archive = join(work, `${layer}.tar`)
  await writeFile(join(work, file), randomBytes(LAYER_SIZE))
  await runHere(['tar', '-C', work, '-cf', archive, file])
  const digest = createHash('sha256').update(await readFile(archive))
  return `sha256:${digest.digest('hex')}`
}

async function write(work: string, name: string, content: object): Promise<void> {
  await writeFile(join(work, name), JSON.stringify(content))
}
