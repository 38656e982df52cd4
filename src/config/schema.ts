import { z } from 'zod'
import { address, adminListen, cap, checkedText, cidr, duration, hosts, listen } from './shapes.ts'
import { oneOrMany, route, server } from './shapes.ts'
import { checkBucket, checkHost, checkHostPattern, checkInstance, checkRegion, checkToken } from './values.ts'

const region = oneOrMany(checkedText(checkRegion), { min: 1 })

/**
 * Every option there is: its key, its form in a file, its default and its line of doc. Flag and environment names follow
 * from the key (see options.ts) unless `flag` says otherwise; `unset` says what no value means, `inFile` what only a file can
 * say.
 */
export const configSchema = z.strictObject({
  region: region.meta({
    description: 'Region id, or a list of them, whose registries are carried, such as cn-beijing',
    unset: 'required',
  }),
  listen: oneOrMany(listen, { min: 1 }).prefault([':443', ':80']).meta({
    description: 'Where to listen: `:port`, `address:port` or `[IPv6 address]:port`',
    inFile: '`{ address, proxyProtocol, trusted }`, where `trusted` lists the networks whose PROXY header is believed',
  }),
  resolver: z
    .strictObject({
      kind: z.enum(['public', 'vpc', 'cidr', 'module']).prefault('vpc').meta({
        description:
          'Which addresses are believed: `public` for global addresses, `vpc` for a host inside the region, `cidr` for addresses inside `routes`, `module` for a resolver of your own',
        flag: 'resolver',
      }),
      servers: oneOrMany(server).prefault([]).meta({
        description: 'DNS servers, asked in this order: `address` or `address:port`',
        unset: "the system's; with `vpc` 100.100.2.136 and 100.100.2.138",
      }),
      routes: oneOrMany(route).prefault([]).meta({
        description:
          'For `cidr`: the networks that may be dialled, of which the longest prefix wins: `cidr` or `cidr=source address`',
        inFile: 'also `{ cidr, source, ports }`, where `ports` maps 443 and 80 to the port really dialled',
      }),
      module: z.string().min(1).optional().meta({
        description: 'For `module`: path of an ES module that resolves names; one in the file is relative to the file',
        unset: 'none',
        path: true,
      }),
      timeout: duration('2s').meta({ description: 'Longest wait for one answer of one DNS server' }),
      minTtl: duration('5s', { min: 0 }).meta({
        description: 'An answer is kept at least this long, whatever its TTL',
      }),
      maxTtl: duration('5m').meta({ description: 'An answer is kept at most this long, whatever its TTL' }),
      failureTtl: duration('2s', { min: 0 }).meta({ description: 'A failed lookup is kept this long' }),
      staleFor: duration('1h', { min: 0 }).meta({
        description: 'How long an expired answer still serves while no DNS server answers; 0 turns this off',
      }),
    })
    .prefault({})
    .meta({ description: 'How a host name becomes addresses' }),
  hosts: hosts.prefault({}).meta({
    description: 'Fixed addresses by host name, over any resolver and trusted as given: `name=address[:port]`',
    inFile: 'a section of `name: address`, where each may have a port or be a list',
  }),
  allow: z
    .strictObject({
      instances: oneOrMany(checkedText(checkInstance)).optional().meta({
        description: 'Enterprise instances that are carried, by name, such as acme',
        unset: 'any of the region',
      }),
      buckets: oneOrMany(checkedText(checkBucket)).prefault([]).meta({
        description:
          "OSS buckets carried besides ACR's own (`aliregistry*`, `cri-*-registry`); `*` means any bucket of the region",
      }),
      hosts: oneOrMany(checkedText(checkHostPattern)).prefault([]).meta({
        description: 'Further hosts that are carried, such as custom domains: a name or `*.suffix`',
      }),
      clients: oneOrMany(cidr).optional().meta({
        description: 'Networks whose clients are served',
        unset: 'any',
      }),
    })
    .prefault({})
    .meta({ description: 'What is carried, and for whom' }),
  ownAddresses: oneOrMany(address).prefault([]).meta({
    description: 'Further addresses of this host, such as its elastic IP, which are never dialled (no loops)',
  }),
  engine: z.enum(['auto', 'stream', 'splice']).prefault('auto').meta({
    description:
      'What moves the bytes: `splice` for threads that let the kernel move them (Linux), `stream` for Node itself, `auto` for `splice` where it can be loaded. A reload does not change it',
    fixed: true,
  }),
  relayThreads: cap.optional().meta({
    description: 'Threads of the splice engine. A reload does not change it',
    fixed: true,
    unset: 'one for each processor',
  }),
  limits: z
    .strictObject({
      connections: cap.optional().meta({
        description: 'Most connections at once',
        unset: 'from the descriptor limit',
      }),
      perClient: cap.optional().meta({
        description: 'Most connections at once from one client address (IPv6: one /64)',
        unset: 'half of connections',
      }),
      peeking: cap.optional().meta({
        description: 'Most connections at once that have not yet said which host they want',
        unset: 'half of connections',
      }),
    })
    .prefault({})
    .meta({ description: 'Caps' }),
  timeouts: z
    .strictObject({
      peek: duration('10s').meta({
        description: 'Longest wait for a client to name its host',
        flag: 'peek-timeout',
      }),
      connect: duration('5s').meta({
        description: 'Longest wait for one address to accept',
        flag: 'connect-timeout',
      }),
      dial: duration('15s').meta({
        description: 'Longest wait for any address to accept',
        flag: 'dial-timeout',
      }),
      idle: duration('10m').meta({
        description: 'A connection without a byte in either direction for this long is closed',
        flag: 'idle-timeout',
      }),
      drain: duration('30s', { min: 0 }).meta({
        description: 'How long open connections may go on after a stop signal',
        flag: 'drain-timeout',
      }),
      handOver: duration('1h', { min: 0 }).meta({
        description: 'How long open connections may go on in the old process after a hand-over',
        flag: 'hand-over-timeout',
      }),
    })
    .prefault({})
    .meta({ description: 'Deadlines' }),
  admin: z
    .strictObject({
      listen: adminListen.prefault('127.0.0.1:9180').meta({
        description: 'Where metrics, health and status are served by HTTP: `address:port` or `:port`, or `off`',
        flag: 'admin',
      }),
      token: checkedText(checkToken).optional().meta({
        description:
          'What a request must bring as `Authorization: Bearer`; this or `tokenFile` is needed unless `listen` is a loopback address. Other users of the host see a command line: prefer `tokenFile`',
        unset: 'none',
        secret: true,
      }),
      tokenFile: z.string().min(1).optional().meta({
        description: 'Path of a file that holds the token; one in the file is relative to the file',
        unset: 'none',
        path: true,
      }),
      hosts: oneOrMany(checkedText(checkHost)).prefault([]).meta({
        description:
          'Names by which the admin listener may be asked, besides `localhost` and IP addresses (against DNS rebinding)',
      }),
    })
    .prefault({})
    .meta({ description: 'Metrics, health and status by HTTP' }),
  log: z
    .strictObject({
      level: z.enum(['trace', 'debug', 'info', 'warn', 'error']).prefault('info').meta({
        description: 'The least important lines that are written',
      }),
      format: z.enum(['auto', 'json', 'pretty']).prefault('auto').meta({
        description: 'How lines look; `auto`: pretty on a terminal, otherwise json. A reload does not change it',
        fixed: true,
      }),
    })
    .prefault({})
    .meta({ description: 'The log, on standard output' }),
})

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T

/** The configuration in precise values: durations in milliseconds, addresses and names in their one spelling. */
export type Config = Frozen<z.output<typeof configSchema>>

export type Listen = Config['listen'][number]
export type AdminConfig = Config['admin']
export type CidrRoute = Config['resolver']['routes'][number]
