import type { Loaded } from '../../config/load.ts'
import type { Path } from '../path.ts'
import { fetchBlob, judgeBucket, locateBlob } from './blob.ts'
import { skipped } from './check.ts'
import type { Examination } from './examination.ts'
import { type Blob, fetchManifest, type Manifest, type Repository } from './manifest.ts'
import type { Way } from './way.ts'

/** Everything a walk through an image needs. */
export interface Walk {
  readonly exam: Examination
  readonly way: Way
  readonly region: string
  readonly loaded: Loaded
  readonly path: Path
  readonly repository: Repository
}

/** Walks an image as a pull does: manifest, config, first layer, each blob by way of the bucket that the registry names. */
export async function checkImage(walk: Walk, reference: string): Promise<void> {
  const manifest = await manifestOf(walk, reference)
  if (manifest === undefined) return
  const { config, layers } = manifest
  const [layer] = layers
  const judged = new Map<string, boolean>()
  await checkBlob(walk, 'config', config, judged)
  if (layer === undefined) return tell(walk, 'first layer', 'the image has none')
  await checkBlob(walk, 'first layer', layer, judged)
}

/** Through an index, if there is one, to the manifest of this platform. */
async function manifestOf(walk: Walk, reference: string): Promise<Manifest | undefined> {
  const { exam, way, region, repository } = walk
  const fetch = (subject: string, wanted: string) =>
    exam.check({ group: 'image', region, subject }, () => fetchManifest(way, repository, wanted, exam.signal))
  const first = await fetch(`manifest ${repository.name}:${reference}`.replace(':sha256:', '@sha256:'), reference)
  if (first === undefined || 'manifest' in first) return first?.manifest
  const second = await fetch(`manifest of ${first.platform}`, first.next)
  return second !== undefined && 'manifest' in second ? second.manifest : undefined
}

async function checkBlob(walk: Walk, what: string, blob: Blob, judged: Map<string, boolean>): Promise<void> {
  const { exam, way, region, repository, loaded, path } = walk
  const about = { group: 'image', region } as const
  const located = await exam.check({ ...about, subject: `where the ${what} is` }, () =>
    locateBlob(way, repository, blob, exam.signal),
  )
  if (located === undefined) return tell(walk, what, 'the registry did not say where it is')
  if ('at' in located && !judged.has(located.at.origin)) {
    const { at } = located
    const subject = `bucket ${at.origin}`
    const good = await exam.check({ ...about, subject }, () => Promise.resolve(judgeBucket(at, loaded, path)))
    judged.set(at.origin, good !== undefined)
  }
  if ('at' in located && judged.get(located.at.origin) === false && way.kind === 'direct')
    return tell(walk, what, 'its bucket is not admitted')
  await exam.check({ ...about, subject: what }, () => fetchBlob(way, located, blob, exam.signal))
}

function tell({ exam, region }: Walk, subject: string, why: string): void {
  exam.tell({ group: 'image', region, subject }, skipped(why))
}
