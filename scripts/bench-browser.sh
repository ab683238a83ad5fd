#!/usr/bin/env bash
# Measures page loads in a browser and writes Benchmarks/results/browser*.json and docs/browser-load.svg:
#   bench-browser.sh [--quick] [--browser firefox] [--code NAME=FOLDER:ENTRY]...
# Takes up to 15 minutes, with --quick up to 4. See Benchmarks/README.md.
#   PITLANE_BINARY=PATH  measure this program instead of building one
#   BENCH_CODE=…         the real code bases, as for --code, separated by spaces
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/install.sh
. scripts/python.sh

browser="chromium: loads the pages"
[[ " $* " == *firefox* ]] && browser="firefox-esr: loads the pages"
install_packages "$browser" "esbuild: bundles them, for the floor" "openssl: makes the certificate"
require_node "the dev server"
require_caddy "the HTTP chain"
require_test_python
if [ -z "${PITLANE_BINARY:-}" ]; then
    scripts/build.sh
    export PITLANE_BINARY=.build/release/pitlane
fi
export NODE CADDY
# It keeps its time by itself; this is for a browser that hangs.
exec timeout -k 30 1200 "$PYTHON" -B Benchmarks/browser/run.py "$@"
