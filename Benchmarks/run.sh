#!/bin/sh
# Builds Pitlane and the benchmark clients, runs the benchmarks beside their Node peers, prints the tables and writes
# results/*.json. Takes about four minutes after the build.
#
#   Benchmarks/run.sh [modules-per-second|save-latency|graph|module-lexer|hot-update]...
#
# hot-update needs Chromium and Caddy, and is only run when it is named (scripts/bench-hot-update.sh does the same).
#
#   PITLANE=PATH          measure this program instead of building one
#   SAVES=N               saves per series (1000)
#   ROUNDS=N              rounds per mode (5)
#   LEXER_SOURCES="NAME=FOLDER …"   more JavaScript for module-lexer
set -eu
here=$(cd "$(dirname "$0")" && pwd)

# Debian's packages put ws here; a private node_modules works too.
NODE_PATH=${NODE_PATH:-/usr/share/nodejs}
export NODE_PATH
if ! command -v node >/dev/null || ! node -e 'require("ws"); require("es-module-lexer")' 2>/dev/null; then
    echo "The peers need Node, ws and es-module-lexer. On Debian: apt-get install nodejs node-ws node-es-module-lexer" >&2
    exit 1
fi

if [ -z "${PITLANE:-}" ]; then
    echo "Building pitlane (release) …"
    "$here/../scripts/build.sh"
    PITLANE=$(cd "$here/.." && pwd)/.build/release/pitlane
fi
export PITLANE

echo "Building the clients (release) …"
(cd "$here" && swift build -c release)
BENCHMARK_BIN=$(cd "$here" && swift build -c release --show-bin-path)
export BENCHMARK_BIN

if [ $# -eq 0 ]; then
    set -- modules-per-second save-latency graph module-lexer
fi
for name in "$@"; do
    echo
    echo "== $name"
    if [ "$name" = hot-update ]; then
        PITLANE_BINARY=$PITLANE "$here/../scripts/bench-hot-update.sh"
    else
        timeout 900 node "$here/$name.mjs"
    fi
done
