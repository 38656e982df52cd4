import { REFUSALS, type RefusalReason } from '../../proxy/reject.ts'

/** A proxy that speaks of its reasons, as `refusalText` writes them. */
export class ProxyRefusal extends Error {
  override readonly name = 'ProxyRefusal'
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, why: string) {
    super(why)
    this.reason = reason
  }
}

/** The refusal that an answer's text is; undefined for any other text. */
export function refusalIn(text: string): ProxyRefusal | undefined {
  const [, reason = '', why = ''] = /^acr-proxy: ([a-z-]+): (.*)\nhint: /.exec(text) ?? []
  return isRefusalReason(reason) ? new ProxyRefusal(reason, why) : undefined
}

/** Whether a text is the name of a refusal. */
export function isRefusalReason(text: string): text is RefusalReason {
  return Object.hasOwn(REFUSALS, text)
}
