#!/usr/bin/env bash
# Compares ModuleLexer with es-module-lexer and V8, file by file.
#
#   scripts/lexer-differential.sh            the JavaScript that this machine's Debian packages ship
#   scripts/lexer-differential.sh --quick    the project's own files, in seconds
#   scripts/lexer-differential.sh FOLDER...  the JavaScript below these folders
set -euo pipefail
cd "$(dirname "$0")/.."
# Debian's packages put es-module-lexer here; a private node_modules works too.
export NODE_PATH=${NODE_PATH:-/usr/share/nodejs}
if ! node -e 'require("es-module-lexer")' 2>/dev/null; then
    echo "The comparison needs Node and es-module-lexer. On Debian: apt-get install nodejs node-es-module-lexer" >&2
    exit 1
fi
case ${1:-} in
    --quick) set -- Tests Sources Benchmarks examples scripts ;;
    "") set -- /usr/share/nodejs /usr/share/javascript Tests/LexerFixtures ;;
esac
swift build --quiet --package-path FuzzTesting --scratch-path .build-lexer -c release --product lexer-json >&2
NODE_NO_WARNINGS=1 timeout 900 \
    node --experimental-vm-modules scripts/lexer-differential.mjs .build-lexer/release/lexer-json "$@"
