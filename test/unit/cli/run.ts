import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../../src/main.js', import.meta.url))

export interface Transcript {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the real command line as a child, in `cwd`, with nothing but `env` in its environment and `input` to read, until it ends. */
export function run(
  words: readonly string[],
  {
    env = {},
    cwd,
    input,
  }: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string; readonly input?: string } = {},
): Promise<Transcript> {
  const child = spawn(process.execPath, [MAIN, ...words], {
    env,
    cwd,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    timeout: 20_000,
  })
  child.stdin?.end(input)
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}
