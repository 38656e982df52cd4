#!/usr/bin/env bash
# What test/docker needs (Debian, root): dockerd and docker, docker-compose, and what the stand-in for the base image is made of.
set -euo pipefail
packages=(docker.io docker-compose iproute2 iptables curl ca-certificates bash findutils binutils gcc g++ make libc6-dev python3)
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
