#!/usr/bin/env bash
# A million requests, each admitted or refused exactly as the GCRA model says, by the counters in SQL as by those in memory.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

export PROVE_ARRIVALS=${1:-1000000}
started=$SECONDS
cargo test --quiet --no-default-features --features native,embedded-gateway,otel --test black_box \
    requests_are_admitted_exactly_as_the_model_says >&2 || fail 'A request was not admitted as the model says.'
echo "$(date -u +%F): $PROVE_ARRIVALS arrivals in SQL and 1000000 in memory admitted exactly as GCRA says, $((SECONDS - started)) s"
