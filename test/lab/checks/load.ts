import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LogLine } from '../../e2e/lines.ts'
import { ECS_PUBLIC } from '../addresses.ts'
import { imageAt } from '../build.ts'
import { IMAGE_SIZE } from '../image.ts'
import { DEFAULT, EE } from '../instances.ts'
import { startService } from '../service.ts'
import { digestOfCopy, skopeoCopy } from '../skopeo.ts'
import type { Check } from './check.ts'
import { pullAnew } from './docker.ts'

const PULLS = 10
const IDLE = 500
const GARBAGE = 200
/** The share of them that must stand. */
const MOST = 0.8

const CROWD = fileURLToPath(new URL('../crowd.js', import.meta.url))

export const load: readonly Check[] = [
  {
    name: `${PULLS} pulls at once`,
    run: async (lab) => {
      const started = performance.now()
      const digests = Array.from({ length: PULLS }, async (_, index) => {
        const directory = join(lab.site.directory, `pull-${index}`)
        await skopeoCopy(lab, `docker://${imageAt(DEFAULT.host)}`, `dir:${directory}`)
        const digest = await digestOfCopy(directory)
        await rm(directory, { recursive: true })
        return digest
      })
      const distinct = new Set(await Promise.all(digests))
      assert.deepEqual([...distinct], [lab.pushed.get(imageAt(DEFAULT.host))])
      const seconds = (performance.now() - started) / 1000
      return `${(PULLS * IMAGE_SIZE) / 1e6} MB in ${seconds.toFixed(1)} s, all digests as pushed`
    },
  },
  {
    name: `docker pull while ${IDLE} idle and ${GARBAGE} garbage connections stand`,
    run: async (lab) => {
      const { client: place, logs } = lab.site
      const command = [process.execPath, CROWD, ECS_PUBLIC, DEFAULT.host]
      const crowd = await startService(lab.scope, { name: 'crowd', logs, place, command, ready: /^\{/ })
      try {
        await crowd.lines.waitFor(
          (line) => idle(line) === IDLE && garbage(line) > MOST * GARBAGE,
          'the crowd stands',
          30_000,
        )
        const before = crowd.lines.all.length
        const { seen } = await pullAnew(lab, lab.docker, imageAt(EE.host))
        const during = crowd.lines.all.slice(before)
        const median = (count: (line: LogLine) => number) =>
          during.map(count).toSorted((a, b) => a - b)[Math.floor(during.length / 2)] ?? 0
        // The proxy cuts what stays silent, and lets junk go; they come back, but a few are always on their way.
        const stood = { idle: median(idle), garbage: median(garbage) }
        assert.ok(stood.idle > MOST * IDLE && stood.garbage > MOST * GARBAGE, JSON.stringify(stood))
        return `${seen}; ${stood.idle} idle and ${stood.garbage} garbage connections stood, in the median`
      } finally {
        await crowd.stop()
      }
    },
  },
]

function idle(line: LogLine): number {
  return Number(line['silent']) + Number(line['greeted'])
}

function garbage(line: LogLine): number {
  return Number(line['junk']) + Number(line['unfinished'])
}
