import type { Loaded } from '../../config/load.ts'
import { createPath, type Path } from '../path.ts'
import { readHosts } from '../system-hosts.ts'
import { type ChartReference, checkChart } from './chart.ts'
import { type Check, type Group, skipped } from './check.ts'
import { checkConnect } from './connect.ts'
import { type Credentials, dockerCredentials } from './credentials.ts'
import { checkDns } from './dns.ts'
import { createExamination, type Examination } from './examination.ts'
import { failureOf } from './failure.ts'
import { checkFirewall } from './firewall/firewall.ts'
import { hostsFileOfClient, hostsFileOfProxy, mappedIn, type Mapped } from './hosts-file.ts'
import { checkImage } from './image.ts'
import type { ImageReference } from './image-reference.ts'
import { checkLocal } from './local.ts'
import { checkNames } from './names.ts'
import { checkOss } from './oss.ts'
import { fromDaemon, fromEnvironment, variablesOfClient, variablesOfProxy } from './proxy-variables.ts'
import { checkRegistries, notAdmitted, type Registry } from './registry.ts'
import { type Subject, subjectsOf } from './subjects.ts'
import { checkSystemNames } from './system-names.ts'
import { checkTls } from './tls.ts'
import { checkRealms, checkToken } from './token.ts'
import { directWay, proxyWay, systemWay, tunnelWay, type Via, type Way } from './way.ts'

