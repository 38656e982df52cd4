import { ask } from './ask.ts'
import { failed, ok, skipped, warning } from './check.ts'
import type { Credentials } from './credentials.ts'
import type { Examination } from './examination.ts'
import type { Subject } from './subjects.ts'
import { authorization } from './token.ts'
import type { Way } from './way.ts'

/** A host of Helm charts, and a repository of it. */
export interface ChartReference {
  readonly host: string
  /** `NS/REPO` */
  readonly repository: string | undefined
}

/** Reads `HOST[/NS/REPO]`; undefined for anything else. */
export function parseChart(text: string): ChartReference | undefined {
  const [, host, repository] = /^([a-z0-9.-]+\.[a-z0-9-]+)(?:\/([\w.-]+\/[\w.-]+))?$/i.exec(text) ?? []
  return host === undefined ? undefined : { host: host.toLowerCase(), repository }
}

/** Asks the host of an Enterprise instance's Helm charts, whose root is not /v2/; only one that has proved who it is. */
export async function checkChart(
  exam: Examination,
  way: Way,
  proven: Subject | undefined,
  { host, repository }: ChartReference,
  credentials: Credentials | undefined,
): Promise<void> {
  const region = proven?.region
  const about = { group: 'chart', region } as const
  const api = `https://${host}/api/_/_/charts`
  if (proven === undefined) return exam.tell({ ...about, subject: api }, skipped('the host is not reached, see above'))
  await exam.check({ ...about, subject: api }, async () => {
    const { status } = await ask(way, new URL(api), {}, exam.signal)
    if (status === 200 || status === 401 || status === 403) return ok(`${status}: it is answered`)
    return status < 500
      ? warning(`answers ${status}`, 'the host is reached; is it the chart host of an instance whose charts are on?')
      : failed(`answers ${status}`, 'the chart service is reached, and does not work')
  })
  if (repository === undefined) return
  const index = `https://${host}/${repository}/index.yaml`
  await exam.check({ ...about, subject: index }, async () => {
    const { status } = await ask(way, new URL(index), { headers: authorization(credentials) }, exam.signal)
    if (status === 200) return ok('200')
    if (status === 401 || status === 403)
      return failed(
        `${status}: it may not be read`,
        'give --username and --password-stdin of a user who may pull charts',
      )
    return failed(`answers ${status}`, 'check the namespace and the name of the chart repository')
  })
}
