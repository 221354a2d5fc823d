#!/bin/bash
# fourstate.sh - random programs on the core in Icarus, and once on a core whose empty FIFOs show what they hold, which must fail. Twin: verif/fourstate/fourstate_tb.v
#   fourstate.sh DUMP BUILD_DIR CONFIG COUNT "PARAMETERS OF ICARUS"     Exit 0, 1 an output is X or wrong, or the broken core passes, 3 a tool failed
set -euo pipefail
export LC_ALL=C
dump=$1 out=$2/$3 config=$3 count=$4
read -ra parameters <<<"$5"
mkdir -p "$out/rtl"

compile() { # NAME FILES..
    iverilog -g2005 -Wall -s fourstate_tb "${parameters[@]}" -o "$out/$1.vvp" verif/fourstate/fourstate_tb.v "${@:2}" >"$out/$1.log" 2>&1 && [ ! -s "$out/$1.log" ] ||
        { cat "$out/$1.log" >&2; echo "fourstate: $config: iverilog failed" >&2; exit 3; }
}
play() { # NAME SEED
    vvp -n "$out/$1.vvp" "+stimulus=$out/$2.txt" >"$out/$1_$2.log" 2>&1
}
compile core -f rtl/flx_core.f
# shellcheck disable=SC2016  # Verilog's braces
sed 's/ & {WIDTH{out_valid_o}}//' rtl/lib/flx_fifo.v >"$out/rtl/flx_fifo.v"
sed "s|^rtl/lib/flx_fifo.v|$out/rtl/flx_fifo.v|" rtl/flx_core.f >"$out/open.f"
compile open -f "$out/open.f"

cycles=0 found=0
for ((seed = 1; seed <= count; seed++)); do
    about=$("$dump" "$config" "$seed" "$out/$seed.txt") || exit 3
    if ! play core "$seed"; then
        cat "$out/core_$seed.log"
        echo "fourstate: $about"
        echo "repeat: vvp -n $out/core.vvp +stimulus=$out/$seed.txt"
        exit 1
    fi
    cycles=$((cycles + $(wc -l <"$out/$seed.txt")))
    play open "$seed" || found=$((found + 1))
done
if [ "$found" = 0 ]; then
    echo "fourstate: $config: FIFOs that show words never written pass all $count programs, expected an X" >&2
    exit 1
fi
echo "$config: $count programs, $cycles cycles: no X, every output right; $found of them fail with FIFOs that show words never written"
