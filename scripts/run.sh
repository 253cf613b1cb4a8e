#!/bin/sh
# Builds a release hub and serves ./data with it; on the first start makes the admin and publishes the demo repos.
#
#   scripts/run.sh          VITRINE_DATA, VITRINE_HOST, VITRINE_PORT, VITRINE_ADMIN set other values
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
data=${VITRINE_DATA:-./data}
host=${VITRINE_HOST:-127.0.0.1}
port=${VITRINE_PORT:-8080}
admin=${VITRINE_ADMIN:-hubadmin}
bin=${VITRINE_BIN:-.build/release}

if [ -z "${VITRINE_BIN:-}" ]; then
    echo "Building (release; the first time takes some ten minutes) ..." >&2
    swift build -c release --product hubd
    swift build -c release --product hubctl
fi

first=
[ -e "$data/hub.sqlite3" ] || first=yes
mkdir -p "$data"
token=
if [ -n "$first" ]; then
    token=$("$bin/hubctl" admin user create "$admin" --data-dir "$data" --admin --quiet)
fi

"$bin/hubd" serve --data-dir "$data" --host "$host" --port "$port" &
hubd=$!
trap 'kill -TERM $hubd 2>/dev/null; wait $hubd' INT TERM
for _ in $(seq 100); do
    curl -fsS "http://$host:$port/healthz" >/dev/null 2>&1 && break
    kill -0 $hubd 2>/dev/null || { wait $hubd; exit $?; }
    sleep 0.1
done

if [ -n "$first" ]; then
    "$root/scripts/publish-demo.sh" "$bin/hubctl" "http://$host:$port" "$admin" "$token"
    cat >&2 <<END

The hub is at http://$host:$port. The first admin is '$admin'; its token is shown this once:

    $token

Try:  curl 'http://$host:$port/api/models?pipeline_tag=image-classification'
      curl http://$host:$port/models/$admin/efficientnet_lite0 --data-binary @Fixtures/vision/_images/chelsea.png
      HF_ENDPOINT=http://$host:$port HF_TOKEN=$token hf upload $admin/my-model ./folder

END
fi
wait $hubd
