import type { Socket } from 'node:net'
import { deadline } from '../deadline.ts'

/** What the other side says on a connection, taken a stretch at a time. */
export interface Conversation {
  /** All up to the end of the first match of `pattern`, come or to come; rejects with what came when the connection ends before. */
  until(pattern: RegExp, label: string): Promise<string>
}

/** Reads `socket` as latin1 text, each byte one character. */
export function converse(socket: Socket): Conversation {
  let heard = ''
  let ended: string | undefined
  let check = (): void => {}
  const end = (how: string) => () => {
    ended ??= how
    check()
  }
  socket.setEncoding('latin1')
  socket.on('data', (text: string) => {
    heard += text
    check()
  })
  socket.on('end', end('ended'))
  socket.on('error', ({ message }) => end(message)())
  socket.on('close', end('closed'))

  const take = (pattern: RegExp): string | undefined => {
    const match = pattern.exec(heard)
    if (match === null) return undefined
    const taken = heard.slice(0, match.index + match[0].length)
    heard = heard.slice(taken.length)
    return taken
  }
  return {
    until: (pattern, label) => {
      const found = new Promise<string>((resolve, reject) => {
        check = () => {
          const taken = take(pattern)
          if (taken !== undefined) resolve(taken)
          else if (ended !== undefined) reject(new Error(`${label}: ${ended} after ${JSON.stringify(heard)}`))
        }
        check()
      })
      return deadline(found, label)
    },
  }
}
