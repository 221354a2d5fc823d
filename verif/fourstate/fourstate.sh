#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# fourstate.sh - random programs on the core in Icarus. Twin: verif/fourstate/fourstate_tb.v
#   fourstate.sh DUMP BUILD_DIR CONFIG COUNT "PARAMETERS OF ICARUS" [open]
# open: the core does not mask operand B, and one of the programs must fail.
# Exit 0, 1 an output is X or wrong, or the open core passes; 3 a tool failed
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
dump=$(realpath "$1") config=$3 count=$4 kind=${6:-core}
out=$(realpath -m "$2/$3_$kind")
cd "$flx_root"
read -ra parameters <<<"$5"
mkdir -p "$out"
list=rtl/flx_core.f
if [ "$kind" = open ]; then
    sed 's/\(b_data\[.*N\]\) & {N{lane_fires\[l\]}};/\1;/' rtl/core/flx_core.v >"$out/flx_core.v"
    ! cmp -s rtl/core/flx_core.v "$out/flx_core.v" || { echo "fourstate: rtl/core/flx_core.v has no mask of B" >&2; exit 3; }
    list=$out/open.f
    sed "s|^rtl/core/flx_core.v|$out/flx_core.v|" rtl/flx_core.f >"$list"
fi
iverilog -g2005 -Wall -s fourstate_tb "${parameters[@]}" -o "$out/core.vvp" verif/fourstate/fourstate_tb.v -f "$list" >"$out/iverilog.log" 2>&1 && [ ! -s "$out/iverilog.log" ] ||
    { cat "$out/iverilog.log" >&2; echo "fourstate: $config: iverilog failed" >&2; exit 3; }

cycles=0
for ((seed = 1; seed <= count; seed++)); do
    about=$("$dump" "$config" "$seed" "$out/$seed.txt") || exit 3
    cycles=$((cycles + $(wc -l <"$out/$seed.txt")))
    play=(vvp -n "$out/core.vvp" "+stimulus=$out/$seed.txt")
    ((seed % 3 != 0)) || play+=("+interrupted=$((seed * 40))")
    ! "${play[@]}" >"$out/$seed.log" 2>&1 || continue
    if [ "$kind" = open ]; then
        echo "$config without a mask of B: program $seed fails, as it must: $(head -1 "$out/$seed.log")"
        exit 0
    fi
    cat "$out/$seed.log"
    echo "fourstate: $about"
    echo "repeat: ${play[*]@Q}"
    exit 1
done
if [ "$kind" = open ]; then
    echo "fourstate: $config: without a mask of B all $count programs pass, expected an X" >&2
    exit 1
fi
echo "$config: $count programs, $cycles cycles: no X, every output right"
