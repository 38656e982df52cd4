import assert from 'node:assert/strict'
import test from 'node:test'
import { parseChallenge } from '../../../../src/diagnostics/doctor/challenge.ts'

test('realm and service are read, whatever stands around them', () => {
  const realm = 'https://dockerauth-vpc.cn-beijing.aliyuncs.com/auth'
  for (const [header, service] of [
    [
      `Bearer realm="${realm}",service="registry.aliyuncs.com:cn-beijing:26842"`,
      'registry.aliyuncs.com:cn-beijing:26842',
    ],
    [`bearer  service="s", error="x,y" ,realm="${realm}"`, 's'],
    [`Basic realm="other", Bearer realm="${realm}"`, ''],
  ] as const) {
    const challenge = parseChallenge(header)
    assert.deepEqual([challenge?.realm.href, challenge?.service], [realm, service], header)
  }
})

test('what is no Bearer challenge with a URL is none', () => {
  for (const header of [
    undefined,
    '',
    'Basic realm="https://a.example/"',
    'Bearer service="s"',
    'Bearer realm="a.example"',
  ])
    assert.equal(parseChallenge(header), undefined, header)
})
