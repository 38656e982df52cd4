import type { Proxy } from '../proxy/proxy.ts'

/** Told of the turns of the daemon's life, one after another; each is waited for. */
export interface Lifecycle {
  /** What a successor needs of the environment to tell the same. */
  readonly environment: Readonly<Record<string, string>>
  /** It serves: after the start, and again after each reload, whether that has changed anything or not. */
  ready(proxy: Proxy): Promise<void> | void
  /** A reload begins. */
  reloading(): Promise<void> | void
  /** It stops, and nothing takes its place; it may take `withinMs` for that. */
  stopping(withinMs: number): Promise<void> | void
  /** The process `pid` serves in its place from now on, and will be told `ready` after this; this one only drains. */
  handedOver(pid: number): Promise<void> | void
  /** It has ended. */
  ended(): Promise<void> | void
}

/** Nobody is told. */
export const UNATTENDED: Lifecycle = {
  environment: {},
  ready: () => {},
  reloading: () => {},
  stopping: () => {},
  handedOver: () => {},
  ended: () => {},
}
