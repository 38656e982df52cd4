import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where Debian has daemons, and an ordinary user's PATH does not lead. */
const SYSTEM = ['/usr/local/sbin', '/usr/sbin', '/sbin']
const LONGEST = 20_000

/** The path of an installed program. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM]
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** All that a command prints, on either output, however it ends. */
export function output([file, ...args]: readonly [string, ...string[]]): Promise<string> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: LONGEST, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) =>
      resolve(stdout + stderr + (error === null || 'code' in error ? '' : error.message)),
    )
  })
}
