/**
 * Loaded into a proxy: on SIGWINCH it says on standard error how many bytes were allocated between scavenges since the last time, and how
 * many of them survived.
 */
import { GCProfiler } from 'node:v8'

let profiler = new GCProfiler()
profiler.start()
process.on('SIGWINCH', () => {
  let [allocated, survived] = [0, 0]
  let left: number | undefined
  for (const { gcType, beforeGC, afterGC } of profiler.stop().statistics) {
    const [before, after] = [beforeGC.heapStatistics.usedHeapSize, afterGC.heapStatistics.usedHeapSize]
    // What a collection of the whole heap has freed says nothing of the time between two others.
    if (gcType === 'Scavenge' && left !== undefined) {
      allocated += before - left
      survived += after - left
    }
    left = gcType === 'Scavenge' ? after : undefined
  }
  process.stderr.write(`${JSON.stringify({ allocated, survived })}\n`)
  profiler = new GCProfiler()
  profiler.start()
})
