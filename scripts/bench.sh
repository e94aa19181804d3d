#!/usr/bin/env bash
# The benchmarks of benches/. Arguments go to the benchmark runner: `scripts/bench.sh decode` runs those with «decode» in their name.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

compgen -G 'benches/*.rs' >/dev/null || fail 'There are no benchmarks in benches/ yet.'
# A benchmark also builds the server, in the place of the release build's: with this it is the same one, which finds its wasm.
export LEPTOS_OUTPUT_NAME=primerka
exec cargo bench --no-default-features --features native,embedded-gateway --bench '*' -- "$@"
