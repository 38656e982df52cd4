import { randomBytes } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf, UserError } from '../errors.ts'

/** `in-place`: other readers may have seen it half written; `why` it was not replaced. */
export type Edited = { readonly kind: 'unchanged' | 'replaced' } | { readonly kind: 'in-place'; readonly why: string }

/** Codes by which a directory or a mount says that a file cannot be put in another's place; writing to it may still do. */
const CANNOT_REPLACE: Readonly<Record<string, string>> = {
  EBUSY: 'it is a mount point',
  EXDEV: 'it is a mount point',
  EROFS: 'its directory is read-only',
  EACCES: 'its directory may not be written',
  EPERM: 'its directory or owner may not be changed',
}

/**
 * Replaces the file at `path` by what `edit` makes of its bytes (as latin1 text), keeping mode and owner, through a symbolic
 * link too: at once by rename where that can be done. Rejects with a UserError; then the file is as it was.
 */
export async function editFile(path: string, edit: (text: string) => string): Promise<Edited> {
  try {
    const real = await realpath(path)
    const seen = await read(real)
    const content = Buffer.from(edit(seen.content.toString('latin1')), 'latin1')
    if (content.equals(seen.content)) return { kind: 'unchanged' }
    const why = seen.stats.nlink > 1n ? 'it has other hard links' : await replace(real, seen.stats, content)
    if (why === undefined) return { kind: 'replaced' }
    await overwrite(real, content)
    return { kind: 'in-place', why }
  } catch (error) {
    throw explain(path, error)
  }
}

interface Seen {
  readonly stats: BigIntStats
  readonly content: Buffer
}

async function read(path: string): Promise<Seen> {
  const file = await open(path, 'r')
  try {
    return { stats: await file.stat({ bigint: true }), content: await file.readFile() }
  } finally {
    await file.close()
  }
}

/** Why it could not be done, undefined when it was. */
async function replace(path: string, seen: BigIntStats, content: Buffer): Promise<string | undefined> {
  // Beside it, since a rename does not cross file systems.
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  try {
    await writeAs(temporary, seen, content)
    const now = await stat(path, { bigint: true })
    if (now.ino !== seen.ino || now.mtimeNs !== seen.mtimeNs || now.size !== seen.size)
      throw new UserError(`${path} was changed by somebody else meanwhile`, { hint: 'try again' })
    await rename(temporary, path)
    return undefined
  } catch (error) {
    await rm(temporary, { force: true })
    const why = CANNOT_REPLACE[codeOf(error)]
    if (why === undefined) throw error
    return why
  }
}

/** A new file with the mode and owner of another. */
async function writeAs(path: string, { uid, gid, mode }: BigIntStats, content: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(content)
    const own = await file.stat({ bigint: true })
    if (own.uid !== uid || own.gid !== gid) await file.chown(Number(uid), Number(gid))
    // After chown, which clears some of its bits.
    await file.chmod(Number(mode & 0o7777n))
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Cuts the file short only at the end: it is never empty. */
async function overwrite(path: string, content: Buffer): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.writeFile(content)
    await file.truncate(content.length)
    await file.sync()
  } finally {
    await file.close()
  }
}

function explain(path: string, error: unknown): unknown {
  if (error instanceof UserError) return error
  switch (codeOf(error)) {
    case 'ENOENT':
      return new UserError(`${path} does not exist`, { hint: 'name the hosts file with --file', cause: error })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new UserError(`${path} cannot be written: ${codeOf(error)}`, {
        hint: 'run it as root, for instance with sudo, or name another file with --file',
        cause: error,
      })
    default:
      return new UserError(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
