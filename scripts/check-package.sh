#!/bin/sh
# Unpacks a package elsewhere, starts it without a Swift toolchain in reach, asks it, and stops it.
#
#   scripts/check-package.sh dist/vitrine-VERSION-linux-ARCH.tar.gz
set -eu
work=$(mktemp -d)
hubd=
trap '[ -z "$hubd" ] || kill "$hubd" 2>/dev/null || true; rm -rf "$work"' EXIT
fail() { echo "check-package: $*" >&2; exit 1; }

tar -C "$work" -xzf "$1"
root=$(echo "$work"/*)
for program in hubd hubctl; do
    if ldd "$root/bin/$program" | grep -E 'not found|libswift|libFoundation|libdispatch'; then fail "$program needs the libraries above"; fi
    env -i PATH=/usr/bin:/bin "$root/bin/$program" --version >/dev/null || fail "$program --version failed"
done
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
env -i PATH=/usr/bin:/bin "$root/bin/hubctl" admin user create keeper --data-dir "$work/data" --admin --quiet >"$work/token" || fail "no admin"
(cd / && exec env -i PATH=/usr/bin:/bin "$root/bin/hubd" serve --data-dir "$work/data" --port "$port") >"$work/log" 2>&1 &
hubd=$!
for _ in $(seq 100); do
    curl -fsS "http://127.0.0.1:$port/healthz" >/dev/null 2>&1 && break
    kill -0 "$hubd" 2>/dev/null || { cat "$work/log" >&2; fail "hubd ended"; }
    sleep 0.1
done
curl -fsS "http://127.0.0.1:$port/assets/style.css" >/dev/null || fail "the package has no Public folder"
printf 'hello' >"$work/hello.txt"
mkdir "$work/folder" && mv "$work/hello.txt" "$work/folder/"
HF_ENDPOINT=http://127.0.0.1:$port HF_TOKEN=$(cat "$work/token") HF_HOME=$work/home "$root/bin/hubctl" push "$work/folder" keeper/hello >/dev/null
[ "$(curl -fsS "http://127.0.0.1:$port/keeper/hello/resolve/main/hello.txt")" = hello ] || fail "what was pushed did not come back"
kill -TERM "$hubd"
wait "$hubd" || fail "hubd did not stop cleanly"
hubd=
echo "check-package: $1 is good" >&2
