/** Loaded into the measured acr-proxy: memory is compared after a collection, since Node frees late. */
import { collectGarbage } from '../../test/gc.ts'

process.on('SIGWINCH', collectGarbage)
