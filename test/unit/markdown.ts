/** What a Markdown document consists of, as far as the tests of the documents look at it. */
export interface Markdown {
  readonly headings: readonly Heading[]
  readonly blocks: readonly CodeBlock[]
  /** Targets of links, as written. */
  readonly links: readonly string[]
  /** Code in the text, without its backticks. */
  readonly spans: readonly string[]
  readonly rows: readonly Row[]
}

/** A row of a table, heads and rules included. */
export interface Row {
  /** Anchor of the heading it stands under. */
  readonly section: string
  readonly cells: readonly string[]
}

export interface Heading {
  readonly level: number
  /** What a link to it has after the `#`. */
  readonly anchor: string
}

export interface CodeBlock {
  readonly language: string
  readonly text: string
}

const BLOCK = /^```(\w*)\n(.*?)^```$/gms

export function parseMarkdown(text: string): Markdown {
  const blocks = [...text.matchAll(BLOCK)].map(([, language = '', code = '']) => ({ language, text: code }))
  const prose = text.replaceAll(BLOCK, '')
  return {
    blocks,
    headings: [...prose.matchAll(/^(#+) (.+)$/gm)].map(([, marks = '', title = '']) => ({
      level: marks.length,
      anchor: anchorOf(title),
    })),
    links: [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
    spans: [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code),
    rows: prose.split(/^(?=#+ )/m).flatMap(rowsOf),
  }
}

/** The rows of a section, which begins with its heading. */
function rowsOf(section: string): readonly Row[] {
  const title = /^#+ (.+)/.exec(section)?.[1] ?? ''
  return [...section.matchAll(/^\| (.+) \|$/gm)].map(([, row = '']) => ({
    section: anchorOf(title),
    cells: row.split(' | '),
  }))
}

/** As GitHub makes them: lower case, punctuation gone, a hyphen for each space. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
}
