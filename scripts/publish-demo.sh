#!/bin/sh
# Publishes the demo repos of Fixtures/repos through the hub's own client.
#
#   scripts/publish-demo.sh HUBCTL ENDPOINT NAMESPACE TOKEN
set -eu

hubctl=$1 endpoint=$2 namespace=$3 token=$4
root=$(cd "$(dirname "$0")/.." && pwd)
for folder in "$root"/Fixtures/repos/*/; do
    name=$(basename "$folder")
    # A dataset's card says what its files are for; a model's never does.
    if grep -qE '^(task_categories|configs|dataset_info|size_categories):' "$folder/README.md"; then type=dataset; else type=model; fi
    HF_ENDPOINT=$endpoint HF_TOKEN=$token "$hubctl" push "$folder" "$namespace/$name" --type "$type" --quiet >/dev/null
    echo "published $type $namespace/$name" >&2
done
