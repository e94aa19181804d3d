# shellcheck shell=bash
# What every script here starts with: where the project is, where its tools are, and how it speaks. To be sourced.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
CARGO_HOME=${CARGO_HOME:-$HOME/.cargo}
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/primerka
export PATH="$CARGO_HOME/bin:$ROOT/end2end/node_modules/.bin:$PATH"
# Compiled into `leptos`: every cargo call must agree on it, or the crates are built twice and the page asks for the wrong file.
export LEPTOS_OUTPUT_NAME=primerka
# Set-up installs the toolchain and says so: no proxy does it silently.
export RUSTUP_AUTO_INSTALL=0
cd "$ROOT"

# What happens, one line per step.
say() { printf '==> %s\n' "$*"; }

# What the person has to do about something that could not be had.
fail() {
    printf '\nprimerka: %s\n' "$1" >&2
    shift
    local line
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# quietly NAME COMMAND…: the command's output goes to a log, whose end is shown when the command fails.
quietly() {
    local log=$CACHE/logs/$1.log
    shift
    mkdir -p "$CACHE/logs"
    if "$@" >"$log" 2>&1 </dev/null; then return 0; fi
    printf 'failed: %s (all of it: %s)\n' "$*" "$log" >&2
    tail -n 15 "$log" >&2
    return 1
}