export interface DoctorOptions {
  readonly loaded: Loaded
  /** On the host of the proxy, as a client through a proxy that is named, or as a client as this system says. */
  readonly from: 'proxy-host' | 'client' | Via
  readonly image: ImageReference | undefined
  readonly chart: ChartReference | undefined
  /** Given by the user; without them docker's own are looked for. */
  readonly credentials: Credentials | undefined
  readonly files: { readonly hosts: string; readonly dockerConfig: string; readonly dockerDaemon: string }
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Examines, in order, everything that a login, a push and a pull need. Rejects when it is aborted. */
export async function examine(
  options: DoctorOptions,
  onCheck: (check: Check) => void,
  signal: AbortSignal,
): Promise<void> {
  const { loaded, image, chart } = options
  const { config } = loaded
  const path = await createPath(config)
  const way = wayOf(options.from, path)
  const exam = createExamination({ signal, onCheck, explain: (error) => failureOf(error, way.kind) })
  const named = [image?.host, chart?.host].flatMap((host) => host ?? [])
  const subjects = config.region.map((region) => subjectsOf(region, config, named))

  const mapped = await checkHost(exam, way, subjects[0] ?? [], options, path)
  if (way.kind === 'direct') await checkDns(exam, config, subjects[0]?.[0]?.host ?? '')
  const reached: Reached[] = []
  for (const list of subjects) reached.push(await checkRegion(exam, way, list, mapped, options, path))
  const registries = reached.flatMap(({ registries }) => registries)
  await checkPull(exam, way, registries, options, path)
  const proven = reached.flatMap(({ proven }) => proven)
  if (chart !== undefined) await checkCharts(exam, way, chart, proven, options, path)
}

function wayOf(from: DoctorOptions['from'], path: Path): Way {
  if (from === 'proxy-host') return directWay(path)
  if (from === 'client') return systemWay(path.dialler)
  return from.tunnel ? tunnelWay(path.dialler, from) : proxyWay(path.dialler, from)
}

/** This host itself: what it must have to run the proxy, or how it is told of it. Resolves with names of its hosts file. */
async function checkHost(
  exam: Examination,
  way: Way,
  [subject]: readonly Subject[],
  { loaded, files, env }: DoctorOptions,
  { router }: Path,
): Promise<Mapped> {
  const mapped = mappedIn(readHosts(files.hosts), (host) => router.route(host, 443).ok)
  const local = (name: string) => ({ group: 'local', subject: name }) as const
  if (way.kind === 'proxy' || way.kind === 'tunnel') return mapped
  if (way.kind === 'direct') {
    await checkLocal(exam, loaded.config)
    exam.tell(local('hosts file'), hostsFileOfProxy(files.hosts, mapped))
    exam.tell(local('proxy variables'), variablesOfProxy(fromEnvironment(env)))
    await exam.check(local('firewall'), () => checkFirewall(exam.signal))
    return mapped
  }
  const host = subject?.host ?? ''
  exam.tell(local('hosts file'), hostsFileOfClient(files.hosts, mapped))
  exam.tell(local('proxy variables'), variablesOfClient(fromEnvironment(env), mapped, host))
  exam.tell(local('proxy of dockerd'), variablesOfClient(fromDaemon(files.dockerDaemon), mapped, host))
  return mapped
}

/** What of a region is good to go on with. */
interface Reached {
  readonly registries: readonly Registry[]
  /** Names that have proved who they are. */
  readonly proven: readonly Subject[]
}

/** From names to OSS. */
async function checkRegion(
  exam: Examination,
  way: Way,
  subjects: readonly Subject[],
  mapped: Mapped,
  { loaded }: DoctorOptions,
  path: Path,
): Promise<Reached> {
  const named = await namesOf(exam, way, subjects, mapped, loaded, path)
  const reached = await checkConnect(exam, way, named)
  const proven = await checkTls(exam, way, reached)
  const [{ region } = { region: '' }] = subjects
  const skip = (group: Group, subject: string, why: string) => exam.tell({ group, region, subject }, skipped(why))
  if (!proven.some(({ role }) => role === 'registry')) skip('registry', '/v2/', 'no registry is reached, see above')
  const registries = await checkRegistries(exam, way, proven, loaded, path)
  if (registries.length === 0) skip('token', '/auth', 'no registry says where tokens come from')
  await checkRealms(exam, way, registries)
  // Port 80 may be open where 443 is not, but for a proxy that is not there at all.
  const plain = way.kind === 'proxy' || way.kind === 'tunnel' ? reached : named
  if (!plain.some(({ role }) => role === 'oss')) skip('oss', 'OSS', 'it is not reached, see above')
  await checkOss(exam, way, plain, proven)
  return { registries, proven }
}

/** The names that have an address to go to. Through a proxy that is the proxy's business. */
function namesOf(
  exam: Examination,
  way: Way,
  subjects: readonly Subject[],
  mapped: Mapped,
  loaded: Loaded,
  path: Path,
): Promise<readonly Subject[]> {
  if (way.kind === 'direct') return checkNames(exam, subjects, loaded, path)
  if (way.kind === 'system') return checkSystemNames(exam, subjects, mapped)
  return Promise.resolve(subjects)
}

/** What needs an image or a user: a login where there is a user alone. */
async function checkPull(
  exam: Examination,
  way: Way,
  registries: readonly Registry[],
  options: DoctorOptions,
  path: Path,
): Promise<void> {
  const { image, loaded } = options
  if (image === undefined && options.credentials === undefined) return
  const registry = image?.host === undefined ? registries[0] : registries.find(({ host }) => host === image.host)
  if (registry === undefined) {
    const subject = image?.repository ?? 'login'
    const refused = image?.host === undefined ? undefined : path.router.route(image.host, 443)
    const about = { group: 'image', subject } as const
    if (refused === undefined || refused.ok || image?.host === undefined)
      return exam.tell(about, skipped('its registry did not answer as it should, see above'))
    return exam.tell(about, notAdmitted(refused.why, image.host, 443, loaded, 'to carry it'))
  }
  const credentials = await credentialsFor(exam, registry, options)
  const token = await checkToken(exam, way, registry, credentials, image?.repository)
  if (image === undefined) return
  const { host, region } = registry
  if (token === undefined)
    return exam.tell(
      { group: 'image', region, subject: image.repository },
      skipped('there is no token to pull it with'),
    )
  const repository = { host, name: image.repository, token }
  await checkImage({ exam, way, region, loaded, path, repository }, image.reference)
}

async function credentialsFor(
  exam: Examination,
  { host, region }: Registry,
  { credentials, files }: DoctorOptions,
): Promise<Credentials | undefined> {
  if (credentials !== undefined) return credentials
  const found = await exam.timed(() => dockerCredentials(files.dockerConfig, host, exam.signal))
  if ('value' in found) return found.value
  exam.tell({ group: 'token', region, subject: "docker's credentials" }, exam.explain(found.error), found.ms)
  return undefined
}

async function checkCharts(
  exam: Examination,
  way: Way,
  chart: ChartReference,
  proven: readonly Subject[],
  { loaded, credentials }: DoctorOptions,
  { router }: Path,
): Promise<void> {
  const { host } = chart
  const routed = router.route(host, 443)
  if (!routed.ok)
    return exam.tell({ group: 'chart', subject: host }, notAdmitted(routed.why, host, 443, loaded, 'to carry it'))
  const subject = proven.find((each) => each.host === host)
  await checkChart(exam, way, subject, chart, credentials)
}
