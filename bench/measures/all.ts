import { active } from './active.ts'
import { bulk } from './bulk.ts'
import { cores } from './cores.ts'
import { idle } from './idle.ts'
import type { Measure } from './measure.ts'
import { memory } from './memory.ts'
import type { MeasureName } from './names.ts'
import { ping } from './ping.ts'
import { short } from './short.ts'
import { tls } from './tls.ts'

export const measures: Readonly<Record<MeasureName, Measure>> = {
  bulk,
  short,
  ping,
  idle,
  active,
  memory,
  cores,
  tls,
}
