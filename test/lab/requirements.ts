import { UserError } from '../../src/errors.ts'
import { runHere } from './run.ts'

const TOOLS =
  'ip ss nsenter unshare mount tar bash getent curl tcpdump dockerd docker containerd ctr skopeo docker-registry nginx dnsmasq'.split(
    ' ',
  )

/** Throws a UserError where no network namespaces can be made or removed. */
export function checkRights(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new UserError('the lab makes network namespaces', { hint: 'run it as root on Linux' })
  }
}

/** Throws a UserError that names the tools the lab lacks. */
export async function checkTools(): Promise<void> {
  const found = await runHere(['sh', '-c', 'for tool do command -v "$tool" || true; done', 'sh', ...TOOLS])
  const names = new Set(found.split('\n').map((path) => path.slice(path.lastIndexOf('/') + 1)))
  const missing = TOOLS.filter((tool) => !names.has(tool))
  if (missing.length > 0) {
    throw new UserError(`not found: ${missing.join(', ')}`, { hint: 'on Debian, run test/lab/install.sh' })
  }
}
