import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'

const CONFIG = fileURLToPath(new URL('../../../../config/kubernetes/', import.meta.url))

/** What can be applied as it is. */
export const ROOTS = ['base', 'daemonset', 'example'] as const
export type Root = (typeof ROOTS)[number]

/** An object of Kubernetes, as far as the tests look at it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly labels: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: Spec
}

export interface Spec {
  readonly selector?: Labels & { readonly matchLabels?: Labels }
  readonly podSelector?: { readonly matchLabels: Labels }
  readonly scaleTargetRef?: { readonly kind: string; readonly name: string }
  readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: Pod }
  readonly metrics?: readonly { readonly type: string; readonly pods?: object }[]
  readonly ports?: readonly { readonly targetPort: string }[]
  readonly endpoints?: readonly { readonly authorization: { readonly credentials: { name: string; key: string } } }[]
}

export type Labels = Readonly<Record<string, string>>

export interface Pod {
  readonly terminationGracePeriodSeconds: number
  readonly hostNetwork?: boolean
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly readinessGates?: readonly { readonly conditionType: string }[]
  readonly containers: readonly {
    readonly env: readonly { readonly name: string; readonly value: string }[]
    readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
    readonly securityContext: Readonly<Record<string, unknown>>
    readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } }
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
    readonly livenessProbe: Probe
    readonly readinessProbe: Probe
  }[]
  readonly volumes: readonly {
    readonly name: string
    readonly configMap?: { readonly name: string }
    readonly secret?: { readonly secretName: string }
  }[]
}

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}

/** A folder of config/kubernetes. */
export function pathOf(name: string): string {
  return CONFIG + name
}

export function render(root: string): Promise<readonly Manifest[]> {
  return renderFolder(pathOf(root))
}

/** What `kubectl kustomize` makes of a folder; rejects where it fails or warns. */
export async function renderFolder(folder: string): Promise<readonly Manifest[]> {
  const { stdout, stderr } = await promisify(execFile)('kubectl', ['kustomize', folder])
  if (stderr !== '') throw new Error(stderr)
  return parseAllDocuments(stdout).map((document): Manifest => document.toJS())
}

/** The single object of that kind, by name where there are several. */
export function only(manifests: readonly Manifest[], kind: string, name?: string): Manifest {
  const found = manifests.filter(
    (object) => object.kind === kind && (name ?? object.metadata.name) === object.metadata.name,
  )
  const [object] = found
  if (object === undefined || found.length > 1) throw new Error(`${found.length} of ${kind} ${name ?? ''}`)
  return object
}
