#!/bin/sh
# Enforces the target graph of docs/architecture.md where the compiler does not: who may import what.
#
#   scripts/check-imports.sh [FOLDER]       FOLDER = Sources
# Ends with a self-test on a file that breaks a rule.
set -eu
cd "$(dirname "$0")/.."

check() {
    folder=$1
    bad=0
    # forbid WHERE WHAT WHY: no file below WHERE may import a module that matches WHAT.
    forbid() {
        [ -d "$folder/$1" ] || return 0
        if grep -rnE "^(public |package |@testable |internal )*import ($2)\$" "$folder/$1"; then
            echo "check-imports: $1 must not import these: $3" >&2
            bad=1
        fi
    }
    forbid HubCore 'Hub[A-Z][A-Za-z]*|GRDB|Hummingbird.*|Crypto|NIOPosix|Yams' "values and ports depend on NIOCore only"
    forbid HubStore 'HubBlobs|HubTransfer|HubApp|HubHTTP|Hummingbird.*' "stores do not know one another or what is above"
    forbid HubBlobs 'HubStore|HubTransfer|HubApp|HubHTTP|GRDB|Hummingbird.*' "stores do not know one another or what is above"
    forbid HubTransfer 'HubStore|HubBlobs|HubApp|HubHTTP|GRDB|Hummingbird.*|NIOPosix' "formats do no I/O"
    forbid HubMarkdown 'Hub[A-Z][A-Za-z]*|GRDB|Hummingbird.*|Crypto|NIO[A-Za-z]*|Foundation.*' "text in, HTML out"
    forbid HubVision 'HubStore|HubBlobs|HubTransfer|HubApp|HubHTTP|HubRuntime|COnnxRuntime|GRDB|Hummingbird.*|NIOPosix' "networks and pictures are plain values, the engine a port"
    forbid HubTabular 'HubStore|HubBlobs|HubTransfer|HubVision|HubApp|HubHTTP|GRDB|Hummingbird.*|NIOPosix' "tables are values read through a closure"
    forbid HubRuntime 'HubStore|HubBlobs|HubTransfer|HubApp|HubHTTP|GRDB|Hummingbird.*' "the engine knows graphs and tensors only"
    forbid HubApp 'HubHTTP|GRDB|Hummingbird.*' "use cases know neither SQL nor HTTP"
    forbid HubApp 'HubRuntime|COnnxRuntime' "which engine there is, the programs decide"
    forbid HubHTTP 'GRDB|HubStore|HubBlobs|HubTransfer' "the edge works on use cases only"
    forbid hubctl 'GRDB|HubStore|HubBlobs|HubHTTP|Hummingbird.*' "the CLI talks HTTP in the wire's formats, or to HubApp"
    return $bad
}

check "${1:-Sources}"
[ $# -eq 0 ] || exit 0

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/HubHTTP"
echo 'public import GRDB' >"$scratch/HubHTTP/Bad.swift"
if (check "$scratch") >/dev/null 2>&1; then
    echo "check-imports: the self-test passed a bad file" >&2
    exit 1
fi
