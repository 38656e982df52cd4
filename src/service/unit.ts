import { dirname, sep } from 'node:path'

/** What a unit starts. */
export interface Program {
  /** The path of node. */
  readonly node: string
  /** The path of main.js. */
  readonly main: string
  /** The folder of the package. */
  readonly root: string
  /** Whether it has an addon for this node. */
  readonly addon: boolean
}

/** What the unit in config/systemd starts: the command that a package installs. */
const PACKAGED = '/usr/bin/acr-proxy'
/** What the sandbox hides, each with the setting that does. */
const HIDDEN = ['/home', '/root', '/run/user', '/tmp', '/var/tmp']

/** The unit `template` for a program at another place; where the sandbox hides that place, it is shown, read-only. */
export function renderUnit(template: string, { node, main, root, addon }: Program): string {
  const command = `${quote(node)} ${quote(main)}`
  const shown = [...new Set([node, installation(root)])].filter((path) => HIDDEN.some((place) => isIn(path, place)))
  const started = template.replaceAll(PACKAGED, () => command)
  // Without an addon it is a child that tells systemd.
  const unit = addon ? started : started.replace(/^NotifyAccess=main$/m, 'NotifyAccess=all')
  if (shown.length === 0) return unit
  // An empty place instead of an inaccessible one, since something is shown in it.
  return unit.replace(
    /^ProtectHome=yes$/m,
    () => `ProtectHome=tmpfs\nBindReadOnlyPaths=${shown.map((path) => quote(path)).join(' ')}`,
  )
}

/** The package with what it imports: npm may have put that beside it. */
function installation(root: string): string {
  const at = root.indexOf(`${sep}node_modules${sep}`)
  return at < 0 ? root : `${root.slice(0, at)}${sep}node_modules`
}

function isIn(path: string, place: string): boolean {
  return path === place || (path !== '/' && isIn(dirname(path), place))
}

/** One word of a command line of systemd.service(5). */
function quote(word: string): string {
  const escaped = word.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w@%+=:,./$-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
