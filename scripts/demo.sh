#!/usr/bin/env bash
# Starts the example stack: Caddy in front of Pitlane and a flaky dev server. Ctrl-C ends all three.
#   PITLANE_BINARY=PATH  use this binary, build none
#   FLAKY=R SEED=N       share of broken module responses (0.3) and their seed (1)
#   HTTPS_PORT HTTP_PORT PITLANE_PORT DEV_PORT   where to start looking for free ports
#   DEMO_ONCE=1          check that the page answers, print its URL, end
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/install.sh

stack=examples/caddy-stack
state=$PWD/.demo
mkdir -p "$state"

require_node "the example's dev server"
require_caddy "the example's reverse proxy"
if [ -z "${PITLANE_BINARY:-}" ]; then
    say "Building pitlane (the first time takes some minutes) …"
    scripts/build.sh
    PITLANE_BINARY=.build/release/pitlane
fi
[ -x "$PITLANE_BINARY" ] || fail "there is no binary $PITLANE_BINARY"

pids=()
stop() {
    trap - EXIT INT TERM
    [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
}
trap stop EXIT
trap 'stop; exit 0' INT TERM

in_use() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || (exec 3<>"/dev/tcp/::1/$1") 2>/dev/null
}

# free_port NAME FROM: the first port from FROM on that nothing listens on.
free_port() {
    local port=$2
    while in_use "$port"; do
        port=$((port + 1))
        [ "$port" -lt $(($2 + 50)) ] || fail "no free port between $2 and $port for $1; set $1"
    done
    [ "$port" = "$2" ] || say "Port $2 is in use: $1 is $port." >&2
    printf '%s' "$port"
}

# start NAME COMMAND…: in the background, with its log in $state.
start() {
    local name=$1
    shift
    "$@" </dev/null >"$state/$name.log" 2>&1 &
    pids+=($!)
    last=$!
}

# until_answers NAME URL: waits for URL to answer with a success.
until_answers() {
    local deadline=$((SECONDS + 60))
    until "$NODE" scripts/probe.mjs "$2" 2>/dev/null; do
        if ! kill -0 "$last" 2>/dev/null; then
            cat "$state/$1.log" >&2
            fail "$1 ended; its output is above"
        fi
        [ "$SECONDS" -lt "$deadline" ] || fail "$1 does not answer at $2; its log is $state/$1.log"
        sleep 0.1
    done
}

DEV_PORT=$(free_port DEV_PORT "${DEV_PORT:-3000}")
start dev-server "$NODE" "$stack/dev-server.mjs" --port "$DEV_PORT" --flaky "${FLAKY:-0.3}" --seed "${SEED:-1}"
until_answers dev-server "http://127.0.0.1:$DEV_PORT/"

PITLANE_PORT=$(free_port PITLANE_PORT "${PITLANE_PORT:-8889}")
start pitlane "$PITLANE_BINARY" --root "$stack/app" --upstream "http://127.0.0.1:$DEV_PORT" \
    --listen "127.0.0.1:$PITLANE_PORT"
pitlane_pid=$last
until_answers pitlane "http://127.0.0.1:$PITLANE_PORT/@pitlane/healthz"

HTTPS_PORT=$(free_port HTTPS_PORT "${HTTPS_PORT:-8443}")
HTTP_PORT=$(free_port HTTP_PORT "${HTTP_PORT:-8080}")
BIND=127.0.0.1
# Browsers try ::1 first for localhost.
if grep -q '^0*1 ' /proc/net/if_inet6 2>/dev/null; then BIND="127.0.0.1 [::1]"; fi
export HTTPS_PORT HTTP_PORT PITLANE_PORT DEV_PORT BIND CADDY_STORAGE="$state/caddy"
start caddy env XDG_CONFIG_HOME="$state/config" XDG_DATA_HOME="$state/data" \
    "$CADDY" run --config "$stack/Caddyfile" --adapter caddyfile
until_answers caddy "https://localhost:$HTTPS_PORT/@pitlane/client.js"

cat <<TEXT

  https://localhost:$HTTPS_PORT    the page behind Caddy (the browser warns about the certificate, see below)
  http://localhost:$HTTP_PORT     the same without TLS

  pitlane     127.0.0.1:$PITLANE_PORT  process $pitlane_pid; stop it and reload to see the plain chain
  dev server  127.0.0.1:$DEV_PORT  breaks ${FLAKY:-0.3} of its module responses
  logs        .demo/*.log

The certificate comes from Caddy's own authority in .demo/caddy; nothing was added to the system. Accept the
warning, or use http, or try: curl --cacert .demo/caddy/pki/authorities/local/root.crt https://localhost:$HTTPS_PORT/
TEXT

if [ "${DEMO_ONCE:-}" = 1 ]; then
    "$NODE" scripts/probe.mjs "https://localhost:$HTTPS_PORT/" "/@pitlane/client.js"
    say "The page answers."
    exit 0
fi
say "
Save a file in $stack/app to see the page follow. Ctrl-C ends everything."
# Pitlane may be stopped on purpose; the demo goes on until it is interrupted.
wait
