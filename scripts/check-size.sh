#!/usr/bin/env bash
# What a browser must load before the studio lives (JavaScript and wasm, as brotli) against the budget that ARCHITECTURE.md explains.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

budget=110000
have brotli || fail 'brotli is not installed, so nothing was measured.' 'make setup'
total=0
for file in target/site/pkg/primerka.js target/site/pkg/primerka.wasm; do
    [ -f "$file.br" ] || fail "$file.br is missing." 'make build'
    total=$((total + $(wc -c <"$file.br")))
done
printf 'JavaScript and wasm: %d of %d bytes as brotli\n' "$total" "$budget"
[ "$total" -le "$budget" ] || fail "The browser build is $((total - budget)) bytes over its budget."
