#!/usr/bin/env bash
# Photographs the page, as it is served, for the README: docs/screens/*.png.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

scripts/build.sh
mkdir -p docs/screens target/test-logs
export LEPTOS_SITE_ADDR=127.0.0.1:${PORT:-3220} LEPTOS_SITE_ROOT=target/site LEPTOS_ENV=PROD
# Every picture is of a look that is made, and the photographer comes more often than a visitor.
export DATABASE_PATH=target/test-logs/screens.db CACHE_TTL=0 RATE_LIMIT_PER_USER_PER_MINUTE=1000 RATE_LIMIT_PER_MINUTE=1000
rm -f "$DATABASE_PATH"*
target/release/primerka serve --embedded-gateway >target/test-logs/screens-server.log 2>&1 </dev/null &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
curl -s -o /dev/null --retry 50 --retry-delay 1 --retry-connrefused --retry-max-time 30 "http://$LEPTOS_SITE_ADDR/" || true
# Still running: it is this one that answered.
kill -0 "$server" 2>/dev/null || fail 'The server has stopped.' 'Its log: target/test-logs/screens-server.log'
(cd end2end && playwright test --config screens.config.ts)
