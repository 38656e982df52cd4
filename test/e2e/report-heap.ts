/** Loaded into a proxy: on SIGWINCH it says on standard error how many bytes of the heap are in use after a collection. */
import { memoryUsage } from 'node:process'
import { collectGarbage } from '../gc.ts'

process.on('SIGWINCH', () => {
  collectGarbage()
  process.stderr.write(`${JSON.stringify({ used: memoryUsage().heapUsed })}\n`)
})
