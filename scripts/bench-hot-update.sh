#!/usr/bin/env bash
# Measures hot updates in headless Chromium, from the save to the evaluation of the new code, and a branch switch of
# 5,000 modules; writes Benchmarks/results/hot-update.json:
#   bench-hot-update.sh [--saves N] [--switches N]
# Takes up to 3 minutes. See Benchmarks/README.md.
#   PITLANE_BINARY=PATH  measure this program instead of building one
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/install.sh
. scripts/python.sh

install_packages "chromium: runs the pages" "openssl: makes the certificate" "git: switches branches" "node-ws: the peer tells of saves"
require_node "the dev server and the peer"
require_caddy "the way to both"
require_test_python
if [ -z "${PITLANE_BINARY:-}" ]; then
    scripts/build.sh
    export PITLANE_BINARY=.build/release/pitlane
fi
export NODE CADDY
# It keeps its time by itself; this is for a browser that hangs.
exec timeout -k 30 400 "$PYTHON" -B Benchmarks/hot-update/run.py "$@"
