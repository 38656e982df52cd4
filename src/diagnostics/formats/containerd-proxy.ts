import { heading, proxyUrl, type Setup } from './setup.ts'

/** A systemd drop-in for containerd. Both variables are needed: layers may come by plain `http://`. */
export function renderContainerdProxy(setup: Setup): string {
  const url = proxyUrl(setup)
  return `# ${heading(setup)}
# /etc/systemd/system/containerd.service.d/acr-proxy.conf; then: systemctl daemon-reload && systemctl restart containerd
# containerd asks this proxy for every registry, and the proxy carries ACR only: list the others in NO_PROXY.
[Service]
Environment="HTTP_PROXY=${url}"
Environment="HTTPS_PROXY=${url}"
`
}
