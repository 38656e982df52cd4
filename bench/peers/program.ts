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

/** Runs a command to its end: whether it succeeded, and all it printed on either output. */
export function run([file, ...args]: readonly [string, ...string[]]): Promise<{ ok: boolean; text: string }> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: LONGEST }, (error, stdout, stderr) =>
      resolve({ ok: error === null, text: stdout + stderr || (error?.message ?? '') }),
    )
  })
}

/** All that a command prints, however it ends. */
export async function output(command: readonly [string, ...string[]]): Promise<string> {
  return (await run(command)).text
}
