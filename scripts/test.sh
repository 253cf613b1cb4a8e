#!/bin/sh
# Passes every test: the Swift ones, then the real clients against the hubd that was built.
set -eu
cd "$(dirname "$0")/.."

scripts/check.sh
swift build --build-tests --explicit-target-dependency-import-check error
# One after the other: deadlines of a second mean nothing while dozens of hubs and clients share two cores.
swift test --skip-build --no-parallel
python3 Tests/Compat/run.py --hubd .build/debug/hubd --hubctl .build/debug/hubctl
python3 Tests/Browser/run.py --hubd .build/debug/hubd --hubctl .build/debug/hubctl
python3 Tests/Faults/run.py --hubd .build/debug/hubd --hubctl .build/debug/hubctl --quick
# The page is what the tests found; a stale one says what is not so.
python3 scripts/make-compat-doc.py --check || { echo "docs/hf-compat.md is out of date: run 'make compat-doc' and commit it" >&2; exit 1; }
