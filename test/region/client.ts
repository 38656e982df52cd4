import type { Endpoint } from '../upstream.ts'
import { challengeOf, tokenFor } from './challenge.ts'
import { discard, exchange, expectStatus } from './exchange.ts'
import type { Reach } from './exchange.ts'
import type { Layer } from './layers.ts'
import { pull } from './pull.ts'
import type { PulledImage } from './pull.ts'
import { push } from './push.ts'
import type { UploadKind } from './push.ts'

export interface Credentials {
  readonly name: string
  readonly password: string
}

/** An image's place in a registry. */
export interface ImageName {
  readonly host: string
  readonly repository: string
  /** A tag; for a pull, a digest as well. */
  readonly tag: string
}

type OnBytes = (bytes: number) => void

/** What docker does, as far as a proxy can tell; every method throws with what went wrong. */
export interface Client {
  /** Follows the challenge of `host` and shows it the token. */
  login(host: string): Promise<void>
  /** Uploads the layers at once; resolves with the manifest's digest. `onBytes` hears of layer bytes handed to the network. */
  push(
    image: ImageName,
    layers: readonly Layer[],
    options?: { upload?: UploadKind; onBytes?: OnBytes },
  ): Promise<string>
  /** Fetches everything and checks every digest. `onBytes` hears of the bytes of config and layers as they come. */
  pull(image: ImageName, options?: { onBytes?: OnBytes }): Promise<PulledImage>
}

/** Sends what is meant for port 443 and port 80 of any host to the two listeners of a proxy, which may be one. */
export function throughProxy(tls: Endpoint, plain: Endpoint = tls): Reach['connectTo'] {
  return (_host, port) => (port === 443 ? tls : plain)
}

/** A client that gets at hosts by `reach`; without `user` it asks for anonymous tokens. */
export function createClient(reach: Reach, user?: Credentials): Client {
  const transferTo = async ({ host, repository }: ImageName, actions: string, onBytes: OnBytes = () => {}) => {
    const challenge = await challengeOf(reach, host)
    const token = await tokenFor(reach, challenge, { user, scopes: [`repository:${repository}:${actions}`] })
    return { reach, host, repository, token, onBytes }
  }
  return {
    login: async (host) => {
      const token = await tokenFor(reach, await challengeOf(reach, host), { user })
      const response = await exchange(reach, new URL(`https://${host}/v2/`), {
        headers: { authorization: `Bearer ${token}` },
      })
      await expectStatus(response, [200], `GET https://${host}/v2/ with a token`)
      await discard(response)
    },
    push: async (image, layers, { upload = 'stream', onBytes } = {}) =>
      push(await transferTo(image, 'pull,push', onBytes), { tag: image.tag, layers, upload }),
    pull: async (image, { onBytes } = {}) => pull(await transferTo(image, 'pull', onBytes), image.tag),
  }
}
