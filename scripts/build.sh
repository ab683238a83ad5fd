#!/usr/bin/env bash
# Builds the release binary: .build/release/pitlane, with Swift's libraries inside.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/install.sh

require_swift
install_packages "${build_packages[@]}"
swift build -c release --static-swift-stdlib --product pitlane
