#!/usr/bin/env bash
# The long proofs, which are too slow for `make test`. Each writes a report to docs/proofs/.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

mkdir -p docs/proofs

# prove NAME COMMAND…
prove() {
    local report=docs/proofs/$1.txt
    say "$1 -> $report"
    shift
    "$@" 2>&1 | tee "$report"
}

prove cold-run scripts/cold-run.sh
prove lighthouse scripts/lighthouse.sh
prove transport scripts/bench.sh transport
prove fuzz scripts/fuzz.sh 600
prove simulation scripts/simulate.sh 10000
prove arrivals scripts/prove-arrivals.sh
prove shutdown scripts/prove-shutdown.sh
prove overload scripts/prove-overload.sh
prove hits scripts/prove-hits.sh
prove observatory scripts/observatory.sh
