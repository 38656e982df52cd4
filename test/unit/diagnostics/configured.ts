import type { Flags } from '../../../src/config/environment-and-flags.ts'
import { type Loaded, loadConfig } from '../../../src/config/load.ts'

/** What these flags load to, for cn-beijing unless they name another region; neither environment nor file counts. */
export function configured(flags: Flags = {}): Loaded {
  return loadConfig({
    flags: { region: ['cn-beijing'], ...flags },
    env: {},
    configPath: undefined,
    defaultFile: '/nonexistent/acr-proxy.yaml',
  })
}
