#!/usr/bin/env bash
# Fails when a target imports one of our modules, or a library that belongs to another target, against the
# direction laid down here. Package.swift states the dependencies too, but a build finds a module that some
# other target has already built even when the importing target does not name it.
set -euo pipefail
cd "$(dirname "$0")/.."

# Target: what it may import of ours, and of the libraries that have one owner.
declare -A allowed=(
    [ModuleProtocol]=""
    [ModuleLexer]=""
    [ModuleGraph]="ModuleProtocol"
    [ModuleLinker]="ModuleProtocol NIOCore"
    [FileWatcher]=""
    [Upstream]="CCurl"
    [WebSocketDeflate]="CZlib NIOCore"
    [ModuleStore]="ModuleProtocol ModuleLexer ModuleGraph ModuleLinker Upstream WebSocketDeflate COpenSSL NIOCore NIOPosix"
    [DevServer]="ModuleProtocol ModuleGraph ModuleLinker ModuleStore FileWatcher Upstream WebSocketDeflate CMalloc NIOCore NIOPosix NIOHTTP1 NIOWebSocket NIOSSL NIOExtras"
    [pitlane]="DevServer ModuleGraph ModuleStore ArgumentParser Yams TOMLKit"
)
# Modules whose use is restricted to the targets that list them above; all others are free.
restricted=" ${!allowed[*]} CCurl COpenSSL CZlib CMalloc NIOCore NIOPosix NIOHTTP1 NIOWebSocket NIOSSL NIOExtras ArgumentParser Yams TOMLKit "
bad=0
checked=0

for folder in Sources/*/; do
    target=$(basename "$folder")
    # System libraries have no Swift files.
    files=$(find "$folder" -name '*.swift')
    [ -n "$files" ] || continue
    if [ -z "${allowed[$target]+known}" ]; then
        echo "Sources/$target: not in the map of scripts/check-dependencies.sh; say what it may import" >&2
        bad=1
        continue
    fi
    while IFS=: read -r file line text; do
        module=$(sed -E 's/^.*import +((struct|class|enum|protocol|func|var|let|typealias) +)?([A-Za-z0-9_]+).*$/\3/' <<<"$text")
        checked=$((checked + 1))
        case $restricted in *" $module "*) ;; *) continue ;; esac
        case " ${allowed[$target]} $target " in *" $module "*) continue ;; esac
        echo "$file:$line: $target must not import $module" >&2
        bad=1
    done < <(grep -nHE '^ *(@[A-Za-z_()]+ +)*((public|package|internal|private|fileprivate) +)?import ' $files || true)
done

[ $bad -eq 0 ] && echo "dependency direction: $checked imports checked"
exit $bad
