#!/usr/bin/env bash
# SIGTERM while 200 looks are under way: no answer is cut, and the process ends within its grace.
#
#   scripts/prove-shutdown.sh        100 rounds (about 12 minutes)
#   scripts/prove-shutdown.sh 5      so many

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

scripts/build.sh >&2
# 400 listeners, and 200 calls upstream.
ulimit -n 4096 2>/dev/null || true
exec node end2end/prove/shutdown.mjs "${1:-100}"
