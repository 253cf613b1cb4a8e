#!/bin/sh
# What needs no build: format, import rules, shell scripts that parse.
set -eu
cd "$(dirname "$0")/.."

swift format lint --strict --recursive --parallel Sources Tests Migrations Fuzz Package.swift
scripts/check-imports.sh
for script in scripts/*.sh .ci/run; do sh -n "$script"; done
echo "check: ok"
