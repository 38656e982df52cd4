#!/usr/bin/env bash
# install-packages.sh PACKAGE...: installs those that are missing (Debian, root). No service that comes with them is started.
set -euo pipefail
missing=()
for package in "$@"; do
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
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; }
# By the lists that are there, which a call before this one has brought up to date; by new ones where they are old or missing.
install 2>/dev/null || { apt-get update -qq && install; }
