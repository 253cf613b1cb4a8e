#!/bin/sh
# Fuzzes what takes bytes from outside, each target for some seconds, beginning with its committed corpus.
#
#   scripts/fuzz.sh [SECONDS [TARGET...]]      60 seconds of every target unless told
#
# New inputs go to .build-fuzz/corpus/TARGET; what crashes a target is kept as .build-fuzz/crash-*, and the exit code is 1.
set -eu
cd "$(dirname "$0")/.."
export HUB_FUZZ=1
seconds=${1:-60}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- $(ls Fuzz/Corpus)
swift build --sanitize fuzzer --scratch-path .build-fuzz --product hub-fuzz -Xswiftc -enable-testing
failed=0
for target in "$@"; do
    mkdir -p ".build-fuzz/corpus/$target"
    echo "== $target for $seconds s"
    HUB_FUZZ_TARGET=$target .build-fuzz/debug/hub-fuzz -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix=".build-fuzz/crash-$target-" -print_final_stats=1 \
        ".build-fuzz/corpus/$target" "Fuzz/Corpus/$target" >".build-fuzz/$target.log" 2>&1 \
        || { failed=1; tail -30 ".build-fuzz/$target.log"; }
    grep -E 'stat::(number_of_executed_units|new_units_added|peak_rss_mb)' ".build-fuzz/$target.log" || true
done
exit $failed
