#!/usr/bin/env bash
# Serves the release build. Arguments go to `primerka serve`.
# Where no gateway is configured, the embedded one answers: a demo that needs no key.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/gateway.sh
. scripts/lib/gateway.sh

if needs_embedded_gateway; then set -- "$@" --embedded-gateway; fi
export LEPTOS_SITE_ROOT=${LEPTOS_SITE_ROOT:-target/site}
export LEPTOS_ENV=${LEPTOS_ENV:-PROD}
exec target/release/primerka serve "$@"
