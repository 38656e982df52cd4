import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import type { AnySchemaObject } from 'ajv'
import { only, render, ROOTS } from './render.ts'
import type { Root } from './render.ts'

interface Schemas {
  readonly kinds: Readonly<Record<string, AnySchemaObject>>
  readonly definitions: AnySchemaObject
}

const FILE = new URL('../../../../test/fixtures/kubernetes/schemas.json', import.meta.url)
const { kinds, definitions }: Schemas = JSON.parse(readFileSync(FILE, 'utf8'))
// Formats such as int32 are Go's; unions of types stand for int-or-string.
const ajv = new Ajv({ allErrors: true, validateFormats: false, allowUnionTypes: true })

/** What is wrong with an object by the published schema of its kind. */
function faultsOf(object: {
  readonly apiVersion: string
  readonly kind: string
  readonly spec?: object
}): readonly string[] {
  const schema = kinds[`${object.apiVersion} ${object.kind}`]
  assert.ok(schema, `no schema of ${object.apiVersion} ${object.kind}`)
  const validate = ajv.compile({ definitions, ...schema })
  validate(object)
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

const OF_BASE =
  'ConfigMap Deployment HorizontalPodAutoscaler Namespace NetworkPolicy PodDisruptionBudget Service Service'
const KINDS: Readonly<Record<Root, string>> = {
  base: OF_BASE,
  daemonset: 'ConfigMap DaemonSet Namespace Service',
  example: `${OF_BASE} ServiceMonitor`,
}

for (const root of ROOTS) {
  test(`every object of ${root} is what the published schema of its kind asks for`, async () => {
    const manifests = await render(root)
    const found = manifests.map(({ kind }) => kind).toSorted()
    assert.equal(found.join(' '), KINDS[root])
    for (const object of manifests) assert.deepEqual(faultsOf(object), [], `${object.kind} ${object.metadata.name}`)
  })
}

test('a misspelt key, a wrong type and a missing value are found', async () => {
  const deployment = only(await render('base'), 'Deployment')
  const { template, ...spec } = deployment.spec ?? {}
  assert.match(faultsOf({ ...deployment, spec: { ...spec, template, replica: 2 } }).join(), /"replica"/)
  assert.match(
    faultsOf({ ...deployment, spec: { ...spec, template, minReadySeconds: 'soon' } }).join(),
    /must be integer/,
  )
  assert.match(faultsOf({ ...deployment, spec }).join(), /'template'/)
})
