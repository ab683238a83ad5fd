# Functions that find what a script needs and install what is missing. To be sourced, not run.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# installed PACKAGE: whether Debian's package manager has it.
installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# install_packages "PACKAGE: why it is needed"…: installs those that are missing, or says what to type.
install_packages() {
    local item missing=()
    if ! command -v dpkg-query >/dev/null; then
        say "This is not Debian: make sure that these are installed under the names your system gives them:"
        printf '  %s\n' "$@"
        return
    fi
    for item in "$@"; do
        installed "${item%%:*}" || missing+=("$item")
    done
    [ ${#missing[@]} -eq 0 ] && return

    say "Missing Debian packages:"
    printf '  %s\n' "${missing[@]}"
    local names=("${missing[@]%%:*}") prefix=()
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
            prefix=(sudo)
        else
            say "They can be installed neither as root nor through sudo from here. Type this as root, then try again:"
            say "  apt-get update && apt-get install --no-install-recommends ${names[*]}"
            exit 1
        fi
    fi
    "${prefix[@]}" apt-get update -qq || say "apt-get update failed; trying with the lists at hand"
    "${prefix[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${names[@]}" >/dev/null ||
        fail "apt-get could not install ${names[*]}; its message is above"
}

# What building Pitlane takes beside Swift.
build_packages=(
    "libcurl4-openssl-dev: asks the upstream for modules that are not on disk"
    "libssl-dev: hashes modules"
    "zlib1g-dev: compresses WebSocket messages"
    "pkg-config: tells SwiftPM where these libraries are"
)

require_swift() {
    command -v swift >/dev/null ||
        fail "there is no swift on PATH; install Swift 6.2 or later (https://www.swift.org/install)"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    case $version in
    [0-5].* | 6.0 | 6.1 | "") fail "Swift 6.2 or later is needed, this is ${version:-unknown}" ;;
    esac
}

# node_works COMMAND: whether it is Node 18 or later.
node_works() {
    "$1" -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)' 2>/dev/null
}

# Sets NODE; installs Debian's when there is none that will do.
require_node() {
    NODE=$(command -v node || true)
    if [ -z "$NODE" ] || ! node_works "$NODE"; then
        install_packages "nodejs: $1"
        NODE=/usr/bin/node
        node_works "$NODE" || fail "Node 18 or later is needed for: $1"
    fi
    export NODE
}

# Sets CADDY; installs Debian's when there is none.
require_caddy() {
    if ! command -v caddy >/dev/null; then
        install_packages "caddy: $1"
        if [ -d /run/systemd/system ]; then
            say "Debian's caddy package starts a service on port 80; 'systemctl disable --now caddy' stops it."
        fi
    fi
    CADDY=$(command -v caddy || true)
    [ -n "$CADDY" ] || fail "there is no caddy on PATH, which is needed: $1"
    export CADDY
}
