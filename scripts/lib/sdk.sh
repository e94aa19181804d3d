# shellcheck shell=bash
# Google's own SDKs for JavaScript and Python, the judges of the embedded gateway. To be sourced after common.sh and system.sh.

SDK_VENV=$CACHE/sdk-python

# Installs what is missing of them. What is there is told by a stamp, which changes with what is asked for.
setup_sdk() {
    has_sdk_javascript || install_sdk_javascript
    has_sdk_python || install_sdk_python
}

has_sdk_javascript() {
    [ "$(cat tests/sdk/node_modules/.primerka 2>/dev/null)" = "$(sdk_javascript_stamp)" ]
}

sdk_javascript_stamp() { git hash-object tests/sdk/package.json tests/sdk/package-lock.json; }

install_sdk_javascript() {
    say 'The SDK for JavaScript, from npm (10 seconds)'
    quietly sdk-npm npm --prefix tests/sdk ci --ignore-scripts --no-audit --no-fund --loglevel=error ||
        fail 'The npm packages of tests/sdk/ could not be installed.' 'Is the network there? Then run this again.'
    sdk_javascript_stamp >tests/sdk/node_modules/.primerka
}

has_sdk_python() {
    [ -x "$SDK_VENV/bin/python" ] && [ "$(cat "$SDK_VENV/.primerka" 2>/dev/null)" = "$(sdk_python_stamp)" ]
}

sdk_python_stamp() { git hash-object tests/sdk/requirements.txt; }

install_sdk_python() {
    say 'The SDK for Python, into an environment of its own (30 seconds)'
    rm -rf "$SDK_VENV"
    # A bare Debian has no Python, or one without ensurepip.
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then install_packages python3 python3-venv || true; fi
    quietly sdk-venv python3 -m venv "$SDK_VENV" ||
        fail 'Python 3 with venv is needed.' 'Debian: apt-get install python3-venv' 'then run this again.'
    quietly sdk-pip "$SDK_VENV/bin/python" -m pip install --disable-pip-version-check -r tests/sdk/requirements.txt ||
        fail 'The Python packages of tests/sdk/ could not be installed.' 'Is the network there? Then run this again.'
    sdk_python_stamp >"$SDK_VENV/.primerka"
}
