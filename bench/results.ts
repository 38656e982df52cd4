import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { codeOf, UserError } from '../src/errors.ts'

const why = z.strictObject({ name: z.string(), why: z.string() })

/** All that a run found, as `--json` writes it. Samples are by proxy and figure, one for each round. */
export const resultsSchema = z
  .strictObject({
    format: z.literal(1),
    takenAt: z.iso.datetime(),
    quick: z.boolean(),
    rounds: z.int().positive(),
    machine: z
      .strictObject({
        cpu: z.string(),
        cpus: z.int(),
        memory: z.string(),
        kernel: z.string(),
        system: z.string(),
        node: z.string(),
        compiler: z.string(),
        layout: z.string(),
        descriptors: z.int(),
        load: z.number(),
      })
      .readonly(),
    proxies: z.array(z.strictObject({ name: z.string(), version: z.string(), own: z.boolean() }).readonly()).readonly(),
    absent: z.array(why.readonly()).readonly(),
    disqualified: z.array(why.readonly()).readonly(),
    notes: z.array(z.string()).readonly(),
    figures: z
      .array(
        z
          .strictObject({
            key: z.string(),
            title: z.string(),
            unit: z.string(),
            better: z.enum(['more', 'less']).optional(),
            headline: z.boolean().optional(),
          })
          .readonly(),
      )
      .readonly(),
    samples: z.record(z.string(), z.record(z.string(), z.array(z.number()).readonly())),
    /** Memory of the first round over time: pairs of seconds and MiB. */
    memory: z.record(z.string(), z.array(z.tuple([z.number(), z.number()]).readonly()).readonly()),
  })
  .readonly()

export type Results = z.output<typeof resultsSchema>
export type ResultFigure = Results['figures'][number]

/** Reads what `--json` wrote. */
export async function readResults(path: string): Promise<Results> {
  try {
    return resultsSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    const hint = 'it takes a file that `npm run bench -- --json FILE` wrote'
    const said = cause instanceof z.ZodError ? z.prettifyError(cause).split('\n')[0] : codeOf(cause)
    throw new UserError(`--from ${path}: ${said ?? ''}`, { hint, cause })
  }
}
