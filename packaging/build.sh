#!/usr/bin/env bash
# build.sh [FOLDER [VERSION...]]: packs what was built into FOLDER (dist-packages): what `npm pack` makes, and from it a .deb and a .rpm for
# this architecture, with production dependencies and a Node.js of their own; one of each for every VERSION (that of package.json).
# COMPRESSION is xz, or for a quick try gzip or none. Needs npm, dpkg-deb and rpmbuild.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(realpath -m "${1:-dist-packages}")
shift $(($# > 0))
versions=("$@")
if [ $# -eq 0 ]; then versions=("$(node -p 'require("./package.json").version')"); fi
compression=${COMPRESSION:-xz}
packaging=$PWD/packaging
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$out"
mkdir -p "$out"

npm pack --silent --ignore-scripts --pack-destination "$out" >/dev/null

# The root of a file system, with what is installed and nothing else.
root=$work/root
home=$root/usr/lib/acr-proxy
install -d "$home" "$root/usr/bin" "$root/etc/acr-proxy" "$root/usr/share/doc/acr-proxy"
tar -xzf "$out"/acr-proxy-*.tgz -C "$home" --strip-components=1
cp package-lock.json "$home"
# Scripts would build what is built already; that of the package itself, if there is one, builds what depends on this machine.
npm ci --prefix "$home" --omit=dev --ignore-scripts --silent
npm run --prefix "$home" --if-present --silent install
rm -rf "$home/package-lock.json" "$home"/build/{Makefile,config.gypi,*.mk} "$home"/build/Release/{.deps,obj*}

cp packaging/node/package*.json "$work"
npm ci --prefix "$work" --ignore-scripts --silent
install -m 755 "$work"/node_modules/node-linux-*/bin/node "$home/node"
install -m 644 "$work"/node_modules/node-linux-*/LICENSE "$root/usr/share/doc/acr-proxy/LICENSE.node"

install -m 755 packaging/acr-proxy "$root/usr/bin/acr-proxy"
install -m 640 config/acr-proxy.example.yaml "$root/etc/acr-proxy/acr-proxy.yaml"
install -m 644 LICENSE "$root/usr/share/doc/acr-proxy/copyright"
install -D -m 644 -t "$root/usr/lib/systemd/system" config/systemd/acr-proxy.{service,socket}
install -D -m 644 config/systemd/acr-proxy.sysusers.conf "$root/usr/lib/sysusers.d/acr-proxy.conf"
install -D -m 644 config/systemd/acr-proxy.tmpfiles.conf "$root/usr/lib/tmpfiles.d/acr-proxy.conf"
chmod -R u+rwX,go+rX,go-w "$home"

# Without a compiler there is no addon, and a child tells systemd.
if ! compgen -G "$home/build/Release/splice.node" >/dev/null && ! compgen -G "$home/prebuilds/*/splice.node" >/dev/null; then
  sed -i 's/^NotifyAccess=main$/NotifyAccess=all/' "$root/usr/lib/systemd/system/acr-proxy.service"
fi

# deb VERSION
deb() {
  local architecture tree=$work/deb
  architecture=$(dpkg --print-architecture)
  rm -rf "$tree"
  cp -a --reflink=auto "$root" "$tree"
  install -d "$tree/DEBIAN"
  sed -e "s/@VERSION@/$1/; s/@ARCHITECTURE@/$architecture/; s/@SIZE@/$(du -ks --apparent-size "$root" | cut -f1)/" \
    packaging/control >"$tree/DEBIAN/control"
  echo /etc/acr-proxy/acr-proxy.yaml >"$tree/DEBIAN/conffiles"
  for script in postinst prerm postrm; do
    { echo '#!/bin/sh' && cat packaging/scripts/{steps,"deb-$script"}.sh; } >"$tree/DEBIAN/$script"
    chmod 755 "$tree/DEBIAN/$script"
  done
  dpkg-deb --root-owner-group -Z"$compression" --build "$tree" "$out/acr-proxy_${1}_$architecture.deb" >/dev/null
}

# rpm VERSION
rpm() {
  local -A payload=([xz]=w6T0.xzdio [gzip]=w6.gzdio [none]=w0.ufdio)
  rpmbuild -bb --quiet packaging/acr-proxy.spec \
    --define "_topdir $work/rpm" --define "_rpmdir $out" --define '_rpmfilename %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm' \
    --define "_binary_payload ${payload[$compression]}" \
    --define "package_version $1" --define "root $root" --define "steps $packaging/scripts/steps.sh"
}

for version in "${versions[@]}"; do
  npm pkg set --prefix "$home" --silent "version=$version"
  deb "$version"
  rpm "$version"
done
ls -sh --block-size=M "$out"
