/** What is compared, in the order in which it is shown; `raw` is no proxy at all. */
export const PROXIES = ['raw', 'nginx', 'haproxy', 'haproxy-splice', 'sniproxy', 'acr-stream', 'acr-splice'] as const

export type ProxyName = (typeof PROXIES)[number]
