#!/usr/bin/env bash
# Runs everything that CI runs. Installs what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/install.sh
. scripts/python.sh

current=""
trap '[ -z "$current" ] || printf "== %s: FAILED\n" "$current" >&2' EXIT

phase() {
    local begun=$SECONDS
    current=$1
    shift
    printf '\n== %s\n' "$current"
    "$@"
    printf '== %s: ok, %d s\n' "$current" $((SECONDS - begun))
    current=""
}

tools() {
    require_swift
    install_packages "${build_packages[@]}" \
        "chromium: the browser tests" \
        "firefox-esr: the semantics tests in a second engine" \
        "node-es-module-lexer: the module lexer is compared with it" \
        "node-lodash: an unbundled tree for the browser tests" \
        "node-leaflet: another one, with cycles" \
        "node-ws: a foreign WebSocket client" \
        "node-typescript: checks the types of the browser client" \
        "openssl: makes certificates for the TLS tests"
    require_node "the dev server of the tests and the client's unit tests"
    require_caddy "the browser tests go through it"
    require_test_python
}

# A test that hangs ends the run with every thread's stack, instead of CI's patience.
pytests() { "$PYTHON" -m pytest -p no:cacheprovider --timeout 240 --timeout-method thread "$@"; }

phase "tools" tools
phase "lint" scripts/lint.sh
phase "build" swift build --build-tests
phase "unit tests" swift test --skip-build --parallel
phase "fuzz corpus" scripts/fuzz.sh --replay
phase "lexer comparison" scripts/lexer-differential.sh --quick
phase "client unit tests" scripts/test-client.sh
export PITLANE_BINARY=${PITLANE_BINARY:-.build/debug/pitlane}
phase "integration tests" pytests Tests/Integration
phase "browser tests" pytests Tests/Browser
printf '\nAll passed in %d s.\n' $SECONDS
