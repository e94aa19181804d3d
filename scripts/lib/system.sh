# shellcheck shell=bash
# What comes from the system's package manager: a C compiler, git, curl, brotli, Node when there is none, and Chromium for the tests.
# Debian and Ubuntu (as root or with sudo) and macOS with Homebrew. To be sourced after common.sh.

# The command that makes us root, or nothing when we are; fails when there is no way.
become_root() {
    [ "$(id -u)" = 0 ] && return 0
    have sudo || return 1
    if sudo -n true 2>/dev/null || [ -t 0 ]; then echo sudo; else return 1; fi
}

is_debian_itself() { grep -qs '^ID=debian' /etc/os-release; }

apt_install() {
    local root
    root=$(become_root) || return 1
    # A fresh machine has no package lists, an old one has stale ones.
    # shellcheck disable=SC2086 # $root is `sudo` or nothing
    quietly apt-update $root apt-get update -q || true
    # shellcheck disable=SC2086
    quietly apt-install $root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@"
}

# install PACKAGES…, by whatever manager is here.
install_packages() {
    if have apt-get; then
        apt_install "$@"
    elif have brew; then
        quietly brew-install brew install "$@"
    else
        return 1
    fi
}

setup_system() {
    local wanted=()
    if ! have cc; then
        if [ "$(uname)" = Darwin ]; then
            fail 'A C compiler is needed.' 'xcode-select --install' 'then run this again.'
        fi
        wanted+=(build-essential)
    fi
    have git || wanted+=(git)
    have curl || wanted+=(curl ca-certificates)
    have brotli || wanted+=(brotli)
    if ! have npm; then
        if have brew; then wanted+=(node); else wanted+=(nodejs npm); fi
    fi
    [ ${#wanted[@]} -gt 0 ] || return 0

    say "System packages: ${wanted[*]} (under a minute)"
    install_packages "${wanted[@]}" && return 0
    # Without brotli the page is merely larger; everything else is needed.
    if [ "${wanted[*]}" = brotli ]; then
        say 'brotli could not be installed: the site will be compressed while it is served, nothing else changes'
        return 0
    fi
    fail "These packages are missing and could not be installed: ${wanted[*]}" \
        'Install them with the package manager of your system (as root, or with sudo), then run this again.'
}

# The tests' browser: Debian's Chromium, any Chromium or Chrome that is here, or the one that Playwright downloads.
setup_browser() {
    # Ubuntu's package is a snap, which containers cannot run: only Debian's own is installed.
    if ! find_browser && is_debian_itself; then
        say 'Chromium, for the tests (1 minute)'
        apt_install chromium fonts-liberation || true
    fi
    find_browser && return 0
    say 'Chromium of Playwright, for the tests (1-2 minutes)'
    quietly playwright-chromium npm --prefix end2end exec -- playwright install chromium && return 0
    fail 'The tests need Chromium, and neither the system nor Playwright could provide it.' \
        'Debian: apt-get install chromium' \
        'Elsewhere: install Chromium or Chrome and set CHROMIUM_PATH=/path/to/it' \
        'then run this again.'
}

# The same places as end2end/playwright.config.ts.
find_browser() {
    [ -x "${CHROMIUM_PATH:-/usr/bin/chromium}" ] && return 0
    (cd end2end && node -e '
        const { chromium } = require("@playwright/test");
        process.exit(require("node:fs").existsSync(chromium.executablePath()) ? 0 : 1);
    ' 2>/dev/null)
}
