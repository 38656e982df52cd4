import type { Check } from './check.ts'
import { debugRequests } from './debug-requests.ts'
import { dockerSession } from './docker.ts'
import { doctor } from './doctor.ts'
import { httpProxy } from './http-proxy.ts'
import { load } from './load.ts'
import { otherClients } from './other-clients.ts'
import { outages } from './outages.ts'
import { noPacketForAnotherRegion, refusals } from './refusals.ts'
import { wire } from './wire.ts'

/** All facts, in the order in which they can be shown. */
export const allChecks: readonly Check[] = [
  noPacketForAnotherRegion,
  ...refusals,
  ...debugRequests,
  ...dockerSession,
  ...doctor,
  ...otherClients,
  httpProxy,
  ...load,
  wire,
  ...outages,
]
