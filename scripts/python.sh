# Makes the tests' private Python environment in .venv-test. To be sourced after install.sh.
# shellcheck shell=bash

python_works() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null
}

# Sets PYTHON to the environment's interpreter. Makes it anew when the requirements have changed.
require_test_python() {
    PYTHON=.venv-test/bin/python
    if [ -x "$PYTHON" ] && cmp -s Tests/requirements.txt .venv-test/requirements.txt; then return; fi
    local candidate base=""
    for candidate in python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null && python_works "$candidate"; then
            base=$candidate
            break
        fi
    done
    if [ -z "$base" ]; then
        install_packages "python3-venv: a private environment for the test tools"
        base=/usr/bin/python3
        python_works "$base" || fail "no Python 3.10 or later that can make a virtual environment"
    fi
    rm -rf .venv-test
    "$base" -m venv .venv-test
    "$PYTHON" -m pip install --quiet --disable-pip-version-check -r Tests/requirements.txt
    cp Tests/requirements.txt .venv-test/requirements.txt
}
