import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'

/** Starts a tool that stays in the foreground, and waits until it says on standard error that it runs. A missing tool rejects. */
export async function startDaemon(t: TestContext, command: readonly string[], ready: RegExp): Promise<void> {
  const [file = '', ...args] = command
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const closed = once(child, 'close')
  let said = ''
  const running = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}, saying ${said}`)))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (ready.test(said)) resolve()
    })
  })
  t.after(async () => {
    child.kill('SIGKILL')
    await closed.catch(() => {})
  })
  await deadline(running, `${file} runs`)
}
