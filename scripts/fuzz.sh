#!/usr/bin/env bash
# Fuzzes ModuleLexer with libFuzzer and the address sanitizer.
#
#   scripts/fuzz.sh --replay    only runs what is in the corpus: seconds after the build
#   scripts/fuzz.sh [SECONDS]   looks for new inputs (60 seconds); a failure is written to FuzzTesting/failures
#
# An input that failed belongs, once it is fixed, in FuzzTesting/Corpus/module-lexer.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
# Assertions stay on, as in debug builds: they are what a broken invariant shows up in first.
flags=(-c release -Xswiftc -sanitize=fuzzer,address -Xswiftc -assert-config -Xswiftc Debug)
build=(swift build --quiet --package-path FuzzTesting --scratch-path .build-fuzz --product fuzz-module-lexer "${flags[@]}")
timeout 600 "${build[@]}"
fuzzer=.build-fuzz/release/fuzz-module-lexer
corpus=FuzzTesting/Corpus/module-lexer
# A hang is an input that takes longer than this many seconds.
options=(-timeout=10 -rss_limit_mb=4096)

if [ "$seconds" = --replay ]; then
    # Every input once, as libFuzzer does with files it is given by name.
    find "$corpus" -type f -print0 | sort -z | xargs -0 timeout 100 "$fuzzer" "${options[@]}" >.build-fuzz/replay.log 2>&1 || {
        tail -n 40 .build-fuzz/replay.log >&2
        exit 1
    }
    echo "fuzz corpus: $(find "$corpus" -type f | wc -l) inputs replayed"
    exit
fi
mkdir -p FuzzTesting/failures .build-fuzz/corpus
timeout $((seconds + 60)) "$fuzzer" "${options[@]}" -max_total_time="$seconds" -max_len=2048 \
    -dict=FuzzTesting/module-lexer.dict -artifact_prefix=FuzzTesting/failures/ .build-fuzz/corpus "$corpus"
