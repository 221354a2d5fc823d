#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# install.sh - copies what make built to where users have it, or takes it away again. Twin: sw/setup/install.mk
#   install.sh install|uninstall BUILD     of the environment: PREFIX, an absolute path; DESTDIR, put before it, for packages
# Exit 0, or 2 with one line. Nothing below BUILD is written.
set -eu
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../cli/flx_cli.sh"
action=$1
build=$2
fail() {
    echo "install: $1" >&2
    exit 2
}
case $PREFIX in
/*) ;;
*) fail "PREFIX is ${PREFIX:-\"\"}, expected an absolute path" ;;
esac
# shellcheck disable=SC1003  # a backslash
[ "$(printf %s "$PREFIX" | tr -d '\n\r"$\\')" = "$PREFIX" ] || fail 'PREFIX holds a line end, ", $ or \, expected a path that flx.pc can hold'
to=${DESTDIR:-}$PREFIX

# Public headers, and the lists that they include.
headers=$(ls cmodel/include/flx/*.h)
# shellcheck disable=SC2086  # a list of files without blanks
lists=$(sed -n 's|.*#include "def/\(.*\)"|cmodel/def/\1|p' $headers | sort -u)
programs='flx flx-train flx-train-gan flx-netsim'

if [ "$action" = uninstall ]; then
    for file in $headers; do rm -f "$to/include/flx/${file##*/}"; done
    for file in $lists; do rm -f "$to/include/flx/def/${file##*/}"; done
    for file in $programs; do rm -f "$to/bin/$file"; done
    rm -f "$to/lib/libflx.a" "$to/lib/pkgconfig/flx.pc" "$to/lib/flx"/*.so
    # Folders that are ours, and the common ones if nothing else is in them.
    for folder in include/flx/def include/flx lib/flx lib/pkgconfig lib include bin; do rmdir "$to/$folder" 2>/dev/null || true; done
    exit 0
fi

for file in lib/libflx.a rtl/mac256.so $(for program in $programs; do echo "bin/$program"; done); do
    [ -r "$build/$file" ] || fail "$build/$file: file is missing, expected after make"
done
install -d "$to/include/flx/def" "$to/lib/pkgconfig" "$to/lib/flx" "$to/bin"
# shellcheck disable=SC2086
install -m 644 $headers "$to/include/flx"
# shellcheck disable=SC2086
install -m 644 $lists "$to/include/flx/def"
install -m 644 "$build/lib/libflx.a" "$to/lib"
install -m 755 "$build"/rtl/mac256.so "$to/lib/flx"
for program in $programs; do install -m 755 "$build/bin/$program" "$to/bin"; done
version=$(sed -n 's/^#define FLX_VERSION "\(.*\)"/\1/p' cmodel/include/flx/flx_version.h)
libs() { # [--static]: of this machine, or their usual names
    env -u PKG_CONFIG_SYSROOT_DIR pkg-config "$@" --libs libzip jansson zlib 2>/dev/null || echo '-lzip -ljansson -lz'
}
quoted=$(printf %s "$PREFIX" | sed 's/[&|]/\\&/g')
sed "s|@PREFIX@|$quoted|; s|@VERSION@|$version|; s|@LIBS@|$(libs)|; s|@LIBS_STATIC@|$(libs --static)|" cmodel/flx.pc.in >"$to/lib/pkgconfig/flx.pc"
chmod 644 "$to/lib/pkgconfig/flx.pc"
