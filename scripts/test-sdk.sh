#!/usr/bin/env bash
# Google's own SDKs for JavaScript and Python, unmodified, against the embedded gateway: what they understand, is Google's wire.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/system.sh
. scripts/lib/system.sh

export TOKEN=sdk-canary-token KEY=sdk-canary-key
venv=$CACHE/sdk-python
log=target/test-logs/sdk-gateway.log
gateway=

finish() {
    if [ -n "$gateway" ]; then kill "$gateway" 2>/dev/null || true; fi
}
trap finish EXIT

# What is installed is told by a stamp: it changes with what is asked for.
install_javascript() {
    local wanted
    wanted=$(git hash-object tests/sdk/package.json tests/sdk/package-lock.json)
    [ "$(cat tests/sdk/node_modules/.primerka 2>/dev/null)" != "$wanted" ] || return 0
    say 'The SDK for JavaScript, from npm (10 seconds)'
    quietly sdk-npm npm --prefix tests/sdk ci --ignore-scripts --no-audit --no-fund --loglevel=error ||
        fail 'The npm packages of tests/sdk/ could not be installed.' 'Is the network there? Then run this again.'
    echo "$wanted" >tests/sdk/node_modules/.primerka
}

install_python() {
    local wanted
    wanted=$(git hash-object tests/sdk/requirements.txt)
    [ "$(cat "$venv/.primerka" 2>/dev/null)" != "$wanted" ] || [ ! -x "$venv/bin/python" ] || return 0
    say 'The SDK for Python, into an environment of its own (30 seconds)'
    rm -rf "$venv"
    # A bare Debian has no Python, or one without ensurepip.
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then install_packages python3 python3-venv || true; fi
    quietly sdk-venv python3 -m venv "$venv" ||
        fail 'Python 3 with venv is needed.' 'Debian: apt-get install python3-venv' 'then run this again.'
    quietly sdk-pip "$venv/bin/python" -m pip install --disable-pip-version-check -r tests/sdk/requirements.txt ||
        fail 'The Python packages of tests/sdk/ could not be installed.' 'Is the network there? Then run this again.'
    echo "$wanted" >"$venv/.primerka"
}

start_gateway() {
    local _
    mkdir -p target/test-logs
    target/debug/primerka gateway --port 0 --token "$TOKEN" --google-key "$KEY" >/dev/null 2>"$log" </dev/null &
    gateway=$!
    for _ in {1..100}; do
        ORIGIN=$(sed $'s/\x1b\\[[0-9;]*m//g' "$log" | sed -n 's|.*GATEWAY_URL=\(http://[0-9.:]*\)/.*|\1|p')
        [ -z "$ORIGIN" ] || break
        sleep 0.1
    done
    [ -n "$ORIGIN" ] || fail 'The embedded gateway did not start.' "$(tail -n 5 "$log")"
    export ORIGIN
}

install_javascript
install_python

# Asked for together with the tests, it is the one that `cargo test` has built.
say 'Building the native binary'
cargo test --quiet --no-run --test black_box --no-default-features --features native,embedded-gateway
start_gateway

failed=
say 'The SDK for JavaScript'
node --test --test-reporter=spec tests/sdk/*.test.mjs || failed=yes
say 'The SDK for Python'
"$venv/bin/python" -W ignore -m unittest discover -s tests/sdk || failed=yes
[ -z "$failed" ]
