import { setFlagsFromString } from 'node:v8'

/**
 * Has V8 allocate all objects where those that die young are collected. Once a thousand connections have lasted, it would allocate
 * what connections are made of among the old, short connections included: each then leaves 2 KB that only a collection of the whole
 * heap frees.
 */
export function allocateYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}
