#!/bin/sh
# Fetches the inference engine, ONNX Runtime, and prints the path of its library.
#
#   scripts/install-onnxruntime.sh
#
# The library lies in the project's own Python wheel, which is the one build that a Debian user can get; pip checks it
# against the hashes below. Nothing of Python is used at run time. Without the library the hub works, inference apart.
set -eu

version=1.32.0
# The wheels for x86-64 Linux, aarch64 Linux and arm64 macOS. The library within is the same for every Python.
hashes="5a34fc4dfeb5a7b4a74c95dcba1e773d722abda720b474edf1b0c419dc6d163d
2303372a85299b6757b0e11e1cbf13e410ddf7e10c37f4b37e99d1c90e7daf7c
366b9e53d07812cc5c92822cecf7563b76a8a0f32ba3bb8dd232a206ac3bcb6c"

folder=${VITRINE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vitrine}/onnxruntime/$version
say() { echo "install-onnxruntime: $*" >&2; }

case $(uname -s)-$(uname -m) in
    Linux-x86_64 | Linux-amd64) platform=manylinux_2_28_x86_64 library=libonnxruntime.so.$version ;;
    Linux-aarch64 | Linux-arm64) platform=manylinux_2_28_aarch64 library=libonnxruntime.so.$version ;;
    Darwin-arm64) platform=macosx_14_0_arm64 library=libonnxruntime.$version.dylib ;;
    *) say "no build of ONNX Runtime $version is known for $(uname -s) on $(uname -m)"; exit 1 ;;
esac

if [ -s "$folder/$library" ]; then
    echo "$folder/$library"
    exit 0
fi

python=${PYTHON:-python3}
command -v "$python" >/dev/null || { say "python3 is needed to fetch the library (apt-get install python3-venv)"; exit 1; }

mkdir -p "$(dirname "$folder")"
scratch=$(mktemp -d "$(dirname "$folder")/fetch.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# A system's python3 may come without pip; an environment of its own has one.
if ! "$python" -m pip --version >/dev/null 2>&1; then
    "$python" -m venv "$scratch/venv" || { say "neither pip nor venv (apt-get install python3-venv)"; exit 1; }
    python=$scratch/venv/bin/python
fi

{
    printf 'onnxruntime==%s' "$version"
    for hash in $hashes; do printf ' --hash=sha256:%s' "$hash"; done
    echo
} >"$scratch/requirements.txt"

# Registries and proxies have bad moments: three tries, each with pip's own retries.
fetched=
for try in 1 2 3; do
    if "$python" -m pip download --quiet --disable-pip-version-check --no-input --retries 5 --timeout 60 \
        --no-deps --require-hashes --only-binary=:all: --implementation cp --python-version 3.11 --abi cp311 \
        --platform "$platform" \
        --dest "$scratch/wheel" --requirement "$scratch/requirements.txt" >&2; then
        fetched=yes
        break
    fi
    say "try $try failed"
    sleep $((try * 3))
done
[ -n "$fetched" ] || { say "could not fetch the wheel; inference will answer that it is unsupported"; exit 1; }

mkdir "$scratch/library"
"$python" - "$scratch/wheel" "$scratch/library" "$library" <<'END'
import pathlib, shutil, sys, zipfile
wheels, folder, library = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
with zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel:
    for member in (f"onnxruntime/capi/{library}", "onnxruntime/LICENSE", "onnxruntime/ThirdPartyNotices.txt"):
        with wheel.open(member) as source, open(folder / member.rsplit("/", 1)[1], "wb") as target:
            shutil.copyfileobj(source, target)
END
# Another run may have been faster; its library is the same.
mkdir -p "$folder"
for file in "$scratch"/library/*; do mv -f "$file" "$folder/"; done
echo "$folder/$library"
