import { test } from 'node:test'
import { checkQuickRun } from './bench-run.ts'

test('cost as connections grow, and memory over time, are measured of both engines', (t) =>
  checkQuickRun(t, ['idle', 'active', 'memory'], ['raw', 'acr-stream', 'acr-splice']))
