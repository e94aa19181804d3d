#!/usr/bin/env bash
# Proves the promise of `make run`: a fresh clone, an empty cargo home, an empty npm cache and no tools, one command, and the page is
# served; then once more, when everything is there. Prints wall and CPU time of both. The Rust toolchains of this machine are kept.
#
#   scripts/cold-run.sh               what is committed
#   scripts/cold-run.sh --worktree    the files as they lie here
#
# Leaves nothing behind and stops by itself: after 60 minutes at the latest.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

address=127.0.0.1:${PORT:-$((20000 + RANDOM % 10000))}
limit=${LIMIT:-3600}
lab=$(mktemp -d "${TMPDIR:-/tmp}/primerka-cold.XXXXXX")
server=

# The group of `make run`, whose leader we started, and nothing else.
stop_server() {
    [ -n "$server" ] || return 0
    kill -TERM -- "-$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
}
trap 'stop_server; rm -rf "$lab"' EXIT
trap 'exit 130' INT TERM

if [ "${1:-}" = --worktree ]; then
    mkdir "$lab/clone"
    git ls-files -co --exclude-standard -z | xargs -0 tar -cf - | tar -xf - -C "$lab/clone"
else
    git clone --quiet "$ROOT" "$lab/clone"
fi

# rustup's proxies stay reachable, what cargo has installed does not.
mkdir "$lab/bin"
for proxy in rustup cargo rustc rustdoc rustfmt cargo-fmt cargo-clippy clippy-driver; do
    if have "$proxy"; then ln -s "$(command -v "$proxy")" "$lab/bin/$proxy"; fi
done
bare_path=$lab/bin
while read -r folder; do
    [ -x "$folder/cargo-leptos" ] || [ -x "$folder/wasm-bindgen" ] || [ -x "$folder/wasm-opt" ] || bare_path+=:$folder
done < <(printf '%s\n' "$PATH" | tr : '\n')

# Sets cpu to the seconds that the children of this shell have used: the second line of `times`, which knows them only here.
measure_cpu() {
    times >"$lab/times"
    cpu=$(awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); sum += t[1] * 60 + t[2] }; printf "%d", sum }' "$lab/times")
}

run_until_it_answers() {
    local name=$1 log=$lab/$1.log started=$SECONDS answered cpu before
    measure_cpu
    before=$cpu
    : >"$log"
    # A group of its own, to be stopped as one.
    set -m
    env -u RUSTFLAGS -u GATEWAY_URL -u GATEWAY_TOKEN -u EMBEDDED_GATEWAY \
        PATH="$bare_path" RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}" CARGO_HOME="$lab/cargo" XDG_CACHE_HOME="$lab/cache" \
        npm_config_cache="$lab/npm" LEPTOS_SITE_ADDR="$address" \
        make -C "$lab/clone" run >"$log" 2>&1 </dev/null &
    server=$!
    set +m
    # The log says that it is this server that answers.
    until grep -q "http://$address" "$log" && [ "$(curl -s -o /dev/null -m 5 -w '%{http_code}' "http://$address/")" = 200 ]; do
        if ! kill -0 "$server" 2>/dev/null; then
            cat "$log" >&2
            fail "The $name run ended before the page was served."
        fi
        if [ $((SECONDS - started)) -gt "$limit" ]; then
            tail -n 30 "$log" >&2
            fail "The $name run took longer than $limit s."
        fi
        sleep 0.2
    done
    answered=$((SECONDS - started))
    stop_server
    measure_cpu
    sed 's/^/    /' "$log"
    printf '%s run: the page is served after %d s (%d s of CPU)\n\n' "$name" "$answered" $((cpu - before))
}

printf 'Cold «make run» on %s cores, %s, %s\n\n' "$(getconf _NPROCESSORS_ONLN)" "$(uname -sm)" "$(date -u +%F)"
run_until_it_answers first
run_until_it_answers second
