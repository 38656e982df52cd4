/** What is compared, in the order in which it is shown; `raw` is no proxy at all, and names with a size are tuned for bulk. */
export const PROXIES = [
  'raw',
  'nginx',
  'nginx-256k',
  'haproxy',
  'haproxy-splice',
  'haproxy-splice-1m',
  'sniproxy',
  'acr-stream',
  'acr-splice',
] as const

export type ProxyName = (typeof PROXIES)[number]
