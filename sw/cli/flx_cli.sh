# flx_cli.sh - the C locale, --help and --version for shell scripts, which source it first. Twin: sw/cli/flx_cli.py
# SPDX-License-Identifier: Apache-2.0
# --help prints the comment that the script begins with. An option that it does not know is refused; so is a start with no argument, but for scripts that set flx_bare=1.
# shellcheck shell=sh
export LC_ALL=C # numbers with a point

flx_root=$(cd "$(dirname "$0")" && pwd)
while [ ! -f "$flx_root/sw/cli/flx_cli.sh" ] && [ "$flx_root" != / ]; do flx_root=$(dirname "$flx_root"); done
flx_comment() {
    sed -n '2,/^[^#]/s/^#\( \|$\)//p' "$0"
}
flx_answer() { # COMMAND..: stdout that cannot be written is exit 3
    "$@" 2>/dev/null || { echo "${0##*/}: stdout cannot be written" >&2; exit 3; }
    exit 0
}
case ${1-} in
-h | --help) flx_answer flx_comment ;;
--version) flx_answer sed -n "s/^#define FLX_VERSION \"\(.*\)\"/${0##*/} \1/p" "$flx_root/cmodel/include/flx/flx_version.h" ;;
-?*)
    echo "${0##*/}: OPTION is $1, expected one that ${0##*/} --help names" >&2
    exit 2
    ;;
esac
if [ $# = 0 ] && [ "${flx_bare:-0}" = 0 ]; then
    echo "usage: $(flx_comment | sed -n "s/^ *\(${0##*/} .*\)/\1/p" | head -1)" >&2
    exit 2
fi
