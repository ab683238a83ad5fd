#!/usr/bin/env bash
# Formats the Swift sources in place, with the settings of .swift-format.
set -euo pipefail
cd "$(dirname "$0")/.."
folders=(Sources Tests Package.swift)
[ -d Benchmarks ] && folders+=(Benchmarks FuzzTesting)
exec swift format --in-place --parallel --recursive "${folders[@]}"
