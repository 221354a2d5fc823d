#!/bin/bash
# energy.sh - energy of the core's blocks on the shipped traces: maps, simulates, compares, and writes the figures. Twin: synth/study/energy.py
#
#   energy.sh NETSIM LIB OUTDIR TRACE...     NETSIM: build/bin/flx-netsim
#     OUTDIR/*/*.json    netlists, kept until the RTL or the library is newer; those of PEs and core are where synth/study/pes.sh and synth/flow/core.sh keep them
#     OUTDIR/run_*.json  what flx-netsim measured
# SLEW (0.05 ns), CYCLES (512 of each trace), GLITCH (48 cycles of each trace with delays), CORE_LANES (16 traces side by side on the core; 0: no core)
# Exit 0 written, 1 a netlist disagrees with the golden model, 2 bad input, 3 a tool failed.
set -euo pipefail
[ $# -ge 4 ] || { sed -n '4p' "$0" >&2; exit 2; }
netsim=$1 lib=$2 out=$3
shift 3
slew=${SLEW:-0.05} cycles=${CYCLES:-512} glitch=${GLITCH:-48} core_lanes=${CORE_LANES:-16}
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
# shellcheck source=synth/study/pes.sh
. synth/study/pes.sh
flow_library "$lib"
mkdir -p "$out"

map() { # NAME TOP FILES PARAMS
    # shellcheck disable=SC2086  # a list
    if flow_newer "$out/$1/$2.json" rtl "$lib" synth/flow/block.sh $FLOW_RECIPE; then return; fi
    echo "energy: mapping $1" >&2
    synth/flow/block.sh "$lib" "$2" "$3" "$4" "$out/$1"
}
simulate() { # RESULT NETLIST OPTIONS...
    local result=$1 netlist=$2
    shift 2
    echo "energy: simulating $result" >&2
    "$netsim" --lib "$lib" --slew "$slew" --netlist "$netlist" --label "$result" --report "$out/run_$result.json" "$@" >"$out/run_$result.txt"
}

for lanes in 4 1; do
    pe_area "$lib" "flex16_$lanes"
    pe=$(pe_dir "flex16_$lanes")/flx_pe.json
    simulate "pe$lanes" "$pe" --groups "synth/netsim/pe.groups" --pe $lanes --cycles "$cycles" --glitch "$glitch" "$@"
    simulate "pe${lanes}_random" "$pe" --groups "synth/netsim/pe.groups" --pe $lanes --cycles "$cycles" --glitch "$glitch" --random
done
map requant flx_requant rtl/core/flx_requant.v ""
simulate requant "$out/requant/flx_requant.json" --requant 4 --cycles "$cycles" --glitch "$glitch" "$@"

if [ "$core_lanes" != 0 ]; then
    flow_core "$lib" mac256
    step=$((($# + core_lanes - 1) / core_lanes))
    lanes=()
    for ((i = 1; i <= $#; i += step)); do lanes+=("${!i}"); done
    simulate core "${SYNTH_BUILD:-build/synth}/$LIB_NAME/mac256/core.json" --groups "synth/netsim/core.groups" --core mac256 --m 16 --n 16 --k 64 "${lanes[@]}"
fi
