#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tools_test.sh - tools and files of other kinds: another Yosys, cells that nobody knows, another locale, results cached by content. Twin: synth/flow/flow.sh
#   tools_test.sh LIB      exit 0, 1 a check failed
set -uo pipefail
# shellcheck source=verif/cli_check.sh
. "$(dirname "$0")/../cli_check.sh"
lib=$(realpath "$1")
export SYNTH_BUILD=$work/synth
block() { synth/flow/block.sh "$1" flx_secded_enc rtl/lib/flx_secded_enc.v "" "$work/$2"; }
same() { # WHAT IS WANTED
    checks=$((checks + 1))
    if [ "$2" != "$3" ] || [ -z "$2" ]; then
        echo "FAIL: $1: $2, expected $3"
        failed=$((failed + 1))
    fi
}
area() { jq .area "$work/$1/flx_secded_enc.area.json"; }

# A sum that a newer Yosys makes is refused by name; a tree that is not built would only be a larger area.
# shellcheck disable=SC2016  # a cell's type
echo '{"modules": {"top": {"cells": {"s": {"type": "$macc_v2", "connections": {}}}, "netnames": {}, "ports": {}}}}' >"$work/new.json"
expect 3 "module top: type of cell s is .macc_v2, expected one of Yosys 0.23" synth/flow/columns.py "$work/new.json" "$work/out.json" deal1
for order in deal0 deal 2 shuffle shuffle-1 ''; do expect 2 "columns.py: ORDER is $order, expected dealN or shuffleN" synth/flow/columns.py "$work/new.json" "$work/out.json" "$order"; done
mkdir "$work/bin"
printf '#!/bin/bash\nif [ "$1" = -V ]; then echo "Yosys 0.55 (fake)"; else exec %q "$@"; fi\n' "$(command -v yosys)" >"$work/bin/yosys"
chmod +x "$work/bin/yosys"
expect 0 "yosys: version is Yosys 0.55 .fake., expected Yosys 0.23" env PATH="$work/bin:$PATH" synth/flow/library.sh "$lib"

# The same in a locale with a decimal comma.
block "$lib" here
mkdir "$work/locale"
localedef -i de_DE -f UTF-8 "$work/locale/de_DE.UTF-8" 2>/dev/null || true
(export LOCPATH=$work/locale LC_ALL=de_DE.UTF-8 SYNTH_BUILD=$work/other; block "$lib" comma)
same "locale" "$(cat "$work/comma/flx_secded_enc.area.json")" "$(cat "$work/here/flx_secded_enc.area.json")"

# A library of the same name, older, with tenfold areas: its own figures, and again the first one's.
mkdir "$work/old"
sed -E 's/^([ \t]*area : )([0-9.]+);/\1\20;/' "$lib" >"$work/old/$(basename "$lib")"
touch -d 2020-01-01 "$work/old/$(basename "$lib")"
block "$work/old/$(basename "$lib")" tenfold
same "older file" "$(area tenfold)" "$(jq '10 * .area' "$work/here/flx_secded_enc.area.json")"
block "$lib" again
same "the first again" "$(area again)" "$(area here)"

# Time in picoseconds, comments in the library.
sed 's/time_unit : "1ns"/time_unit : "1ps"/' "$lib" >"$work/ps.lib"
block "$work/ps.lib" ps
same "picoseconds" "$(jq '1000 * .critical_ns * 1000 | round' "$work/ps/flx_secded_enc.area.json")" "$(jq '1000 * .critical_ns | round' "$work/here/flx_secded_enc.area.json")"
sed 's|^area : |// area : 1;  old\narea : |' "$lib" >"$work/slashed.lib"
block "$work/slashed.lib" slashed
same "comments" "$(area slashed)" "$(area here)"

# A directory, text that is no library, one without flip-flops: one line.
mkdir "$work/folder.lib"
expect 2 "folder.lib: " synth/flow/library.py "$work/folder.lib" "$work/lo"
expect 2 "nothing.lib: " synth/flow/library.py "$work/nothing.lib" "$work/lo"
echo 'library (x) { time_unit : "1ns"; cell (A) { area : 1; } }' >"$work/gates.lib"
expect 2 "library has 1 cells and 0 flip-flops" synth/flow/library.py "$work/gates.lib" "$work/lo"
echo "tools_test: $checks checks, $failed failed"
[ $failed = 0 ]
