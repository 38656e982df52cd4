/** Who has which address. They exist only inside the lab's own network namespaces. */

/** The client's own, on the list of clients; and a second one, which is not. */
export const CLIENT = '198.51.100.20'
export const STRANGER = '192.0.2.66'
export const CLIENTS = '198.51.100.0/24'

/** The ECS towards the client: its next hop, and the elastic IP that the names are pointed at. */
export const ECS_LINK = '198.51.100.1'
export const ECS_PUBLIC = '203.0.113.7'

/** The two ends of the ECS's link into its VPC. */
export const ECS_VPC = '192.168.0.10'
export const CLOUD_VPC = '192.168.0.1'

/** The name servers of every VPC, which the proxy asks unless it is told otherwise. */
export const NAME_SERVERS = ['100.100.2.136', '100.100.2.138'] as const

/** The default instance, the authorization service, the Enterprise instance (an address of the user's own vSwitch), OSS. */
export const REGISTRY = '100.103.9.188'
export const AUTH = '100.103.7.181'
export const ENTERPRISE = '192.168.3.7'
export const OSS = ['100.118.58.9', '100.118.58.10'] as const

/** Every address that the cloud answers at. */
export const CLOUD = [...NAME_SERVERS, REGISTRY, AUTH, ENTERPRISE, ...OSS]
