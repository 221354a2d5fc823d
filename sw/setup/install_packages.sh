#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# install_packages.sh - installs the Debian packages of packages.txt that are missing.
#   install_packages.sh LIST STAMP     NO_INSTALL=1: only says which are missing (exit 3)
set -eu
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
list=$1
stamp=$2
missing=
while read -r package; do
    [ -n "$package" ] || continue
    status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing="$missing $package"
done <"$list"
if [ -n "$missing" ]; then
    if [ "${NO_INSTALL:-0}" = 1 ]; then
        echo "missing Debian packages:$missing" >&2
        echo "install them with: sudo apt-get install --no-install-recommends$missing" >&2
        exit 3
    fi
    as_root=
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || { echo "not root and no sudo; install by hand:$missing" >&2; exit 3; }
        as_root=sudo
    fi
    echo "installing Debian packages:$missing" >&2
    $as_root apt-get update -qq >&2
    # shellcheck disable=SC2086  # a list of words
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
fi
mkdir -p "$(dirname "$stamp")"
: >"$stamp"
