#!/usr/bin/env bash
# Builds all packages into dist-packages/: what `npm pack` makes, and from it a .deb and a .rpm for this architecture, with production
# dependencies and a Node.js of their own. Needs npm, dpkg-deb and rpmbuild.
set -euo pipefail
cd "$(dirname "$0")/.."
# xz for a release; `none` and `gzip` are quick.
compression=${COMPRESSION:-xz}
out=$PWD/dist-packages
packaging=$PWD/packaging
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$out"
mkdir -p "$out"

npm pack --silent --pack-destination "$out" >/dev/null
version=$(node -p 'require("./package.json").version')

# The root of a file system, with what is installed and nothing else.
root=$work/root
home=$root/usr/lib/acr-proxy
install -d "$home" "$root/usr/bin" "$root/etc/acr-proxy" "$root/usr/share/doc/acr-proxy"
tar -xzf "$out/acr-proxy-$version.tgz" -C "$home" --strip-components=1
cp package-lock.json "$home"
# Scripts would build what is built already; that of the package itself, if there is one, builds what depends on this machine.
npm ci --prefix "$home" --omit=dev --ignore-scripts --silent
npm run --prefix "$home" --if-present --silent install
rm "$home/package-lock.json"

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

scripts=$packaging/scripts
architecture=$(dpkg --print-architecture)
control=$work/control
install -d "$control"
sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@SIZE@/$(du -ks --apparent-size "$root" | cut -f1)/" \
  packaging/control >"$control/control"
echo /etc/acr-proxy/acr-proxy.yaml >"$control/conffiles"
for script in postinst prerm postrm; do
  { echo '#!/bin/sh'; cat "$scripts/steps.sh" "$scripts/deb-$script.sh"; } >"$control/$script"
  chmod 755 "$control/$script"
done
cp -a "$root" "$work/deb"
cp -a "$control" "$work/deb/DEBIAN"
dpkg-deb --root-owner-group -Z"$compression" --build "$work/deb" "$out/acr-proxy_${version}_$architecture.deb" >/dev/null

declare -A payload=([xz]=w6T0.xzdio [gzip]=w6.gzdio [none]=w0.ufdio)
rpmbuild -bb --quiet packaging/acr-proxy.spec --define "_topdir $work/rpm" --define "_rpmdir $out" --define "_binary_payload ${payload[$compression]}" \
  --define "_rpmfilename %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm" --define "package_version $version" --define "root $root" --define "steps $scripts/steps.sh"

(cd "$out" && ls -sh --block-size=M)
