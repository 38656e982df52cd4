import { type Answer, ask } from './ask.ts'
import { failed, type Finding, ok } from './check.ts'
import type { Examination } from './examination.ts'
import type { Subject } from './subjects.ts'
import type { Way } from './way.ts'

/** Asks OSS by TLS where its name has proved good, and by plain HTTP, which carries the layers of default instances. */
export async function checkOss(
  exam: Examination,
  way: Way,
  named: readonly Subject[],
  proven: readonly Subject[],
): Promise<void> {
  for (const { host, region } of proven.filter(isOss)) await check(exam, way, `https://${host}/`, region)
  for (const { host, region } of named.filter(isOss)) await check(exam, way, `http://${host}/`, region)
}

function isOss({ role }: Subject): boolean {
  return role === 'oss'
}

async function check(exam: Examination, way: Way, href: string, region: string): Promise<void> {
  await exam.check({ group: 'oss', subject: href, region }, async () => {
    const url = new URL(href)
    return judge(await ask(way, url, {}, exam.signal), url)
  })
}

/** OSS refuses in XML, and names the host that was asked: nothing else does. */
function judge({ status, body }: Answer, { hostname }: URL): Finding {
  const text = body.toString()
  const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1]
  const answered = /<HostId>([^<]+)<\/HostId>/.exec(text)?.[1]
  if (code === undefined)
    return failed(
      `answers ${status}, and not as OSS does`,
      'OSS refuses such a request in XML with a Code and a HostId: something else answers in its place',
    )
  if (answered === hostname) return ok(`${status} ${code} by ${answered}`)
  return failed(
    `${status} ${code} by ${answered ?? 'a host it does not name'}`,
    'OSS names the host that it was asked for: something on the way has changed the Host header',
  )
}
