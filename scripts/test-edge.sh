#!/usr/bin/env bash
# The edge build, run as Cloudflare would run it: compiled to wasm, bound for the web, called by the tests of tests/edge/ under Node.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

say 'Building for the edge (wasm)'
cargo build --lib --target wasm32-unknown-unknown --no-default-features --features edge
wasm-bindgen --target web --out-dir target/edge --out-name primerka target/wasm32-unknown-unknown/debug/primerka.wasm

# The tests start its embedded gateway. Asked for together with the tests, it is the one that `cargo test` has built.
say 'Building the native binary beside it'
cargo test --quiet --no-run --test black_box --no-default-features --features native,embedded-gateway

say 'Tests of the edge build'
shopt -s nullglob
tests=(tests/edge/*.test.mjs)
[ ${#tests[@]} -gt 0 ] || fail 'tests/edge/ has no *.test.mjs.'
exec node --test --test-reporter=spec "${tests[@]}"
