#!/usr/bin/env bash
# Loads the example page with a broken upstream, through Pitlane and through the plain chain, and prints how many
# loads failed: flaky-report.sh [LOADS] [SHARE]. Uses the debug build unless PITLANE_BINARY names another.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/install.sh
. scripts/python.sh

require_swift
install_packages "${build_packages[@]}" "chromium: loads the page"
require_node "the example's dev server"
require_caddy "the example's reverse proxy"
require_test_python
if [ -z "${PITLANE_BINARY:-}" ]; then
    swift build --product pitlane
    export PITLANE_BINARY=.build/debug/pitlane
fi
exec "$PYTHON" Tests/Browser/loads.py "$@"
