#!/bin/sh
# Checks the browser client's types and runs its unit tests.
set -eu
cd "$(dirname "$0")/.."

if command -v tsc >/dev/null; then
    tsc -p Tests/ClientTests/tsconfig.json
else
    echo "test-client: tsc not found, types not checked (Debian: apt-get install node-typescript)" >&2
fi
NODE_PATH="${NODE_PATH:-/usr/share/nodejs}" node --test Tests/ClientTests/*.test.mjs
