#!/usr/bin/env bash
# Installs what `npm run bench` compares and needs (Debian); needs root. No service that comes with it is started.
set -euo pipefail

packages=(
  nginx
  libnginx-mod-stream
  haproxy
  sniproxy
  gcc # and make, libc6-dev: the load generator
  make
  libc6-dev
  curl # clients of the TLS transfers
  openssl
  util-linux # taskset
)
"$(dirname "$0")/../test/install-packages.sh" "${packages[@]}"
