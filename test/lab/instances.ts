import { AUTH, ENTERPRISE, REGISTRY } from './addresses.ts'
import { NAMES, REGION } from './names.ts'

/** A registry instance of the lab. */
export interface Instance {
  readonly name: 'default' | 'enterprise'
  readonly host: string
  readonly address: string
  readonly authHost: string
  /** What tokens must be meant for. */
  readonly service: string
  /** Where blobs are fetched from. */
  readonly bucket: string
  readonly scheme: 'http' | 'https'
  /** Ports on 127.0.0.1 of the cloud: docker-registry, and what answers for its blobs. */
  readonly port: number
  readonly blobsPort: number
}

/** The authorization service of both. */
export const AUTH_PORT = 5000
export const AUTH_ADDRESS = AUTH

export const DEFAULT: Instance = {
  name: 'default',
  host: NAMES.registry,
  address: REGISTRY,
  authHost: NAMES.auth,
  service: `registry.aliyuncs.com:${REGION}:26842`,
  bucket: NAMES.bucket,
  scheme: 'http',
  port: 5001,
  blobsPort: 5011,
}

export const EE: Instance = {
  name: 'enterprise',
  host: NAMES.enterprise,
  address: ENTERPRISE,
  authHost: NAMES.enterpriseAuth,
  service: `registry.aliyuncs.com:${REGION}:china:cri-abc123`,
  bucket: NAMES.enterpriseBucket,
  scheme: 'https',
  port: 5002,
  blobsPort: 5012,
}

export const INSTANCES: readonly Instance[] = [DEFAULT, EE]
