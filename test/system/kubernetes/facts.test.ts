import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { stringify } from 'yaml'
import { loadConfig } from '../../../src/config/load.ts'
import type { Config } from '../../../src/config/schema.ts'
import { only, pathOf, render, renderFolder, ROOTS } from './render.ts'
import type { Manifest, Pod } from './render.ts'

const ANNOTATION = 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-'

/** The workload, its single container, and the configuration that it reads. */
async function deployed(t: TestContext, root: string) {
  const manifests = await render(root)
  const workload = only(manifests, root === 'daemonset' ? 'DaemonSet' : 'Deployment')
  const pod = workload.spec?.template?.spec
  const [container] = pod?.containers ?? []
  assert.ok(pod && container)
  return { manifests, workload, pod, container, config: configOf(t, manifests, pod) }
}

/** The configuration in force: of the ConfigMap that is mounted, at the path that the environment names. */
function configOf(t: TestContext, manifests: readonly Manifest[], pod: Pod): Config {
  const [container] = pod.containers
  const path = container?.env.find(({ name }) => name === 'ACR_PROXY_CONFIG')?.value ?? ''
  const mount = container?.volumeMounts.find(({ mountPath }) => path.startsWith(`${mountPath}/`))
  const volume = pod.volumes.find(({ name }) => name === mount?.name)
  const text = only(manifests, 'ConfigMap', volume?.configMap?.name).data?.[
    path.slice((mount?.mountPath.length ?? 0) + 1)
  ]
  const directory = mkdtempSync(join(tmpdir(), 'acr-kubernetes-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const configPath = join(directory, 'acr-proxy.yaml')
  writeFileSync(configPath, text ?? '')
  const { config, warnings } = loadConfig({ flags: {}, env: {}, configPath })
  assert.deepEqual(warnings, [])
  return config
}

/** The labels by which an object finds pods. */
function selectorOf({ kind, spec }: Manifest): object | undefined {
  if (kind === 'ServiceMonitor') return undefined
  return spec?.podSelector?.matchLabels ?? spec?.selector?.matchLabels ?? spec?.selector
}

function annotation({ metadata }: Manifest, name: string): string | undefined {
  return metadata.annotations?.[ANNOTATION + name]
}

for (const root of ROOTS) {
  test(`${root}: a pod has time for what the NLB takes to forget it, and for its drain`, async (t) => {
    const { pod, container, config } = await deployed(t, root)
    const preStop = container.lifecycle.preStop.sleep.seconds
    assert.ok(preStop >= 10)
    assert.ok(pod.terminationGracePeriodSeconds * 1000 >= preStop * 1000 + config.timeouts.drain + 10_000)
  })

  test(`${root}: the ports of the pod are those the configuration listens on, and Services and probes lead to them`, async (t) => {
    const { manifests, container, config } = await deployed(t, root)
    const ports = new Map(container.ports.map(({ name, containerPort }) => [name, containerPort]))
    const listening = [...config.listen, config.admin.listen].map((listen) => listen?.port)
    assert.deepEqual([...ports.values()], listening)
    for (const { kind, metadata, spec } of manifests.filter(({ kind }) => kind === 'Service')) {
      for (const { targetPort } of spec?.ports ?? []) assert.ok(ports.has(targetPort), `${kind} ${metadata.name}`)
    }
    const { livenessProbe, readinessProbe } = container
    assert.deepEqual(livenessProbe.httpGet, { path: '/healthz', port: 'admin' })
    assert.deepEqual(readinessProbe.httpGet, { path: '/readyz', port: 'admin' })
    assert.equal(ports.get('admin'), config.admin.listen?.port)
  })

  test(`${root}: the token lies where the configuration looks for it, and is the one Prometheus brings`, async (t) => {
    const { manifests, pod, container, config } = await deployed(t, root)
    const mount = container.volumeMounts.find(({ mountPath }) => config.admin.tokenFile?.startsWith(`${mountPath}/`))
    const secret = pod.volumes.find(({ name }) => name === mount?.name)?.secret?.secretName
    assert.equal(secret, 'acr-proxy-admin')
    const key = config.admin.tokenFile?.slice((mount?.mountPath.length ?? 0) + 1)
    for (const { spec } of manifests.filter(({ kind }) => kind === 'ServiceMonitor')) {
      assert.deepEqual(spec?.endpoints?.[0]?.authorization.credentials, { name: secret, key })
    }
  })

  test(`${root}: every selector finds the pods`, async (t) => {
    const { manifests, workload } = await deployed(t, root)
    const labels = workload.spec?.template?.metadata.labels
    const selectors = manifests.map(selectorOf).filter((selector) => selector !== undefined)
    assert.ok(selectors.length >= 2)
    for (const selector of selectors) assert.deepEqual(selector, labels)
    for (const { spec } of manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler')) {
      assert.equal(spec?.scaleTargetRef?.kind, workload.kind)
      assert.equal(spec.scaleTargetRef.name, workload.metadata.name)
    }
  })
}

for (const root of ['base', 'example']) {
  test(`${root}: the NLB announces clients, and holds connections as long as a pod may drain and as they may be idle`, async (t) => {
    const { manifests, pod, config } = await deployed(t, root)
    const service = only(manifests, 'Service', 'acr-proxy')
    assert.equal(annotation(service, 'proxy-protocol'), 'on')
    assert.ok(config.listen.every(({ proxyProtocol }) => proxyProtocol))
    assert.equal(annotation(service, 'connection-drain'), 'on')
    assert.ok(Number(annotation(service, 'connection-drain-timeout')) >= pod.terminationGracePeriodSeconds)
    assert.ok(Number(annotation(service, 'idle-timeout')) * 1000 > config.timeouts.idle)
    assert.deepEqual(pod.readinessGates, [
      { conditionType: `service.readiness.alibabacloud.com/${service.metadata.name}` },
    ])
  })

  test(`${root}: a pod is what Pod Security calls restricted, and the namespace asks for it`, async (t) => {
    const { manifests, pod, container } = await deployed(t, root)
    assert.equal(only(manifests, 'Namespace').metadata.labels['pod-security.kubernetes.io/enforce'], 'restricted')
    assert.equal(pod.hostNetwork, undefined)
    assert.equal(pod.securityContext['runAsNonRoot'], true)
    assert.deepEqual(pod.securityContext['seccompProfile'], { type: 'RuntimeDefault' })
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
  })
}

test('the component scales by a metric as well, half of the cap on connections', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'acr-kustomize-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const [base = '', component = ''] = ['base', 'scale-by-connections'].map((name) => relative(directory, pathOf(name)))
  writeFileSync(join(directory, 'kustomization.yaml'), stringify({ resources: [base], components: [component] }))
  const { spec } = only(await renderFolder(directory), 'HorizontalPodAutoscaler')
  const { config } = await deployed(t, 'base')
  assert.deepEqual(
    spec?.metrics?.map(({ type }) => type),
    ['Resource', 'Pods'],
  )
  assert.deepEqual(spec?.metrics?.[1]?.pods, {
    metric: { name: 'acr_proxy_connections_open' },
    target: { type: 'AverageValue', averageValue: String((config.limits.connections ?? 0) / 2) },
  })
})

test('daemonset: root in the network of the node, with the right to low ports alone', async (t) => {
  const { pod, container } = await deployed(t, 'daemonset')
  assert.equal(pod.hostNetwork, true)
  assert.equal(pod.readinessGates, undefined)
  assert.deepEqual(container.securityContext['capabilities'], { drop: ['ALL'], add: ['NET_BIND_SERVICE'] })
})
