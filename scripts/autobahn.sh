#!/usr/bin/env bash
# Runs the Autobahn WebSocket test suite (classes 1–7, 9, 10, 12, 13) against the tests' echo server and fails
# unless every case is OK. Takes 10 to 40 minutes; the report stays in .build-autobahn/report*/index.html.
#   scripts/autobahn.sh [--echo-server PATH]
#   ECHO_SERVER=PATH            use this binary, build none
#   AUTOBAHN_CASES="6.4.* 9.*"  only these cases
#   PYTHON27=PATH               the Python 2.7 to use
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/install.sh

state=$PWD/.build-autobahn
echo_server=${ECHO_SERVER:-}
while [ $# -gt 0 ]; do
    case $1 in
    --echo-server) echo_server=${2:?--echo-server needs a path} && shift 2 ;;
    *) fail "usage: scripts/autobahn.sh [--echo-server PATH]" ;;
    esac
done

# The last set of versions that runs on Python 2.7, which the suite needs.
pins=(
    setuptools==44.0.0 autobahntestsuite==25.10.1 autobahn==0.10.9 Twisted==19.10.0 cryptography==3.3.2
    pyOpenSSL==19.1.0 zope.interface==4.6.0 klein==17.10.0 Werkzeug==1.0.1
)
virtualenv_pin=virtualenv==20.15.1

# A name on PATH may be a wrapper that only says "not installed".
is_python27() { "$1" -c 'import sys, pip; sys.exit(sys.version_info[:2] != (2, 7))' >/dev/null 2>&1; }
find_python27() {
    local candidate
    for candidate in "${PYTHON27:-}" python2.7 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/2.7*/bin/python2.7; do
        if [ -n "$candidate" ] && is_python27 "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}
if ! python=$(find_python27); then
    say "skipped: the Autobahn test suite needs Python 2.7 with pip, and there is none"
    say "  (pyenv install 2.7.18 builds one; PYTHON27=PATH names another)"
    exit 0
fi

venv=$state/venv
stamp="$python ${pins[*]}"
if [ "$(cat "$state/stamp" 2>/dev/null)" != "$stamp" ]; then
    say "Installing the test suite into ${venv#"$PWD/"} …"
    rm -rf "$state" && mkdir -p "$state"
    {
        "$python" -m pip install --quiet --target "$state/bootstrap" "$virtualenv_pin" &&
            PYTHONPATH=$state/bootstrap "$python" -m virtualenv --quiet "$venv" &&
            "$venv/bin/pip" install --quiet "${pins[0]}" &&
            "$venv/bin/pip" install --quiet "${pins[@]}"
    } >"$state/install.log" 2>&1 || {
        tail -20 "$state/install.log" >&2
        fail "the test suite cannot be installed (all of it: .build-autobahn/install.log)"
    }
    printf '%s\n' "$stamp" >"$state/stamp"
fi

if [ -z "$echo_server" ]; then
    require_swift
    install_packages "${build_packages[@]}"
    swift build -c release --product echo-server
    echo_server=$(swift build -c release --show-bin-path)/echo-server
fi
[ -x "$echo_server" ] || fail "there is no binary $echo_server"

pids=()
stop() { [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true; }
trap stop EXIT
rm -rf "$state"/report*
mkfifo "$state/port.$$"
"$echo_server" --port 0 >"$state/port.$$" &
server=$!
pids+=("$server")
read -r -t 20 port <"$state/port.$$" || fail "the echo server did not start"
rm -f "$state/port.$$"

# run_suite NAME CASE…: one run of the suite in the background.
run_suite() {
    local name=$1 cases
    shift
    cases=$(printf '"%s",' "$@")
    cat >"$state/spec-$name.json" <<SPEC
{"outdir": "$state/report-$name", "cases": [${cases%,}], "exclude-cases": [], "exclude-agent-cases": {},
 "servers": [{"agent": "pitlane", "url": "ws://127.0.0.1:$port"}]}
SPEC
    "$venv/bin/wstest" -m fuzzingclient -s "$state/spec-$name.json" >"$state/wstest-$name.log" 2>&1 &
    pids+=("$!")
}
await_suites() {
    local pid
    for pid in "${pids[@]}"; do
        [ "$pid" = "$server" ] || wait "$pid" || fail "the suite itself failed; see .build-autobahn/wstest-*.log"
    done
    pids=("$server")
}

if [ -n "${AUTOBAHN_CASES:-}" ]; then
    read -r -a chosen <<<"$AUTOBAHN_CASES"
    run_suite chosen "${chosen[@]}"
else
    chosen=("1.*" "2.*" "3.*" "4.*" "5.*" "6.*" "7.*" "9.*" "10.*" "12.*" "13.*")
    say "Running classes 1–7, 9, 10 …"
    # Some of these cases wait for one second only, so they run by themselves.
    run_suite protocol "${chosen[@]:0:9}"
    await_suites
    say "Running classes 12, 13 (compression; takes 10 to 40 minutes, nearly all of it in the suite) …"
    run_suite compression-12 "12.*"
    run_suite compression-13 "13.*"
fi
await_suites
kill -0 "$server" 2>/dev/null || fail "the echo server died"
"$venv/bin/python" scripts/autobahn-summary.py "$state" "${chosen[@]}"
