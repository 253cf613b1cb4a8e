#!/bin/sh
# Installs the Debian/Ubuntu packages that are missing, when it may; else names them and how to get them.
#
#   scripts/install-deps.sh run|test
#
# Fetches the inference engine too. Without it a hub works but for inference, so for "run" that is no failure.
set -eu
cd "$(dirname "$0")/.."

build="libsqlite3-dev zlib1g-dev libjpeg-dev libpng-dev libwebp-dev libgif-dev libtiff-dev liblz4-dev libargon2-dev libsnappy-dev libzstd-dev libcmark-gfm-dev libcmark-gfm-extensions-dev pkg-config git curl"
case ${1:-run} in
    run) wanted="$build python3 python3-venv" ;;
    test) wanted="$build python3 python3-venv openssl procps git-lfs chromium chromium-driver" ;;
    *) echo "usage: scripts/install-deps.sh run|test" >&2; exit 2 ;;
esac

say() { echo "install-deps: $*" >&2; }

engine() {
    scripts/install-onnxruntime.sh >/dev/null || [ "$1" = run ] || exit 1
    exit 0
}

command -v swift >/dev/null || { say "no swift found: install Swift 6.2 or newer (swift.org/install) first"; exit 1; }
command -v dpkg-query >/dev/null || { say "no dpkg here: see to it that these exist: $wanted"; engine "${1:-run}"; }

missing=
for package in $wanted; do
    # A python3 that is not Debian's brings its own venv module.
    if [ "$package" = python3 ] && command -v python3 >/dev/null; then continue; fi
    if [ "$package" = python3-venv ] && python3 -c 'import venv, ensurepip' 2>/dev/null; then continue; fi
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || engine "${1:-run}"

if [ "$(id -u)" = 0 ]; then sudo=
elif sudo -n true 2>/dev/null; then sudo=sudo
else
    say "these packages are missing; install them, then run this again:"
    say "  sudo apt-get install -y$missing"
    exit 1
fi
say "installing$missing"
$sudo apt-get update -qq >&2
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >&2
engine "${1:-run}"
