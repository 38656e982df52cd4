import { test } from 'node:test'
import { checkQuickRun } from './bench-run.ts'

test('other proxies are measured in the same way', (t) =>
  checkQuickRun(t, ['bulk', 'short', 'idle', 'cores', 'tls'], ['nginx', 'haproxy-splice', 'sniproxy']))
