import { type Layer, textLayer } from './layer.ts'

/** The texts given for each flag (its name without dashes), in the order of the command line. */
export type Flags = Readonly<Record<string, readonly string[]>>

/** The layer of the command line. */
export function flagLayer(flags: Flags): Layer {
  return textLayer(
    (option) => flags[option.flag],
    (option) => ({ from: 'flag', flag: option.flag }),
  )
}
