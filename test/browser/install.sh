#!/usr/bin/env bash
# What test/browser needs (Debian): chromium.
set -euo pipefail
[ -x /usr/bin/chromium ] && exit 0
exec "$(dirname "$0")/../install-packages.sh" chromium
