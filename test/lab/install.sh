#!/usr/bin/env bash
# Installs what `npm run lab` runs (Debian); needs root. No service that comes with it is started.
set -euo pipefail

packages=(
  docker.io       # dockerd, docker, containerd, ctr
  docker-registry # the registry behind the lab's addresses
  skopeo
  nginx           # stands for OSS
  dnsmasq-base    # stands for the VPC's DNS servers; without the package that makes a service of it
  tcpdump
  iproute2
  curl
  ca-certificates
)
"$(dirname "$0")/../install-packages.sh" "${packages[@]}"
