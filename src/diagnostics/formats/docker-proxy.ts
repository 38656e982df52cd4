import { proxyUrl, type Setup } from './setup.ts'

/** Keys for /etc/docker/daemon.json (Docker 23 and later). Both are needed: layers may come by plain `http://`. */
export function renderDockerProxy(setup: Setup): string {
  const url = proxyUrl(setup)
  return `${JSON.stringify({ proxies: { 'http-proxy': url, 'https-proxy': url } }, undefined, 2)}\n`
}

/** What JSON has no place for. */
export const DOCKER_PROXY_NOTE =
  'dockerd asks this proxy for every registry, and the proxy carries ACR only: list the others in "no-proxy"'
