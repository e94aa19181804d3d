#!/usr/bin/env bash
# Lighthouse (mobile) on the page as `make run` serves it: the median of five runs, and below which scores it fails.
# Lighthouse is large, so it is installed into the cache when it is wanted, not with the other packages.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

version=12.8.2
home=$CACHE/lighthouse-$version
if [ ! -d "$home/node_modules/lighthouse" ]; then
    say "Installing Lighthouse $version (about half a minute)" >&2
    mkdir -p "$home"
    quietly lighthouse npm install --prefix "$home" --no-save --no-audit --no-fund "lighthouse@$version" ||
        fail 'Lighthouse cannot be installed.'
fi

scripts/build.sh >&2
mkdir -p target/test-logs
address=127.0.0.1:${PORT:-3230}
LEPTOS_SITE_ADDR=$address LEPTOS_SITE_ROOT=target/site LEPTOS_ENV=PROD \
    target/release/primerka serve --embedded-gateway >target/test-logs/lighthouse-server.log 2>&1 </dev/null &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
curl -s -o /dev/null --retry 50 --retry-delay 1 --retry-connrefused --retry-max-time 30 "http://$address/" ||
    fail 'The server does not answer.' 'Its log: target/test-logs/lighthouse-server.log'
CHROME_PATH=${CHROMIUM_PATH:-/usr/bin/chromium} LIGHTHOUSE_HOME=$home node end2end/prove/lighthouse.mjs "http://$address/"
