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
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

# Debian starts services as it installs them, unless this file says no (invoke-rc.d(8), exit code 101).
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
