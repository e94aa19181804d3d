#!/usr/bin/env bash
# Installs what is missing; does and says nothing where nothing is missing.
#
#   scripts/setup.sh run     what building and serving needs
#   scripts/setup.sh test    that, and what the tests need: Chromium, Playwright, axe, Google's SDKs
#
# Needed beforehand: rustup, Node with npm, and on Linux apt (as root or with sudo). Tools are kept outside target/: in
# $CARGO_HOME/bin, end2end/node_modules, tests/sdk/node_modules and ~/.cache/primerka.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/system.sh
. scripts/lib/system.sh
# shellcheck source=scripts/lib/rust.sh
. scripts/lib/rust.sh
# shellcheck source=scripts/lib/node.sh
. scripts/lib/node.sh
# shellcheck source=scripts/lib/sdk.sh
. scripts/lib/sdk.sh

level=${1:-run}
case $level in
    run | test) ;;
    *) fail "What is to be set up? «$level» is unknown." 'scripts/setup.sh run|test' ;;
esac

started=$SECONDS
setup_system
setup_toolchain
setup_node "$level"
if [ "$level" = test ]; then
    setup_browser
    setup_sdk
fi
setup_cargo_tools
[ $((SECONDS - started)) -lt 5 ] || say "Set up in $((SECONDS - started)) s"
