import { cp, mkdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runCommand } from './engine.ts'

/** What the official Node.js image has, as far as the Dockerfile's stages and npm use it: a shell, its tools and a compiler. */
const PACKAGES =
  'dash bash coreutils findutils grep sed tar gzip libc-bin binutils gcc g++ make libc6-dev python3 libstdc++6'
/** With certificates of whoever builds behind a firewall. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'

/** Lists the files of the packages and of all they depend on, as they are installed here, and copies them to $1. */
const COPY_PACKAGES = `
apt-cache depends --recurse --installed --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances ${PACKAGES} |
  grep '^[a-z0-9]' | sort -u |
  xargs dpkg-query --show --showformat '\${db:Status-Abbrev} \${Package}\\n' 2>/dev/null | sed -n 's/^ii *//p' |
  xargs dpkg --listfiles | grep -v '^/usr/share/\\|^diverted' | sort -u |
  while read -r file; do if [ -f "$file" ] || [ -L "$file" ]; then echo "\${file#/}"; fi; done |
  tar --create --directory=/ --no-recursion --files-from=- |
  tar --extract --directory="$1" --keep-directory-symlink`

/**
 * Makes the root of an image that can stand for the official Node.js image, which cannot be pulled where CI runs: packages of this
 * Debian, and at the official places the node that runs this, with headers, and its npm. Resolves with an archive of it.
 */
export async function createStandIn(directory: string): Promise<string> {
  const root = join(directory, 'stand-in')
  for (const name of ['bin', 'lib', 'lib64', 'sbin']) {
    await mkdir(join(root, 'usr', name), { recursive: true })
    await symlink(`usr/${name}`, join(root, name))
  }
  await runCommand(['bash', '-euo', 'pipefail', '-c', COPY_PACKAGES, 'bash', root], process.env)
  // An alternative, which no package lists.
  await symlink('gcc', join(root, 'usr/bin/cc'))
  await copy(CERTIFICATES, join(root, CERTIFICATES))
  await copy(process.execPath, join(root, 'usr/local/bin/node'))
  // Node-API is the same in all: those of another node do where this one came without.
  await copy('/usr/include/node', join(root, 'usr/local/include/node')).catch(() => {})
  await installNpm(root)
  const archive = join(directory, 'stand-in.tar')
  await runCommand(['tar', '--create', '--directory', root, '--file', archive, '.'], process.env)
  await rm(root, { recursive: true })
  return archive
}

/** With the certificates by which this machine reaches its registry. */
async function installNpm(root: string): Promise<void> {
  const cli = process.env['npm_execpath'] ?? (await runCommand(['sh', '-c', 'command -v npm'], process.env)).trim()
  const npm = dirname(dirname(await realpath(cli)))
  await copy(npm, join(root, 'usr/local/lib/node_modules/npm'))
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'))
  await mkdir(join(root, 'usr/local/etc'), { recursive: true })
  await writeFile(join(root, 'usr/local/etc/npmrc'), `cafile=${CERTIFICATES}\n`)
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await cp(from, to, { recursive: true, dereference: true })
}
