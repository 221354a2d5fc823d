#!/bin/bash
# baselines.sh - energy per MAC of flex16 beside its rivals on the same traces. Twins: synth/netsim/rivals.py, rtl/base/flx_base_pe.v
#
#   baselines.sh NETSIM LIB OUTDIR TRACE...     writes OUTDIR/run_NAME_LANES.json for flex16 and every rival
# BASE=rtl/base, SLEW (0.05 ns), CYCLES (256 of each trace), GLITCH (48 of them with delays too)
# Exit 0 written, 1 a netlist disagrees with its model, 2 bad input, 3 a tool failed.
set -euo pipefail
[ $# -ge 4 ] || { sed -n '4p' "$0" >&2; exit 2; }
netsim=$1 lib=$2 out=$3
shift 3
base=${BASE:-rtl/base} slew=${SLEW:-0.05} cycles=${CYCLES:-256} glitch=${GLITCH:-48}
here=$(dirname "$0")
[ -f "$base/flx_base_pe.v" ] || { echo "$base/flx_base_pe.v: file is missing, expected the rivals' RTL" >&2; exit 2; }
mkdir -p "$out"

measure() { # NAME LANES TOP FILES PARAMS MODE VALUE
    local name=$1_$2 top=$3
    if [ ! -f "$out/$name/$top.json" ] || [ "$lib" -nt "$out/$name/$top.json" ] || [ "$here/../flow.sh" -nt "$out/$name/$top.json" ] || [ -n "$(find rtl "$base" -name '*.v*' -newer "$out/$name/$top.json" -print -quit)" ]; then
        echo "baselines: mapping $name" >&2
        "$here/../block.sh" "$lib" "$top" "$4" "$5" "$out/$name"
    fi
    echo "baselines: simulating $name" >&2
    "$netsim" --lib "$lib" --slew "$slew" --netlist "$out/$name/$top.json" --groups "$here/pe.groups" --label "$name" --report "$out/run_$name.json" "$6" "$7" \
        --cycles "$cycles" --glitch "$glitch" "${traces[@]}" >"$out/run_$name.txt"
}
traces=("$@")
flex="rtl/flx_pe.v rtl/flx_dot.v rtl/flx_dot_fast.v rtl/flx_chunk.v"
rivals="$(echo "$base"/flx_base_{add,facc,fdot,mul,norm,pe,pipe,step,umul}.v) rtl/flx_dot.v"
kind() { case $1 in int8) echo 0 ;; bf16) echo 1 ;; fp16) echo 2 ;; bf16_fp32) echo 3 ;; fp16_fp32) echo 4 ;; fp32) echo 5 ;; esac }
for lanes in 4 1; do [ -z "${ONLY:-}" ] && measure flex16 $lanes flx_pe "$flex" "LANES=$lanes" --pe $lanes; done
# NAME:LANES:PIPE. PIPE = 0 is flex16's own timing; the registers of the others stop glitches on their way.
for rival in int8:4:0 bf16_fp32:4:0 bf16_fp32:4:2 fp16_fp32:4:0 fp16_fp32:4:2 int8:1:0 bf16:1:0 bf16:1:1 fp16:1:0 bf16_fp32:1:0 bf16_fp32:1:1 fp16_fp32:1:0 fp32:1:0; do
    IFS=: read -r name lanes pipe <<<"$rival"
    result=$lanes
    [ "$pipe" = 0 ] || result=${lanes}_pipe$pipe
    [ -n "${ONLY:-}" ] && [[ " $ONLY " != *" $rival "* ]] && continue
    measure "$name" "$result" flx_base_pe "$rivals" "KIND=$(kind "$name") LANES=$lanes PIPE=$pipe" --rival "$rival"
done
