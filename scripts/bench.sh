#!/usr/bin/env bash
# Every benchmark, beside its peers in the same run; see Benchmarks/README.md.
set -euo pipefail
exec "$(dirname "$0")/../Benchmarks/run.sh" "$@"
