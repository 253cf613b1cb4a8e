# Everything a person or CI runs here; each target is one line, the work is in scripts/.
.PHONY: run test check format build release swift-test compat compat-doc fuzz package

run: deps-run ; scripts/run.sh
test: deps-test ; scripts/test.sh

deps-run: ; @scripts/install-deps.sh run
deps-test: ; @scripts/install-deps.sh test

check: ; scripts/check.sh
format: ; swift format --in-place --recursive --parallel Sources Tests Migrations Fuzz Package.swift
build: deps-run ; swift build
release: deps-run ; swift build -c release
swift-test: deps-test ; swift test
compat: build ; Tests/Compat/run.py --hubd .build/debug/hubd --hubctl .build/debug/hubctl
compat-doc: ; scripts/make-compat-doc.py
fuzz: deps-run ; scripts/fuzz.sh
package: deps-run ; scripts/package.sh
