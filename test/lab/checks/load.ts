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
        await crowd.lines.waitFor((line) => idle(line) === IDLE && garbage(line) > 0, 'the crowd stands', 30_000)
        const before = crowd.lines.all.length
        const { seen } = await pullAnew(lab, lab.docker, imageAt(EE.host))
        const during = crowd.lines.all.slice(before)
        assert.ok(during.length > 0, 'the crowd was watched')
        // The proxy cuts the silent half after its peek timeout, all of them at once; they come back.
        const greeted = Math.min(...during.map(({ greeted }) => Number(greeted)))
        assert.equal(greeted, IDLE / 2)
        const median = (count: (line: LogLine) => number) =>
          during.map(count).toSorted((a, b) => a - b)[Math.floor(during.length / 2)]
        return `${seen}; in the median ${median(idle)} idle and ${median(garbage)} garbage connections stood`
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
