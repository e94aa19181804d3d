#!/usr/bin/env bash
# Fuzzes what reads foreign bytes (fuzz/fuzz_targets/), each target for so many seconds, beginning from the committed corpus.
#
#   scripts/fuzz.sh                every target, 600 s each
#   scripts/fuzz.sh 60 answer      these, 60 s each

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

seconds=${1:-600}
shift || true
[ $# -gt 0 ] || set -- answer sse description config
toolchain=nightly

rustup toolchain list | grep -q "^$toolchain" || {
    say 'Rust nightly, for the sanitizer (1 minute)'
    quietly nightly rustup toolchain install "$toolchain" --profile minimal
}
have cargo-fuzz || {
    say 'cargo-fuzz (1-2 minutes)'
    quietly cargo-fuzz cargo install cargo-fuzz@0.13.2
}

failed=()
# target/ is a build's own; fuzzing has another compiler and other flags.
export CARGO_TARGET_DIR=$CACHE/fuzz-target
for target in "$@"; do
    # What is found goes to a corpus beside the committed one, which stays small.
    found=$CACHE/fuzz-corpus/$target
    mkdir -p "$found"
    say "$target, $seconds s"
    cargo "+$toolchain" fuzz run --fuzz-dir fuzz "$target" "$found" "fuzz/corpus/$target" -- \
        -max_total_time="$seconds" -max_len=65536 -timeout=5 -rss_limit_mb=2048 -print_final_stats=1 2>&1 |
        grep -E '^(==|SUMMARY|stat::|Done|thread|assertion| *(left|right):)|panicked|ERROR' || failed+=("$target")
done
# What made it fail lies in fuzz/artifacts/; it belongs into the corpus once it is mended.
[ ${#failed[@]} -eq 0 ] || fail "Fuzzing failed: ${failed[*]}"
