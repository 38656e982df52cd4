import { tls } from './nginx.ts'
import type { Certificate } from './nginx.ts'

export interface FrontOptions {
  readonly address: string
  readonly names: readonly string[]
  /** Ports on 127.0.0.1: of the service, and for a registry of what answers for its blobs. */
  readonly port: number
  readonly blobsPort?: number
}

/** What ends TLS before a registry or the token service: HTTP/2, as ACR speaks it, and nothing held back in either direction. */
export function frontConfig({ address, names, port, blobsPort }: FrontOptions, certificate: Certificate): string {
  const blobs =
    blobsPort === undefined ? '' : `location ~ ^/v2/.+/blobs/sha256: { proxy_pass http://127.0.0.1:${blobsPort}; }`
  return `  server {
    listen ${address}:443 ssl http2;
    server_name ${names.join(' ')};
    ${tls(certificate)}
    client_max_body_size 0;
    proxy_http_version 1.1;
    proxy_request_buffering off;
    proxy_buffering off;
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-Proto https;
    proxy_set_header Connection "";
    location / { proxy_pass http://127.0.0.1:${port}; }
    ${blobs}
  }`
}
