import { tls } from './nginx.ts'
import type { Certificate } from './nginx.ts'
import { signedText } from './signed-url.ts'

export interface OssOptions {
  readonly address: string
  /** The bare endpoint. */
  readonly endpoint: string
  /** The directory of each bucket's files, by the bucket's host name. */
  readonly buckets: Readonly<Record<string, string>>
  readonly certificate: Certificate
  readonly secret: string
}

/** OSS at one of its addresses: buckets by host name, on 443 and by plain HTTP on 80; only signed requests are granted. */
export function ossConfig({ address, endpoint, buckets, certificate, secret }: OssOptions): string {
  const server = (names: string, rest: string) => `  server {
    listen ${address}:80;
    listen ${address}:443 ssl;
    server_name ${names};
    ${tls(certificate)}
    default_type application/xml;
    ${rest}
  }`
  return `  # 41943040 bit/s
  map $args $rate {
    default 0;
    ~x-oss-traffic-limit=41943040 5242880;
  }
${server('_', refuse(404, 'NoSuchBucket', 'The specified bucket does not exist.'))}
${server(endpoint, refuse(403, 'AccessDenied', 'Anonymous access is forbidden for this operation.'))}
${Object.entries(buckets)
  .map(([host, root]) => server(host, bucket(root, secret)))
  .join('\n')}`
}

function bucket(root: string, secret: string): string {
  return `root ${root};
    limit_rate $rate;
    secure_link $arg_Signature,$arg_Expires;
    secure_link_md5 "${signedText(secret)}";
    if ($secure_link = "") { ${refuse(403, 'AccessDenied', 'You have no right to access this object because of bucket acl.')} }
    if ($secure_link = "0") { ${refuse(403, 'AccessDenied', 'Request has expired.')} }`
}

function refuse(status: number, code: string, message: string): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Error>',
    `  <Code>${code}</Code>`,
    `  <Message>${message}</Message>`,
    '  <RequestId>$request_id</RequestId>',
    '  <HostId>$host</HostId>',
    '</Error>',
  ]
  return `return ${status} '${lines.join('\n')}\n';`
}
