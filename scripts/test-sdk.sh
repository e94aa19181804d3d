#!/usr/bin/env bash
# Google's own SDKs for JavaScript and Python, unmodified, against the embedded gateway: what they understand, is Google's wire.
# scripts/setup.sh test installs them.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/sdk.sh
. scripts/lib/sdk.sh

export TOKEN=sdk-canary-token KEY=sdk-canary-key
log=target/test-logs/sdk-gateway.log
gateway=

finish() {
    if [ -n "$gateway" ]; then kill "$gateway" 2>/dev/null || true; fi
}
trap finish EXIT

# All that it logs is kept, for scripts/check-secrets.sh.
start_gateway() {
    local _
    mkdir -p target/test-logs
    RUST_LOG=trace NO_COLOR=1 target/debug/primerka gateway --port 0 --token "$TOKEN" --google-key "$KEY" \
        >/dev/null 2>"$log" </dev/null &
    gateway=$!
    for _ in {1..100}; do
        ORIGIN=$(sed -n 's|.*GATEWAY_URL=\(http://[0-9.:]*\)/.*|\1|p' "$log")
        [ -z "$ORIGIN" ] || break
        sleep 0.1
    done
    [ -n "$ORIGIN" ] || fail 'The embedded gateway did not start.' "$(tail -n 5 "$log")"
    export ORIGIN
}

{ has_sdk_javascript && has_sdk_python; } || fail 'The SDKs are not installed.' 'make setup'

# Asked for together with the tests, it is the one that `cargo test` has built.
say 'Building the native binary'
cargo test --quiet --no-run --test black_box --no-default-features --features native,embedded-gateway
start_gateway

failed=
say 'The SDK for JavaScript'
node --test --test-reporter=spec tests/sdk/*.test.mjs || failed=yes
say 'The SDK for Python'
"$SDK_VENV/bin/python" -W ignore -m unittest discover -s tests/sdk || failed=yes
[ -z "$failed" ]
