#!/usr/bin/env bash
# Formatting (any deviation is an error), the direction of the targets' dependencies, shell syntax.
set -euo pipefail
cd "$(dirname "$0")/.."
folders=(Sources Tests Package.swift)
[ -d Benchmarks ] && folders+=(Benchmarks FuzzTesting)
swift format lint --strict --parallel --recursive "${folders[@]}"
scripts/check-dependencies.sh
for script in scripts/*.sh; do bash -n "$script"; done
