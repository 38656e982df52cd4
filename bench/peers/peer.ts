/** What a proxy is configured with: the same for each. */
export interface Setting {
  /** It listens at 127.0.0.1 and this port ... */
  readonly port: number
  /** ... and passes connections for NAME on to 127.0.0.1 and this one. */
  readonly backend: number
  /** Where its files may be. */
  readonly directory: string
  /** It must carry so many connections at once. */
  readonly connections: number
  /** It may use so many processors. */
  readonly threads: number
}

/** How to start a proxy: what to run, once these files are written. */
export interface Launch {
  readonly command: readonly [string, ...string[]]
  /** Contents by path. */
  readonly files?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

export interface Peer {
  /** Unique among all that run; acr-proxy under a further node has its version in it. */
  readonly name: string
  readonly version: string
  /** It is this project's. */
  readonly own: boolean
  /** What begins a launch; none for the raw loopback, which is no proxy. */
  readonly launch?: (setting: Setting) => Launch
  /** It may turn out not to start here, and is absent then. */
  readonly optional?: boolean
  /** It frees unused memory at once when it gets this signal. */
  readonly settleBy?: NodeJS.Signals
}

/** What is not there to be measured, and why. */
export interface Absent {
  readonly name: string
  readonly why: string
}

/** The server name of every connection. */
export const NAME = 'registry-vpc.cn-beijing.aliyuncs.com'
/** So many connections may wait to be accepted, of each proxy. */
export const BACKLOG = 4096
