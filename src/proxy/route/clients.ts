import { createCidrList } from '../cidr-list.ts'

export interface ClientList {
  admits(address: string): boolean
}

/** Who may use the proxy: the addresses in these networks, or any where there is no list. */
export function createClientList(cidrs: readonly string[] | undefined): ClientList {
  if (cidrs === undefined) return { admits: () => true }
  const list = createCidrList(cidrs)
  return { admits: (address) => list.has(address) }
}
