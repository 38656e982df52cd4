#!/usr/bin/env bash
# What test/browser needs (Debian): chromium.
set -euo pipefail
[ -x /usr/bin/chromium ] && exit 0
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
