import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { deadline } from '../deadline.ts'
import type { Scope } from '../scope.ts'

/** Prints each datagram as one line, its fields joined by spaces. Node has no unix datagram sockets. */
const RECEIVER = String.raw`use IO::Socket::UNIX; $| = 1;
my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die "bind: $!";
print "bound\n";
while (defined $socket->recv(my $message, 65536)) { $message =~ s/\n/ /g; $message =~ s/ $//; print "$message\n" }`

/** What hears the messages of sd_notify(3), in place of a service manager. */
export interface ServiceManager {
  /** The path of its socket. */
  readonly socket: string
  readonly messages: readonly string[]
  /** Resolves when `wanted` matches so many messages. */
  readonly hear: (wanted: RegExp, count?: number) => Promise<void>
}

/** Listens on a socket in `folder`. */
export async function startServiceManager(t: Scope, folder: string): Promise<ServiceManager> {
  const socket = join(folder, 'notify')
  const child = spawn('perl', ['-e', RECEIVER, socket], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  t.after(async () => {
    child.kill('SIGKILL')
    await closed.catch(() => {})
  })
  const messages: string[] = []
  const waiting = new Set<() => void>()
  const until = async (wanted: RegExp, count: number): Promise<void> => {
    while (messages.filter((message) => wanted.test(message)).length < count)
      await new Promise<void>((resolve) => waiting.add(resolve))
  }
  createInterface({ input: child.stdout }).on('line', (line) => {
    // The end of what systemd-notify sends is a barrier, which says nothing.
    if (!line.startsWith('BARRIER=')) messages.push(line)
    for (const wake of waiting) wake()
    waiting.clear()
  })
  const hear = async (wanted: RegExp, count = 1): Promise<void> => {
    try {
      await deadline(until(wanted, count), `${count} messages ${wanted}`)
    } catch (error) {
      throw new Error(`heard ${messages.join('; ')}`, { cause: error })
    }
  }
  const failed = new Promise<never>((_, reject) => child.once('error', reject))
  await Promise.race([hear(/^bound$/), failed])
  messages.length = 0
  return { socket, messages, hear }
}
