/** Builds the image from the Dockerfile as users do, by the real engine, on a stand-in for the base image; leaves it in an archive. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createScope } from '../scope.ts'
import { startEngine } from './engine.ts'
import { ARCHIVE, IMAGE, ROOT } from './image.ts'
import { createStandIn } from './stand-in.ts'

/** On a loaded machine, npm ci included (ms). */
const BUILD = 300_000

const scope = createScope()
try {
  const directory = await mkdtemp(join(tmpdir(), 'acr-image-'))
  scope.after(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }))
  const [engine, base] = await Promise.all([startEngine(scope, { directory }), createStandIn(directory)])
  await engine.run(['import', base, 'stand-in'])
  await engine.run(['build', '--network=host', '--build-arg=NODE_IMAGE=stand-in', `--tag=${IMAGE}`, ROOT], BUILD)
  await engine.run(['save', `--output=${ARCHIVE}`, IMAGE])
} finally {
  await scope.close()
}
