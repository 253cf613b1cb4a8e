#!/bin/sh
# Builds the two programs with Swift's libraries inside and packs them: dist/vitrine-VERSION-linux-ARCH.tar.gz.
# What is packed is then unpacked elsewhere, started without a Swift toolchain in reach, asked, and stopped.
#
#   scripts/package.sh          VITRINE_BIN names a folder of such binaries that are already built
set -eu
cd "$(dirname "$0")/.."

bin=${VITRINE_BIN:-.build/release}
if [ -z "${VITRINE_BIN:-}" ]; then
    for product in hubd hubctl; do swift build -c release --static-swift-stdlib --product $product; done
fi
version=$(sed -n 's/.*static let text = "\(.*\)"/\1/p' Sources/HubCore/HubVersion.swift)
name=vitrine-$version-linux-$(uname -m)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/$name
mkdir -p "$root/bin" "$root/share/vitrine" "$root/share/doc/vitrine"
for program in hubd hubctl; do
    cp "$bin/$program" "$root/bin/$program"
    strip --strip-debug "$root/bin/$program"
done
cp -R Public "$root/share/vitrine/Public"
cp -R deploy "$root/share/vitrine/deploy"
cp LICENSE README.md CHANGELOG.md SECURITY.md "$root/share/doc/vitrine/"
cp -R docs "$root/share/doc/vitrine/docs"
mkdir -p dist
# The same sources give the same archive: fixed order, owner and time.
when=$(git log -1 --format=%ct 2>/dev/null || echo 0)
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$when" -C "$work" -cf - "$name" | gzip -n -9 >"dist/$name.tar.gz"
(cd dist && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")

scripts/check-package.sh "dist/$name.tar.gz"
ls -l "dist/$name.tar.gz" >&2
