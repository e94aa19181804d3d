#!/usr/bin/env bash
# Five times as many looks as can be made: as many are made as before, the others are told at once to come back.
#
#   scripts/prove-overload.sh            10 s to find the peak, 20 s above it
#   scripts/prove-overload.sh 5 10       so many

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

scripts/build.sh >&2
ulimit -n 4096 2>/dev/null || true
exec node end2end/prove/overload.mjs "${1:-10}" "${2:-20}"
