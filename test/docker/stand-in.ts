import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Programs that the Dockerfile's stages call, and npm calls for them. */
const TOOLS = 'sh bash env ldd strip tar gzip grep sort xargs find cp mkdir chmod ln rm uname'.split(' ')
/** What npm and git look at; whoever builds behind a firewall has certificates of their own there. */
const FILES = ['/etc/ssl/certs/ca-certificates.crt']

/**
 * Makes the root of an image that can stand for the official Node.js image, which cannot be pulled where CI runs: this machine's
 * tools with their libraries, and at the official places the node that runs this, and its npm. Resolves with an archive of it.
 */
export async function createStandIn(directory: string): Promise<string> {
  const root = join(directory, 'stand-in')
  await mkdir(join(root, 'usr/local/bin'), { recursive: true })
  // As in Debian: what is linked to /lib is found in /usr/lib.
  for (const name of ['bin', 'lib', 'lib64', 'sbin']) {
    await mkdir(join(root, 'usr', name), { recursive: true })
    await symlink(`usr/${name}`, join(root, name))
  }
  const tools = await Promise.all(TOOLS.map(findTool))
  const libraries = await linkedWith([...tools, process.execPath])
  for (const file of [...tools, ...libraries, ...FILES]) await copy(file, join(root, file))
  await copy(process.execPath, join(root, 'usr/local/bin/node'))
  await installNpm(root)
  const archive = join(directory, 'stand-in.tar')
  await run('tar', ['-C', root, '-cf', archive, '.'])
  await rm(root, { recursive: true })
  return archive
}

async function findTool(name: string): Promise<string> {
  const { stdout } = await run('sh', ['-c', 'command -v "$1"', 'sh', name])
  return stdout.trim()
}

/** Paths of the shared libraries, the loader among them. A script is linked with nothing. */
async function linkedWith(programs: readonly string[]): Promise<ReadonlySet<string>> {
  const listed = await Promise.all(programs.map((program) => run('ldd', [program]).catch(() => ({ stdout: '' }))))
  return new Set(listed.flatMap(({ stdout }) => stdout.match(/\/[^ ()]+/g) ?? []))
}

/** With the settings by which this machine reaches its registry; none of them is secret. */
async function installNpm(root: string): Promise<void> {
  const npm = await realpath(process.env['npm_execpath'] ?? (await findTool('npm')))
  const lib = join(root, 'usr/local/lib/node_modules/npm')
  await cp(dirname(dirname(npm)), lib, { recursive: true, verbatimSymlinks: true })
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'))
  await mkdir(join(root, 'usr/local/etc'), { recursive: true })
  await writeFile(join(root, 'usr/local/etc/npmrc'), `cafile=${FILES[0] ?? ''}\n`)
  await readFile(join(lib, 'package.json'))
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await cp(from, to, { dereference: true })
}
