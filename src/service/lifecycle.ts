import type { Proxy } from '../proxy/proxy.ts'

/** Told of the turns of the daemon's life, one after another; each is waited for. */
export interface Lifecycle {
  /** It serves: after the start, and again after each reload, whether that has changed anything or not. */
  ready(proxy: Proxy): Promise<void> | void
  /** A reload begins. */
  reloading(): Promise<void> | void
  /** It stops, and nothing takes its place. */
  stopping(): Promise<void> | void
}

/** Nobody is told. */
export const UNATTENDED: Lifecycle = { ready: () => {}, reloading: () => {}, stopping: () => {} }
