import type { Argv } from 'yargs'
import type { Arguments } from './options.ts'

interface Command {
  readonly command: string
  readonly describe: string
  readonly load: () => Promise<Loaded>
}

interface Loaded {
  readonly builder: (command: Argv) => Argv
  readonly handler: (argv: Arguments) => void | Promise<void>
}

const UNASKED: Loaded = { builder: (command) => command, handler: () => undefined }

/** The commands besides `serve`, in the order of the help. */
const COMMANDS: readonly Command[] = [
  {
    command: 'config',
    describe: 'Check or show the configuration',
    load: async () => (await import('./config.ts')).configCommand,
  },
  {
    command: 'hosts',
    describe: "Print what points clients at the proxy, or keep it in this machine's hosts file",
    load: async () => (await import('./hosts.ts')).hostsCommand,
  },
  {
    command: 'routes',
    describe: 'Print the address ranges to route to the region by CEN, VPN or leased line',
    load: async () => (await import('./routes.ts')).routesCommand,
  },
  {
    command: 'explain <target..>',
    describe: 'Say what the proxy would do with host names or URLs, and why',
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  {
    command: 'doctor',
    describe: 'Check every step from here to ACR, and say what to do about what fails',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    command: 'status',
    describe: 'Show what a running proxy does, or check whether it is ready',
    load: async () => (await import('./status.ts')).statusCommand,
  },
  {
    command: 'service',
    describe: 'Set the proxy up as a service of systemd, or remove it',
    load: async () => (await import('./service.ts')).serviceCommand,
  },
]

/** Adds them to `program`. Only what is asked for is loaded: all together make every start half as long again. */
export async function withCommands(program: Argv, words: readonly string[]): Promise<void> {
  for (const { command, describe, load } of COMMANDS) {
    const [name = ''] = command.split(' ')
    const { builder, handler } = words.includes(name) ? await load() : UNASKED
    program.command(command, describe, builder, handler)
  }
}
