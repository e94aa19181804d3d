# shellcheck shell=bash
# The Rust toolchain, cargo-leptos and wasm-bindgen. To be sourced after common.sh.
#
# Tools go to $CARGO_HOME/bin, so that plain `cargo leptos watch` finds them. A prebuilt release is tried first (seconds); where it
# cannot be reached the tool is built, cheaply: its output does not depend on how well it is optimised.

CARGO_LEPTOS_VERSION=0.3.11

setup_toolchain() {
    if ! have cargo || ! have rustc; then
        fail 'Rust is missing.' \
            "Install rustup from https://rustup.rs (one command, one minute), open a new terminal, run this again."
    fi
    toolchain_is_complete && return 0
    if ! have rustup; then
        fail "The toolchain of rust-toolchain.toml is missing, and there is no rustup to get it: $(rustc --version)" \
            'Install rustup from https://rustup.rs, or provide that version with clippy, rustfmt and wasm32-unknown-unknown.'
    fi
    say 'Rust toolchain of rust-toolchain.toml (1 minute)'
    quietly rustup rustup toolchain install ||
        fail 'The Rust toolchain could not be installed.' \
            'Is the network there? Is rustup 1.28 or newer (rustup self update)? Then run this again.'
}

toolchain_is_complete() {
    local sysroot
    sysroot=$(rustc --print sysroot 2>/dev/null) || return 1
    [ -d "$sysroot/lib/rustlib/wasm32-unknown-unknown" ] && [ -x "$sysroot/bin/cargo-clippy" ] && [ -x "$sysroot/bin/rustfmt" ]
}

setup_cargo_tools() {
    local bindgen
    bindgen=$(locked_version wasm-bindgen)
    [ -n "$bindgen" ] || fail 'Cargo.lock names no wasm-bindgen.' 'Restore it: git checkout Cargo.lock'

    setup_tool wasm-bindgen "$bindgen" \
        "https://github.com/wasm-bindgen/wasm-bindgen/releases/download/$bindgen/wasm-bindgen-$bindgen-$(release_target).tar.gz"
    setup_tool cargo-leptos "$CARGO_LEPTOS_VERSION" \
        "https://github.com/leptos-rs/cargo-leptos/releases/download/v$CARGO_LEPTOS_VERSION/cargo-leptos-$(release_target).tar.gz"
    rm -rf "$CACHE/tools"
}

# The version of a crate in Cargo.lock.
locked_version() {
    awk -v name="$1" '$0 == "name = \"" name "\"" { getline; gsub(/version = |"/, ""); print; exit }' Cargo.lock
}

# The static builds where there is a choice: they run on every Linux.
release_target() {
    case "$(uname -s)-$(uname -m)" in
        Linux-x86_64) echo x86_64-unknown-linux-musl ;;
        Linux-aarch64) echo aarch64-unknown-linux-musl ;;
        Darwin-arm64) echo aarch64-apple-darwin ;;
        Darwin-x86_64) echo x86_64-apple-darwin ;;
        *) echo unknown ;;
    esac
}

# is_version PROGRAM VERSION
is_version() {
    case " $("$1" --version 2>/dev/null) " in
        *" $2 "*) return 0 ;;
        *) return 1 ;;
    esac
}

# setup_tool PROGRAM VERSION URL
setup_tool() {
    is_version "$1" "$2" && return 0
    download_tool "$1" "$2" "$3" && return 0
    case $1 in
        cargo-leptos)
            say "cargo-leptos $2, built here: no prebuilt one can be had (6-12 minutes on 2 cores, once)"
            build_tool cargo-leptos "$2" 0 --locked
            ;;
        wasm-bindgen)
            say "wasm-bindgen-cli $2, built here: no prebuilt one can be had (2-3 minutes on 2 cores, once)"
            # Not --locked: its lock file names versions that some mirrors lack.
            build_tool wasm-bindgen-cli "$2" 1
            ;;
    esac
    is_version "$1" "$2" ||
        fail "$1 $2 was installed, but $(command -v "$1" || echo none) comes first on the PATH." "Remove that one, run this again."
}

# Gives up within seconds, silently: the answer to a blocked network is the build.
download_tool() {
    [ -z "${DOWNLOADS_BLOCKED:-}" ] || return 1
    local unpacked=$CACHE/tools/$1
    rm -rf "$unpacked"
    mkdir -p "$unpacked" "$CARGO_HOME/bin"
    if ! curl -fsSL --proto '=https' --tlsv1.2 --connect-timeout 4 --speed-time 8 --speed-limit 20000 --max-time 120 \
        "$3" -o "$unpacked.tar.gz" 2>/dev/null; then
        DOWNLOADS_BLOCKED=yes
        return 1
    fi
    tar -xzf "$unpacked.tar.gz" -C "$unpacked" --strip-components 1 2>/dev/null || return 1
    # It must run here and be what it says before it takes the place of anything.
    is_version "$unpacked/$1" "$2" || return 1
    install -m 755 "$unpacked/$1" "$CARGO_HOME/bin/$1"
    say "$1 $2, downloaded"
}

# build_tool CRATE VERSION OPT_LEVEL [cargo install options]. What is compiled survives an interruption.
build_tool() {
    local crate=$1 version=$2 opt_level=$3
    shift 3
    CARGO_TARGET_DIR=$CACHE/tools/target \
        CARGO_PROFILE_RELEASE_LTO=off \
        CARGO_PROFILE_RELEASE_OPT_LEVEL=$opt_level \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 \
        quietly "$crate" cargo install --force "$@" --version "$version" "$crate" ||
        fail "$crate $version could not be built." 'Is the network there, and 3 GB of disk? Then run this again: it goes on where it stopped.'
}
