#!/usr/bin/env bash
# What test/boot needs: a tree to boot (debootstrap), systemd-nspawn, nsenter, rpmbuild and dpkg-deb.
set -euo pipefail
tools=(debootstrap systemd-nspawn nsenter rpmbuild rpm dpkg-deb)
if command -v "${tools[@]}" >/dev/null && [ "$(command -v "${tools[@]}" | wc -l)" -eq ${#tools[@]} ]; then exit 0; fi
exec "$(dirname "$0")/../install-packages.sh" debootstrap systemd-container util-linux rpm dpkg
