#!/usr/bin/env bash
# Removes what the other scripts made: builds, the demo's state, the tests' Python environment.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf .build .build-autobahn .build-fuzz .build-lexer .demo .venv-test
find Tests -name __pycache__ -type d -prune -exec rm -rf {} +
