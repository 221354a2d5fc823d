# cli_check.sh - checks of commands, for scripts to source.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/../sw/cli/flx_cli.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
checks=0

expect() { # CODE PATTERN COMMAND...: exit code, and a pattern in stdout or stderr
    local code=$1 pattern=$2
    shift 2
    "$@" >"$work/out" 2>"$work/err" </dev/null
    check $? "$code" "$pattern" "$*"
}
check() { # GOT WANTED PATTERN WHAT
    checks=$((checks + 1))
    if [ "$1" != "$2" ] || ! grep -qE -- "$3" "$work/out" "$work/err"; then
        echo "FAIL: $4: exit $1, expected $2 and /$3/"
        head -3 "$work/out" "$work/err"
        failed=$((failed + 1))
    fi
    if [ "$2" = 2 ] && [ "$(wc -l <"$work/err")" != 1 ]; then
        echo "FAIL: $4: $(wc -l <"$work/err") lines on stderr, expected one"
        failed=$((failed + 1))
    fi
}
