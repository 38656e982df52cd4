import assert from 'node:assert/strict'
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { editFile } from '../../../src/diagnostics/edit-file.ts'
import { UserError } from '../../../src/errors.ts'
import { temporaryFolder } from '../config/given.ts'

function fileWith(t: TestContext, content: string | Buffer): { readonly folder: string; readonly path: string } {
  const folder = temporaryFolder(t)
  const path = join(folder, 'hosts')
  writeFileSync(path, content)
  return { folder, path }
}

const append = (text: string) => `${text}more\n`

test('a file is replaced by a new one with the same mode, and nothing else is left in its folder', async (t) => {
  const { folder, path } = fileWith(t, 'old\n')
  chmodSync(path, 0o664)
  const before = statSync(path)
  assert.deepEqual(await editFile(path, append), { kind: 'replaced' })
  const after = statSync(path)
  assert.equal(readFileSync(path, 'utf8'), 'old\nmore\n')
  assert.notEqual(after.ino, before.ino)
  assert.deepEqual([after.mode, after.uid, after.gid], [before.mode, before.uid, before.gid])
  assert.deepEqual(readdirSync(folder), ['hosts'])
})

test('bytes that are no text survive', async (t) => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, value) => value))
  const { path } = fileWith(t, bytes)
  await editFile(path, append)
  assert.deepEqual(readFileSync(path), Buffer.concat([bytes, Buffer.from('more\n')]))
})

test('a file that stays as it is is not written', async (t) => {
  const { path } = fileWith(t, 'old\n')
  const before = statSync(path, { bigint: true })
  assert.deepEqual(await editFile(path, (text) => text), { kind: 'unchanged' })
  const after = statSync(path, { bigint: true })
  assert.deepEqual([after.ino, after.mtimeNs], [before.ino, before.mtimeNs])
})

test('a symbolic link stays one, and what it leads to is replaced', async (t) => {
  const { folder, path } = fileWith(t, 'old\n')
  mkdirSync(join(folder, 'etc'))
  const link = join(folder, 'etc', 'hosts')
  symlinkSync('../hosts', link)
  assert.deepEqual(await editFile(link, append), { kind: 'replaced' })
  assert.ok(lstatSync(link).isSymbolicLink())
  assert.equal(realpathSync(link), realpathSync(path))
  assert.equal(readFileSync(path, 'utf8'), 'old\nmore\n')
})

test('a file with other hard links is written over, longer or shorter, and says so', async (t) => {
  const { folder, path } = fileWith(t, 'old\n')
  const other = join(folder, 'other')
  linkSync(path, other)
  const inPlace = { kind: 'in-place', why: 'it has other hard links' }
  assert.deepEqual(await editFile(path, append), inPlace)
  assert.equal(readFileSync(other, 'utf8'), 'old\nmore\n')
  assert.deepEqual(await editFile(path, () => 'x'), inPlace)
  assert.equal(readFileSync(other, 'utf8'), 'x')
})

test('a file that changes while it is edited is left to whoever changed it', async (t) => {
  const { folder, path } = fileWith(t, 'old\n')
  const edit = (text: string) => {
    writeFileSync(path, 'somebody else\n')
    return append(text)
  }
  await assert.rejects(editFile(path, edit), { name: 'UserError', hint: 'try again', message: /changed by somebody/ })
  assert.equal(readFileSync(path, 'utf8'), 'somebody else\n')
  assert.deepEqual(readdirSync(folder), ['hosts'])
})

test('an edit that complains changes nothing', async (t) => {
  const { folder, path } = fileWith(t, 'old\n')
  const complain = () => {
    throw new UserError('no')
  }
  await assert.rejects(editFile(path, complain), { message: 'no' })
  assert.equal(readFileSync(path, 'utf8'), 'old\n')
  assert.deepEqual(readdirSync(folder), ['hosts'])
})

test('a file that is not there, or no file, is named', async (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'nothing')
  await assert.rejects(editFile(path, append), { name: 'UserError', message: `${path} does not exist` })
  await assert.rejects(editFile(folder, append), { name: 'UserError', message: new RegExp(`^${folder}: EISDIR`) })
})
