#!/usr/bin/env bash
# The MDN HTTP Observatory on the pages as they are served, over TLS with a certificate made for this run.
# It is installed into the cache when it is wanted, not with the other packages.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

version=1.4.8
home=$CACHE/observatory-$version
package=$home/node_modules/@mdn/mdn-http-observatory
if [ ! -f "$package/conf/hsts-preload.json" ]; then
    say "Installing the MDN HTTP Observatory $version (about half a minute)" >&2
    mkdir -p "$home"
    # Its own scripts build a database driver and fetch lists that a scan of loopback does not need.
    quietly observatory npm install --prefix "$home" --ignore-scripts --no-save --no-audit --no-fund "@mdn/mdn-http-observatory@$version" ||
        fail 'The MDN HTTP Observatory cannot be installed.' 'Is the network there? Then run this again.'
    mkdir -p "$package/conf"
    echo '{}' >"$package/conf/hsts-preload.json"
fi

have openssl || fail 'openssl is needed, for a certificate.' 'Debian: apt-get install openssl' 'then run this again.'
scripts/build.sh >&2
tls=$(mktemp -d "${TMPDIR:-/tmp}/primerka-tls.XXXXXX")
trap 'rm -rf "$tls"' EXIT
quietly openssl openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
    -addext 'subjectAltName=IP:127.0.0.1' -keyout "$tls/key.pem" -out "$tls/cert.pem" || fail 'openssl makes no certificate.'
# What is asked is on loopback alone: no proxy of this machine's is in the way.
env -u http_proxy -u https_proxy -u HTTP_PROXY -u HTTPS_PROXY -u all_proxy -u ALL_PROXY \
    OBSERVATORY_HOME="$home" TLS_HOME="$tls" NODE_EXTRA_CA_CERTS="$tls/cert.pem" node end2end/prove/observatory.mjs
