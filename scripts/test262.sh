#!/usr/bin/env bash
# Runs test262's module tests natively over HTTP and through the linker, in the same browser, and compares.
# Usage: scripts/test262.sh CHECKOUT [--browser chromium|firefox] [--urls auto|data|blob] [--only SUBSTRING] [--json FILE]
# CHECKOUT is a working copy of https://github.com/tc39/test262; PITLANE_BINARY the binary (.build/debug/pitlane).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/install.sh
. scripts/python.sh

[ $# -ge 1 ] || fail "give the folder of a test262 checkout (git clone --depth 1 https://github.com/tc39/test262)"
[ -d "$1/test/language" ] && [ -d "$1/harness" ] || fail "$1 is no test262 checkout: there is no test/language or harness in it"
case " $* " in
*" firefox "*) install_packages "firefox-esr: the browser under test" ;;
*) install_packages "chromium: the browser under test" ;;
esac
require_test_python
[ -x "${PITLANE_BINARY:-.build/debug/pitlane}" ] || fail "there is no ${PITLANE_BINARY:-.build/debug/pitlane}; run swift build"
exec "$PYTHON" Tests/Semantics/run.py "$@"
