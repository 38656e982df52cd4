import { test } from 'node:test'
import { checkQuickRun } from './bench-run.ts'

test('two processors, and TLS by real clients, are measured of both engines', (t) =>
  checkQuickRun(t, ['cores', 'tls'], ['raw', 'acr-stream', 'acr-splice']))
