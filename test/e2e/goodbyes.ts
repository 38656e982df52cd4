/** The fatal alert of this description, as the proxy sends it (RFC 8446 section 6). */
export function alert(description: number): Buffer {
  return Buffer.from([0x15, 3, 3, 0, 2, 2, description])
}

export const DECODE_ERROR = 50
export const INTERNAL_ERROR = 80
export const UNRECOGNIZED_NAME = 112
