#!/usr/bin/env bash
# Raises the limit of descriptors as far as it may, and soaks: see soak.ts for the options.
set -euo pipefail
cd "$(dirname "$0")/../.."
ulimit -n 100000 2>/dev/null || ulimit -n "$(ulimit -Hn)"
exec node dist/test/soak/soak.js "$@"
