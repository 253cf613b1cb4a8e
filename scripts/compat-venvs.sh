#!/bin/sh
# Makes the Python environments of Tests/Compat, outside the checkout, and prints where they are.
#
#   scripts/compat-venvs.sh [NAME…]        NAME = hub036 | hub1 | signon | openapi | full | browser; all but browser when none is given
#
# An environment's folder carries the hash of its requirements file, so a changed file makes a new environment and an
# unchanged one is used again at once. A folder without its `.complete` marker is the rest of an interrupted run and is
# made anew (the scripts in an environment name its path, so it cannot be built elsewhere and moved into place).
# stdout: one line `NAME PATH` for each environment; everything else goes to stderr.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cache=${VITRINE_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vitrine}/venvs
python=${PYTHON:-python3}

say() { echo "compat-venvs: $*" >&2; }

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { say "$python is older than 3.10"; exit 1; }
"$python" -c 'import venv, ensurepip' 2>/dev/null || { say "$python has no venv module (apt-get install python3-venv)"; exit 1; }
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')

# Registries and proxies have bad moments: three tries, each with pip's own retries.
install() {
    for try in 1 2 3; do
        if "$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --retries 5 --timeout 60 \
            ${3:-} --requirement "$2" >&2; then
            return 0
        fi
        say "try $try failed"
        sleep $((try * 3))
    done
    return 1
}

mkdir -p "$cache"
for name in ${*:-hub036 hub1 signon openapi full}; do
    requirements=$root/Tests/Compat/requirements/$name.txt options=
    # Complete by itself: what its packages ask for besides is another browser driver.
    if [ "$name" = browser ]; then requirements=$root/Tests/Browser/requirements.txt options=--no-deps; fi
    [ -f "$requirements" ] || { say "no such environment: $name"; exit 1; }
    hash=$( { echo "$version"; cat "$requirements"; } | sha256sum | cut -c1-12)
    folder=$cache/$name-$hash
    # One maker at a time; a second run waits and then finds the marker.
    exec 9>"$cache/.$name.lock"
    flock 9
    if [ -f "$folder/.complete" ]; then
        say "$name is there"
    else
        say "making $name in $folder (a few minutes the first time)"
        rm -rf "$folder"
        "$python" -m venv "$folder"
        install "$folder" "$requirements" $options || { say "$name could not be installed"; exit 1; }
        if [ "$name" = full ]; then
            # Where pip finds a torch without CUDA, torchvision's compiled operators do not load.
            if ! "$folder/bin/python" -c 'import torchvision' 2>/dev/null; then
                say "torchvision does not match this torch: doing without its compiled operators"
                packages=$("$folder/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
                cp "$root/Tests/Compat/support/torchvision_without_ops.py" "$packages/vitrine_torchvision_without_ops.py"
                echo 'import vitrine_torchvision_without_ops' >"$packages/vitrine_torchvision.pth"
            fi
            "$folder/bin/python" -c 'import torchvision, timm, datasets; from transformers import AutoImageProcessor, Trainer; from diffusers import DDPMPipeline' \
                || { say "$name is installed but cannot be imported"; exit 1; }
        fi
        : >"$folder/.complete"
    fi
    exec 9>&-
    echo "$name $folder"
done
