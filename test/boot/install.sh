#!/usr/bin/env bash
# What test/boot needs: a tree to boot (debootstrap), systemd-nspawn, nsenter, rpmbuild and dpkg-deb.
set -euo pipefail
tools=(debootstrap systemd-nspawn nsenter rpmbuild rpm dpkg-deb)
if command -v "${tools[@]}" >/dev/null && [ "$(command -v "${tools[@]}" | wc -l)" -eq ${#tools[@]} ]; then exit 0; fi

# Debian starts what it installs, unless this says no.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends debootstrap systemd-container util-linux rpm dpkg >/dev/null
