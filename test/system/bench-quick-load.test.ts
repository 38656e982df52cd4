import { test } from 'node:test'
import { checkQuickRun } from './bench-run.ts'

test('load of short and bulk connections is measured of both engines, and no byte is wrong', (t) =>
  checkQuickRun(t, ['bulk', 'short', 'ping'], ['raw', 'acr-stream', 'acr-splice']))
