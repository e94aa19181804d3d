#!/usr/bin/env bash
# Every lint: formatting, clippy once per build (native, browser, edge: never all features at once), TypeScript, shell.
# All of them are run, so that one look shows everything there is to mend.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

failed=()

# check NAME COMMAND…
check() {
    say "$1"
    shift
    "$@" || failed+=("$*")
}

check 'Formatting' cargo fmt --check
check 'Clippy: native' cargo clippy --quiet --all-targets --no-default-features --features native,embedded-gateway,otel -- -D warnings
check 'Clippy: browser' cargo clippy --quiet --lib --target wasm32-unknown-unknown --no-default-features --features hydrate -- -D warnings
check 'Clippy: edge' cargo clippy --quiet --lib --target wasm32-unknown-unknown --no-default-features --features edge -- -D warnings
check 'Types of the browser tests' tsc --project end2end
if have shellcheck; then
    check 'Shell scripts' shellcheck --external-sources .ci/run scripts/*.sh scripts/lib/*.sh
fi

[ ${#failed[@]} -eq 0 ] || fail "${#failed[@]} of the lints found something:" "${failed[@]}"
