#!/usr/bin/env bash
# What building the splice engine and test/native need on Debian: gcc with its sanitizers, make and python3 (node-gyp), valgrind.
set -euo pipefail
tools=(gcc make python3 valgrind)
if [ "$(command -v "${tools[@]}" | wc -l)" -eq ${#tools[@]} ]; then exit 0; fi
exec "$(dirname "$0")/../install-packages.sh" gcc libc6-dev make python3 valgrind
