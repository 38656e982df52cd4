import assert from 'node:assert/strict'
import test from 'node:test'
import { array, assert as check, boolean, constantFrom, property, tuple } from 'fast-check'
import { type Enrolled, Roll } from '../../src/roll.ts'

interface Member extends Enrolled<Member> {
  readonly name: number
}

test('a roll is what a set is: the same members in the same order', () => {
  const members: readonly Member[] = Array.from({ length: 8 }, (_, name) => ({ name }))
  check(
    property(array(tuple(boolean(), constantFrom(...members))), (steps) => {
      const roll = new Roll<Member>()
      const set = new Set<Member>()
      for (const [coming, member] of steps) {
        if (!coming) assert.equal(roll.delete(member), set.delete(member))
        else if (!set.has(member)) {
          roll.add(member)
          set.add(member)
        }
        assert.equal(roll.has(member), set.has(member))
        assert.equal(roll.size, set.size)
        assert.deepEqual(names(roll), names(set))
      }
      for (const member of set) roll.delete(member)
      assert.deepEqual(names(roll), [])
    }),
  )
})

test('each member can be deleted when its turn comes', () => {
  const roll = new Roll<Member>()
  for (let name = 0; name < 4; name++) roll.add({ name })
  const met: number[] = []
  for (const member of roll) {
    met.push(member.name)
    roll.delete(member)
  }
  assert.deepEqual(met, [0, 1, 2, 3])
  assert.equal(roll.size, 0)
})

test('one that has left holds on to nobody', () => {
  const roll = new Roll<Member>()
  const members: readonly Member[] = [{ name: 0 }, { name: 1 }, { name: 2 }]
  for (const member of members) roll.add(member)
  const [, middle] = members
  assert.ok(middle !== undefined && roll.delete(middle))
  assert.deepEqual([middle.before, middle.after], [undefined, undefined])
})

function names(members: Iterable<Member>): readonly number[] {
  return Array.from(members, ({ name }) => name)
}
