#!/bin/bash
# baselines.sh - area and clock of the Flexpoint PE and of its rivals, measured alike. Twin: docs/baselines.md, synth/baselines.py
#
#   baselines.sh LIB OUT_JSON
#     LIB   liberty file         OUT_JSON   what synth/baselines.py prints as a table
#   SYNTH_BUILD=build/synth      where netlists and prepared libraries are kept: NAME/TOP.json for programs (README of synth/block.sh)
#
# Two recipes. Area: synth/block.sh, no clock, no sizing. Clock: the same steps, but every adder open to ABC, which buffers and sizes for a
# target, the path of the 4-lane Flexpoint PE under the area recipe; mapped for area, or for speed where that misses the target. A result is kept while the RTL and the recipe are older.
# Exit 0 written, 2 bad input, 3 a tool failed.
set -euo pipefail
[ $# = 2 ] || { sed -n '4,6s/^# *//p' "$0" >&2; exit 2; }
lib=$1 out=$2
# shellcheck source=synth/flow.sh
. synth/flow.sh
flow_library "$lib"
work=${SYNTH_BUILD:-build/synth}/$LIB_NAME/baselines
mkdir -p "$work" "$(dirname "$out")"

flex_rtl="rtl/flx_pe.v rtl/flx_dot.v rtl/flx_dot_fast.v rtl/flx_chunk.v"
base_rtl="$(echo rtl/base/*.v) rtl/flx_dot.v"
# name:top:parameters, of the area recipe
area_designs="flex16_1:flx_pe:LANES=1 flex16_4:flx_pe:LANES=4
    int8_1:flx_base_pe:KIND=0 int8_4:flx_base_pe:KIND=0,LANES=4
    bf16_bf16:flx_base_pe:KIND=1 fp16_fp16:flx_base_pe:KIND=2 fp16_fp16_flush:flx_base_pe:KIND=2,SUBNORMAL=0
    bf16_fp32:flx_base_pe:KIND=3 fp16_fp32:flx_base_pe:KIND=4 fp16_fp32_flush:flx_base_pe:KIND=4,SUBNORMAL=0 fp32:flx_base_pe:KIND=5
    bf16_fp32_4:flx_base_pe:KIND=3,LANES=4 fp16_fp32_4:flx_base_pe:KIND=4,LANES=4"
# of the clock recipe: the float rivals with as many pipeline registers as the clock asks for, and the faster normaliser before binary32
clock_designs="flex16_1:flx_pe:LANES=1 flex16_4:flx_pe:LANES=4 int8_4:flx_base_pe:KIND=0,LANES=4
    bf16_bf16:flx_base_pe:KIND=1,PIPE=1 fp16_fp16:flx_base_pe:KIND=2,PIPE=1
    bf16_fp32:flx_base_pe:KIND=3,PIPE=1,SERIAL=0 fp16_fp32:flx_base_pe:KIND=4,PIPE=1,SERIAL=0 fp32:flx_base_pe:KIND=5,PIPE=1,SERIAL=0
    bf16_fp32_4:flx_base_pe:KIND=3,LANES=4,PIPE=2,SERIAL=0 fp16_fp32_4:flx_base_pe:KIND=4,LANES=4,PIPE=2,SERIAL=0"

sources() { # TOP
    if [ "$1" = flx_pe ]; then echo "$flex_rtl"; else echo "$base_rtl"; fi
}

fresh() { # RESULT TOP: newer than its sources and recipe
    local f
    [ -f "$1" ] || return 1
    for f in $(sources "$2") rtl/flx_booth.vh synth/baselines.sh synth/flow.sh "$lib"; do [ "$1" -nt "$f" ] || return 1; done
}

# One PE under the clock recipe, into DIR: mapped for area, then, if that misses the period, for speed, sized ever harder: ABC's loads are
# not OpenSTA's, so its target is below the period.
clocked() { # TOP PARAMS DIR PERIOD_PS
    local top=$1 dir=$3 p effort map target chparam=""
    for p in $2; do chparam="$chparam -chparam ${p%%=*} ${p#*=}"; done
    mkdir -p "$dir"
    {
        echo "read_liberty -lib $lib; read_verilog -Irtl $(sources "$top")"
        echo "hierarchy -check -top $top$chparam; proc; flatten; opt_clean"
        flow_coarse
        echo "techmap; opt -fast; opt_clean; dfflegalize -cell \$_DFF_P_ x; opt -fast; dfflibmap -liberty $LIB_DIR/used.lib; opt -fast; write_rtlil $dir/$top.gates"
    } >"$dir/$top.ys"
    yosys -q -l "$dir/$top.log" "$dir/$top.ys" >/dev/null 2>"$dir/$top.err" || flow_die 3 "$dir/$top.err: yosys failed: $(tail -1 "$dir/$top.err")"
    for effort in amap,-m:$4 map,-B,0.9:$(($4 * 6 / 10)) map,-B,0.9:100; do
        IFS=: read -r map target <<<"$effort"
        {
            echo "read_liberty -lib $lib; read_rtlil $dir/$top.gates"
            echo "abc -liberty $LIB_DIR/used.lib -script +strash;&get,-n;&fraig,-x;&put;scorr;dc2;dch,-f;$map;topo;buffer,-c,-N,16;upsize,-D,$target;dnsize,-D,$target"
            echo "opt_clean -purge; check -assert -mapped; write_json $dir/$top.json.part"
        } >"$dir/$top.ys"
        yosys -q -l "$dir/$top.log" "$dir/$top.ys" >/dev/null 2>"$dir/$top.err" || flow_die 3 "$dir/$top.err: yosys failed: $(tail -1 "$dir/$top.err")"
        python3 synth/split.py "$LIB_DIR/library.json" "$dir/$top.json.part" "$top" "$dir/$top.sta.v"
        flow_sta "$lib" "$top" "$dir/$top.sta.v" clk_i "$dir/$top.sta.txt"
        python3 synth/measure.py "$LIB_DIR/library.json" "$dir/$top.json.part" "$top" "$2" "$dir/$top.sta.txt" "$dir/$top.area"
        mv "$dir/$top.json.part" "$dir/$top.json"
        if jq -e --argjson period "$4" '.critical_ns * 1000 <= $period' "$dir/$top.area.json" >/dev/null; then break; fi
    done
}

# shellcheck disable=SC2086  # lists of words
total=$(echo $area_designs $clock_designs | wc -w)
count=0 started=$SECONDS
progress() { # NAME
    count=$((count + 1))
    echo "baselines: $LIB_NAME, $count of $total, $1, $((SECONDS - started)) s" >&2
}
for d in $area_designs; do
    IFS=: read -r name top params <<<"$d"
    progress "$name"
    fresh "$work/$name/$top.area.json" "$top" || synth/block.sh "$lib" "$top" "$(sources "$top")" "${params//,/ }" "$work/$name"
done
period=$(jq '(.critical_ns * 1000) | floor' "$work/flex16_4/flx_pe.area.json")
for d in $clock_designs; do
    IFS=: read -r name top params <<<"$d"
    progress "$name at $period ps"
    fresh "$work/${name}_clock/$top.area.json" "$top" || clocked "$top" "${params//,/ }" "$work/${name}_clock" "$period"
done
{
    for d in $area_designs; do
        IFS=: read -r name top params <<<"$d"
        jq -c --arg name "$name" '{name: $name, recipe: "area", library, parameters, area, flip_flops, flip_flop_area, critical_ns}' "$work/$name/$top.area.json"
    done
    for d in $clock_designs; do
        IFS=: read -r name top params <<<"$d"
        jq -c --arg name "$name" '{name: $name, recipe: "clock", library, parameters, area, flip_flops, flip_flop_area, critical_ns}' "$work/${name}_clock/$top.area.json"
    done
} | jq -s --argjson period "$period" '{library: .[0].library, period_ps: $period, designs: map(del(.library))}' >"$out.part"
mv "$out.part" "$out"
