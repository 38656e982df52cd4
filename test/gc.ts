import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')

/** A full collection: memory is measured after one, since Node frees late. */
export const collectGarbage: () => void = runInNewContext('gc')
