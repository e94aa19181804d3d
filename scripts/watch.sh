#!/usr/bin/env bash
# Development: rebuilds and reloads at each change. The same as plain `cargo leptos watch`, with the embedded gateway where none is configured.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/gateway.sh
. scripts/lib/gateway.sh

if needs_embedded_gateway; then export EMBEDDED_GATEWAY=true; fi
exec cargo leptos watch "$@"
