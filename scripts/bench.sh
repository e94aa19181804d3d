#!/usr/bin/env bash
# The benchmarks of benches/. Arguments go to the benchmark runner: `scripts/bench.sh decode` runs those with «decode» in their name.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

compgen -G 'benches/*.rs' >/dev/null || fail 'There are no benchmarks in benches/ yet.'
exec cargo bench --no-default-features --features native,embedded-gateway --bench '*' -- "$@"
