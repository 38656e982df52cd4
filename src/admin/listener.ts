import type { Inherit, Place } from '../listening.ts'
import type { Log } from '../log.ts'
import type { AccessOptions } from './access.ts'
import type { Sources } from './endpoints.ts'
import { createSampler, type Sums } from './history.ts'
import { type Admin, startAdmin } from './server.ts'

export interface AdminOptions extends AccessOptions {
  /** undefined: there is none. */
  readonly listen: Place | undefined
}

/** What the admin listener tells: the throughput it keeps itself, from sums. */
export interface Shown extends Omit<Sources, 'history'> {
  readonly sums: () => Sums
}

/** The admin listener as the configuration in force has it. */
export interface AdminListener {
  /** undefined where there is none. */
  readonly admin: Admin | undefined
  /** Opens what the options need and is not open yet. Rejects with a UserError. */
  prepare(options: AdminOptions): Promise<PreparedAdmin>
}

/** Options that wait to be put in force; nothing has changed so far. */
export interface PreparedAdmin {
  commit(): Promise<void>
  discard(): void
}

/** No admin listener, until options are put in force. `inherit` gives the sockets that are open already. */
export function createAdminListener({ sums, ...shown }: Shown, log: Log, inherit: Inherit): AdminListener {
  const sampler = createSampler(sums)
  const sources = { ...shown, history: () => sampler.read() }
  let admin: Admin | undefined
  return {
    get admin() {
      return admin
    },
    async prepare({ listen, ...access }) {
      const kept = listen !== undefined && admin !== undefined && isSame(admin.place, listen) ? admin : undefined
      const inherited = listen === undefined || kept !== undefined ? undefined : inherit(listen)
      const opened =
        listen === undefined || kept !== undefined || inherited !== undefined
          ? undefined
          : await startAdmin(listen, undefined, access, sources, log)
      return {
        async commit() {
          kept?.configure(access)
          if (kept === undefined) admin?.close()
          // Not earlier: others may accept there, too, as long as we are not sure to serve.
          const adopted =
            listen === undefined || inherited === undefined
              ? undefined
              : await startAdmin(listen, inherited, access, sources, log)
          admin = kept ?? opened ?? adopted
          sampler.run(admin !== undefined)
        },
        discard: () => opened?.close(),
      }
    },
  }
}

function isSame(one: Place, other: Place): boolean {
  return one.host === other.host && one.port === other.port
}
