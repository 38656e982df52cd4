/** What is answered to one request. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Plain text; `text` is written by us, or made of printable ASCII. */
export function textAnswer(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n`, headers }
}

/** What a page or a terminal could take for more than text, wherever the answer ends up. */
const RISKY = /[<>&\u007f-\u009f\u2028\u2029]/g

/** JSON in which everything risky is escaped, as peers have chosen some of the texts. */
export function jsonAnswer(status: number, value: unknown): Answer {
  const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return { status, type: 'application/json', body: `${JSON.stringify(value).replaceAll(RISKY, escape)}\n` }
}
