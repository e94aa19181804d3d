#!/usr/bin/env bash
# The release build: target/release/primerka (the server) and target/site (what it serves, compressed beforehand).
# Nothing is done when nothing has changed since the last one.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

# cargo-leptos empties target/site whenever it starts, `watch` too, so this file says: a finished release build lies here.
stamp=target/site/.inputs

# Everything that can change the result, by content.
inputs() {
    {
        find src style public -type f
        ls build.rs Cargo.toml Cargo.lock rust-toolchain.toml end2end/package-lock.json scripts/build.sh
    } | LC_ALL=C sort | {
        local files
        files=$(cat)
        printf '%s\n' "$files" "${RUSTFLAGS:-}" "${CARGO_PROFILE_RELEASE_LTO:-}"
        printf '%s\n' "$files" | git hash-object --no-filters --stdin-paths
    } | git hash-object --stdin
}

# What a browser may ask for in compressed form; best compression, once, instead of a worse one at each request.
compress() {
    # shellcheck disable=SC2016 # $1 is the inner shell's
    find target/site -type f -size +1k \
        \( -name '*.js' -o -name '*.wasm' -o -name '*.css' -o -name '*.svg' -o -name '*.json' -o -name '*.txt' -o -name '*.ico' \) -print0 |
        xargs -0 -P 2 -I {} sh -c '
            gzip -9nkf "$1"
            if command -v brotli >/dev/null; then brotli -q 11 -w 22 -kf "$1"; fi
        ' compress {}
}

# One wasm for the page, in kB: as it is, and as it travels.
sizes() {
    local file
    for file in target/site/pkg/*.wasm target/site/pkg/*.js target/site/pkg/*.css; do
        [ -f "$file.br" ] || continue
        printf '    %-28s %7d kB, %5d kB as brotli\n' "${file#target/site/}" \
            $(($(wc -c <"$file") / 1000)) $(($(wc -c <"$file.br") / 1000))
    done
}

now=$(inputs)
if [ -x target/release/primerka ] && [ "$(cat "$stamp" 2>/dev/null)" = "$now" ]; then
    exit 0
fi
if [ -d target/release ]; then
    say 'Building Primerka'
else
    say 'Building Primerka, release (about 10 minutes on 2 cores the first time)'
fi
started=$SECONDS
cargo leptos build --release ||
    fail 'The build failed: the first error above says why.'
# For people who write TypeScript, not for browsers.
rm -f target/site/pkg/*.d.ts
compress
sizes
echo "$now" >"$stamp"
say "Built in $((SECONDS - started)) s"
