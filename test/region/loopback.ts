import { randomInt } from 'node:crypto'

/** An address of 127.64.0.0/10 picked at random, so that regions of test files run in parallel do not share one. */
export function randomLoopback(): string {
  return `127.${randomInt(64, 128)}.${randomInt(0, 256)}.${randomInt(1, 255)}`
}
