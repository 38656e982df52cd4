#!/usr/bin/env bash
# What test/system needs: dnsmasq, unbound, ip (iproute2), mount and unshare (mount, util-linux), curl, systemd-socket-activate (systemd).
set -euo pipefail
tools=(dnsmasq unbound unbound-checkconf ip mount unshare curl systemd-socket-activate)
if command -v "${tools[@]}" >/dev/null && [ "$(command -v "${tools[@]}" | wc -l)" -eq ${#tools[@]} ]; then exit 0; fi

# Debian starts what it installs, unless this says no.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends dnsmasq-base unbound iproute2 mount util-linux curl systemd >/dev/null
