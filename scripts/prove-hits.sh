#!/usr/bin/env bash
# A look that was made before, with a picture of 1.5 MB: how long it takes to be found, and that nobody upstream is asked.
#
#   scripts/prove-hits.sh        500 hits
#   scripts/prove-hits.sh 50     so many

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

scripts/build.sh >&2
exec node end2end/prove/hits.mjs "${1:-500}"
