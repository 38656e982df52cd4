import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headlines, mediansOf, ratiosOf, sayNumber } from '../../../bench/report/table.ts'
import { reportOf } from '../../../bench/report/text.ts'
import { exampleResults } from './results.ts'

test('the table has medians, a row a figure and a column a proxy', () => {
  const results = exampleResults()
  assert.deepEqual(mediansOf(results, results.figures), {
    heading: ['', 'raw', 'nginx', 'acr-stream'],
    rows: [
      ['Bulk download, Gbit/s', '40.0', '11.0', '22.0'],
      ['CPU of a download, s/GiB', '-', '0.800', '0.400'],
      ['Processor of the proxy busy, %', '-', '99.0', '99.0'],
    ],
  })
})

test('ratios say how many times better acr-proxy is, of figures of which one is better', () => {
  const results = exampleResults()
  assert.deepEqual(ratiosOf(results, results.figures), {
    heading: ['', 'acr-stream : nginx'],
    rows: [
      ['Bulk download, Gbit/s', '2.00'],
      ['CPU of a download, s/GiB', '2.00'],
    ],
  })
})

test('a figure that nobody has is left out', () => {
  const results = exampleResults({ samples: { nginx: { down: [1] } } })
  assert.equal(mediansOf(results, results.figures).rows.length, 1)
  assert.equal(ratiosOf(results, results.figures).rows.length, 0)
})

test('a proxy that lost bytes is in no table, and named', () => {
  const results = exampleResults({ disqualified: [{ name: 'nginx', why: 'wrong or missing bytes' }] })
  assert.deepEqual(mediansOf(results, headlines(results)).heading, ['', 'raw', 'acr-stream'])
  assert.match(reportOf(results), /^disqualified: nginx: wrong or missing bytes$/m)
})

test('the report names machine, versions, rounds, and what is absent', () => {
  const report = reportOf(exampleResults({ notes: ['nginx, bulk, round 2: 1 of 8 connections failed'] }))
  assert.match(report, /^2026-11-24, Example CPU \(x64\), 2 processors, 8 GiB, Linux 6\.1\.0/m)
  assert.match(report, /nginx 1\.22\.1, acr-stream 0\.1\.0 \(Node 20\.20\.2\)/)
  assert.match(report, /medians of 3 interleaved rounds; proxy on processor 0, load on 1$/m)
  assert.match(report, /^absent: sniproxy: not installed$/m)
  assert.match(report, /^note: nginx, bulk, round 2: 1 of 8/m)
  assert.match(reportOf(exampleResults({ quick: true })), /these figures say nothing/)
})

test('numbers have three digits, large ones all before the point', () => {
  const said = [0, 0.0004, 0.0123, 0.9999, 1.234, 9.999, 12.34, 99.99, 12345.6, -0.514].map(sayNumber)
  assert.deepEqual(said, ['0', '0', '0.012', '1.00', '1.23', '10.0', '12.3', '100', '12,346', '-0.514'])
})
