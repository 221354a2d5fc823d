#!/bin/bash
# lanes.sh - what lanes and accumulator width cost: the array of 256 MACs for LANES 1..16, one PE for ACC_BITS 32, 40, 48. Twin: synth/block.sh
#
#   lanes.sh LIB     table on stdout, build/report/synth_lanes_LIBRARY.json
# A row's array is ROWS x COLS PEs of that many lanes, plus the operand skew and the column buses, which block.sh measures on
# flx_array with the PE as a black box. Reads: mantissas that enter the array in a cycle. Exit 0, 2 bad input, 3 a tool failed.
set -euo pipefail
lib=$1
# shellcheck source=synth/flow.sh
. "$(dirname "$0")/flow.sh"
flow_library "$lib"
out=${SYNTH_BUILD:-build/synth}/$LIB_NAME/lanes
report=build/report/synth_lanes_$LIB_NAME.json
mkdir -p "$out" build/report
pe="rtl/flx_pe.v rtl/flx_dot.v rtl/flx_dot_fast.v rtl/flx_chunk.v"
value() { jq -r ".$1" "$2"; }
rows=
printf '%-6s %-8s %-9s %12s %12s %14s %10s %8s\n' lanes grid ACC_BITS PE 'PE per MAC' 'array per MAC' 'path ns' reads
for shape in "1 16 16" "2 8 16" "4 8 8" "8 4 8" "16 4 4"; do
    read -r lanes r c <<<"$shape"
    synth/block.sh "$lib" flx_pe "$pe" "LANES=$lanes" "$out/pe_$lanes" 2>"$out/err" || flow_die 3 "$out/err: $(cat "$out/err")"
    BLACKBOX="flx_pe" synth/block.sh "$lib" flx_array "rtl/flx_array.v rtl/flx_skew.v $pe" "ROWS=$r COLS=$c LANES=$lanes" "$out/array_$lanes" 2>"$out/err" ||
        flow_die 3 "$out/err: $(cat "$out/err")"
    p=$(value area "$out/pe_$lanes/flx_pe.area.json") g=$(value area "$out/array_$lanes/flx_array.area.json") t=$(value critical_ns "$out/pe_$lanes/flx_pe.area.json")
    row=$(jq -nc "{lanes: $lanes, rows: $r, cols: $c, acc_bits: 48, pe: $p, pe_per_mac: ($p / $lanes), array_per_mac: ((256 / $lanes * $p + $g) / 256), critical_ns: $t, reads: (($r + $c) * $lanes)}")
    rows="$rows$row"$'\n'
    jq -r '[.lanes, "\(.rows)x\(.cols)", .acc_bits, .pe, .pe_per_mac, .array_per_mac, .critical_ns, .reads] | @tsv' <<<"$row" |
        while IFS=$'\t' read -r a b d e f h i j; do printf '%-6s %-8s %-9s %12.0f %12.1f %14.1f %10.2f %8s\n' "$a" "$b" "$d" "$e" "$f" "$h" "$i" "$j"; done
done
for acc in 32 40; do
    synth/block.sh "$lib" flx_pe "$pe" "LANES=4 ACC_BITS=$acc" "$out/acc_$acc" 2>"$out/err" || flow_die 3 "$out/err: $(cat "$out/err")"
    p=$(value area "$out/acc_$acc/flx_pe.area.json") t=$(value critical_ns "$out/acc_$acc/flx_pe.area.json")
    rows="$rows$(jq -nc "{lanes: 4, acc_bits: $acc, pe: $p, pe_per_mac: ($p / 4), critical_ns: $t}")"$'\n'
    printf '%-6s %-8s %-9s %12.0f %12.1f %14s %10.2f %8s\n' 4 - "$acc" "$p" "$(jq -n "$p / 4")" - "$t" -
done
jq -s "{library: \"$LIB_NAME\", rows: .}" <<<"$rows" >"$report.part"
mv "$report.part" "$report"
