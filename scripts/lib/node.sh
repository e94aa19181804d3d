# shellcheck shell=bash
# The npm packages of end2end/: wasm-opt for the release build, Playwright and axe for the tests. To be sourced after common.sh.

# setup_node run|test: `run` leaves out what only the tests need.
setup_node() {
    local wanted
    need_node "$1"
    wanted=$(node_stamp "$1")
    # What the tests need includes what running needs.
    case "$(cat end2end/node_modules/.primerka 2>/dev/null)" in
        "$wanted" | "$(node_stamp test)") return 0 ;;
    esac
    local options=(--no-audit --no-fund --loglevel=error)
    if [ "$1" = run ]; then
        say 'wasm-opt, from npm (10 seconds)'
        options+=(--omit=dev)
    else
        say 'Playwright, axe and wasm-opt, from npm (20 seconds)'
    fi
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 quietly npm npm --prefix end2end ci "${options[@]}" ||
        fail 'The npm packages of end2end/ could not be installed.' 'Is the network there? Then run this again.'
    echo "$wanted" >end2end/node_modules/.primerka
}

need_node() {
    local least=18 major
    [ "$1" = run ] || least=20
    major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null) || major=0
    [ "$major" -ge "$least" ] ||
        fail "Node $least or newer with npm is needed; here is: $(node --version 2>/dev/null || echo none)" \
            'Get it from https://nodejs.org or your package manager, then run this again.'
}

# One word that changes when something has to be installed.
node_stamp() { echo "$1 $(git hash-object end2end/package.json end2end/package-lock.json | tr '\n' ' ')"; }
