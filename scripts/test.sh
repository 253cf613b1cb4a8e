#!/bin/sh
# Passes every test: the Swift ones, then the real clients against the hubd that was built.
set -eu
cd "$(dirname "$0")/.."

scripts/check.sh
swift build --build-tests --explicit-target-dependency-import-check error
swift test --skip-build --parallel
python3 Tests/Compat/run.py --hubd .build/debug/hubd --hubctl .build/debug/hubctl
python3 scripts/make-compat-doc.py --check
