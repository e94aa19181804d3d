#!/usr/bin/env bash
# Fuzzes what reads foreign bytes (fuzz/fuzz_targets/), each target for so many seconds, beginning from the committed corpus; two targets
# at a time where there are two cores. Says of each what was done, and fails where a crash was found.
#
#   scripts/fuzz.sh                every target, 600 s each
#   scripts/fuzz.sh 60 answer      these, 60 s each

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

seconds=${1:-600}
shift || true
[ $# -gt 0 ] || set -- answer sse description config
toolchain=nightly
cores=$(getconf _NPROCESSORS_ONLN)
at_once=$((cores > 1 ? 2 : 1))
logs=$CACHE/logs
mkdir -p "$logs"
# target/ is a build's own; fuzzing has another compiler and other flags.
export CARGO_TARGET_DIR=$CACHE/fuzz-target

# Each fuzzer is a group of processes of its own, so that none outlives this script.
groups=()
stop() {
    local group
    for group in ${groups[@]+"${groups[@]}"}; do kill -TERM -- "-$group" 2>/dev/null || true; done
}
trap stop EXIT
trap 'exit 130' INT TERM

# Named explicitly, for no toolchain is installed silently (RUSTUP_AUTO_INSTALL).
setup_fuzzing() {
    have rustup || fail 'Fuzzing needs rustup, for a nightly Rust.' 'Install it from https://rustup.rs, then run this again.'
    if ! rustup toolchain list | grep "^$toolchain" >/dev/null; then
        say 'Rust nightly, for the sanitizer (1 minute)'
        quietly nightly rustup toolchain install "$toolchain" --profile minimal ||
            fail 'Rust nightly could not be installed.' 'Is the network there? Then run this again.'
    fi
    if ! have cargo-fuzz; then
        say 'cargo-fuzz (1-2 minutes)'
        quietly cargo-fuzz cargo install cargo-fuzz@0.13.2 ||
            fail 'cargo-fuzz could not be installed.' 'Is the network there? Then run this again.'
    fi
}

# fuzz TARGET: into a log, at whose end stands how it ended.
fuzz() {
    # What is found goes to a corpus beside the committed one, which stays small.
    local status=0 found=$CACHE/fuzz-corpus/$1
    mkdir -p "$found"
    cargo "+$toolchain" fuzz run --fuzz-dir fuzz "$1" "$found" "fuzz/corpus/$1" -- \
        -max_total_time="$seconds" -max_len=65536 -timeout=5 -rss_limit_mb=2048 >"$logs/fuzz-$1.log" 2>&1 </dev/null || status=$?
    echo "exit status $status" >>"$logs/fuzz-$1.log"
}

# report TARGET: its line. False where there was a crash, or no fuzzing at all.
report() {
    local log=$logs/fuzz-$1.log runs spent coverage features
    # libFuzzer's last words: «#8 DONE cov: 5 ft: 7 corp: …» and «Done 8 runs in 1 second(s)».
    read -r runs spent < <(sed -n 's/^Done \([0-9]*\) runs in \([0-9]*\) second.*/\1 \2/p' "$log") || true
    read -r coverage features < <(sed -n 's/.* cov: \([0-9]*\) ft: \([0-9]*\) .*/\1 \2/p' "$log" | tail -n 1) || true
    if [ "$(tail -n 1 "$log")" = 'exit status 0' ] && [ "${runs:-0}" -gt 0 ]; then
        printf '%-12s %11d executions in %d s, coverage %d (%d features), no crash\n' "$1" "$runs" "$spent" "${coverage:-0}" "${features:-0}"
        return 0
    fi
    printf '%-12s FAILED\n' "$1"
    grep -aE 'panicked|^error|^==|SUMMARY|ERROR|assertion|^ *(left|right):|Test unit written|artifact' "$log" | head -n 12 | sed 's/^/    /'
    printf '    all of it: %s\n' "$log"
    return 1
}

setup_fuzzing
say 'Building the fuzz targets (5 minutes the first time)'
quietly fuzz-build cargo "+$toolchain" fuzz build --fuzz-dir fuzz || fail 'The fuzz targets could not be built.'

failed=()
printf 'libFuzzer with AddressSanitizer, %d s a target, %d at a time on %d cores, %s\n' "$seconds" "$at_once" "$cores" "$(date -u +%F)"
while [ $# -gt 0 ]; do
    # Those that begin together end together.
    batch=("${@:1:at_once}")
    shift "${#batch[@]}"
    groups=()
    for target in "${batch[@]}"; do
        set -m
        fuzz "$target" &
        groups+=($!)
        set +m
    done
    wait
    groups=()
    for target in "${batch[@]}"; do report "$target" || failed+=("$target"); done
done
# What made it fail lies in fuzz/artifacts/; it belongs into the corpus once it is mended.
[ ${#failed[@]} -eq 0 ] || fail "Fuzzing found a crash, or could not be done: ${failed[*]}" 'The inputs: fuzz/artifacts/'
