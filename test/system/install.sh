#!/usr/bin/env bash
# What test/system needs: dnsmasq, unbound, ip (iproute2), mount and unshare (mount, util-linux), curl, iptables of both kinds, nft,
# kubectl, promtool (prometheus), perl, systemd's tools.
set -euo pipefail
tools=(dnsmasq unbound unbound-checkconf ip mount unshare curl iptables iptables-legacy nft kubectl promtool perl systemd-notify systemd-socket-activate systemd-analyze)
if command -v "${tools[@]}" >/dev/null && [ "$(command -v "${tools[@]}" | wc -l)" -eq ${#tools[@]} ]; then exit 0; fi

install=$(dirname "$0")/../install-packages.sh
"$install" dnsmasq-base unbound iproute2 mount util-linux curl iptables nftables prometheus perl systemd
if command -v kubectl >/dev/null || "$install" kubectl >/dev/null 2>&1; then exit 0; fi

# Debian 13 has kubectl. That of Debian 12, in kubernetes-client, is of 2021 and knows no components: there, take the program of 13.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/lists" "$work/cache"
echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main' >"$work/sources"
trixie=(-o "Dir::Etc::SourceList=$work/sources" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache")
apt-get "${trixie[@]}" update -qq
(cd "$work" && apt-get "${trixie[@]}" download -qq kubectl/trixie)
dpkg-deb --extract "$work"/kubectl_*.deb "$work/root"
install "$work/root/usr/bin/kubectl" /usr/local/bin/kubectl
