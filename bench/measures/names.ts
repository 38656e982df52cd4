/** The measures, in the order in which they are taken. */
export const MEASURES = ['bulk', 'short', 'ping', 'idle', 'active', 'memory', 'cores', 'tls'] as const

export type MeasureName = (typeof MEASURES)[number]
