#!/usr/bin/env bash
# What test/docker needs (Debian, root): dockerd and docker, docker-compose, and what the stand-in for the base image is made of.
set -euo pipefail
exec "$(dirname "$0")/../install-packages.sh" \
  docker.io docker-compose iproute2 iptables curl ca-certificates bash findutils binutils gcc g++ make libc6-dev python3
