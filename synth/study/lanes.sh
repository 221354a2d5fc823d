#!/bin/bash
# lanes.sh - what lanes, accumulator width and pipeline depth cost: arrays of 256 MACs, mapped, proven, measured on traces. Twin: synth/study/lanes.py, docs/gen/lanes.md
#
#   lanes.sh LIB NETSIM CORE OUT_JSON TRACE..     NETSIM: flx-netsim; CORE: directory of a proven mac256 (synth/flow/synth.sh)
# Each shape is a whole flx_array, its PE and the rest mapped once each by the recipe of the core and proven equal to the RTL. Energy: the operands that
# 64 PEs of an 8 x 8 grid see; the operand FIFOs' energy comes from the core. CYCLES (512), GLITCH (48) of each trace, SLEW (0.05 ns).
# Netlists, proofs and measurements that are newer than what they depend on are kept in SYNTH_BUILD (build/synth)/LIBRARY/lanes.
# Exit 0 written, 1 mismatch, 2 bad input, 3 a tool failed. A proof that runs out of time leaves its row marked unproven and without energy.
set -euo pipefail
[ $# -ge 5 ] || { sed -n '4s/^# *//p' "$0" >&2; exit 2; }
lib=$1 netsim=$2 core=$3 report=$4
shift 4
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
flow_library "$lib"
out=${SYNTH_BUILD:-build/synth}/$LIB_NAME/lanes
slew=${SLEW:-0.05} cycles=${CYCLES:-512} glitch=${GLITCH:-48}
[ -f "$core/proof.json" ] || flow_die 2 "$core/proof.json: file is missing, expected the proof of a core of 256 MACs"
mkdir -p "$out" "$(dirname "$report")"

rtl=$(sw/gen/rtl_list.py closure flx_array)
recipe="$FLOW_RECIPE synth/study/lanes.sh"
run() { # DIR NAME: runs DIR/NAME.ys
    flow_yosys "$(basename "$1"): $2" "$1/$2"
}
map() { # DIR LANES ROWS COLS ACC_BITS PE_PIPE: files as those of synth/flow/core.sh
    {
        echo "read_verilog $(sw/gen/rtl_list.py incdirs) $rtl; hierarchy -check -top flx_array -chparam LANES $2 -chparam ROWS $3 -chparam COLS $4 -chparam ACC_BITS $5 -chparam PE_PIPE $6; proc"
        echo "setattr -mod -set keep_hierarchy 1 *flx_pe* *flx_recode*; flatten; hierarchy -top flx_array; opt_clean; write_rtlil $1/hashed.il"
    } >"$1/elaborate.ys"
    run "$1" elaborate
    synth/flow/name.py "$1/hashed.il" "$1/elaborated.il"
    {
        echo "read_liberty -lib $lib; read_rtlil $1/elaborated.il; hierarchy -top flx_array"
        flow_coarse "$1/core"
        echo "select flx_pe; write_rtlil -selected $1/merged.il; select -clear"
        flow_map "$1/core"
        echo "write_json $1/core.json.part"
    } >"$1/map.ys"
    run "$1" map
    synth/flow/split.py "$LIB_DIR/library.json" "$1/core.json.part" flx_array "$1/core.sta.v"
    flow_sta_blocks "$lib" "$1/core.sta.v" "$1/core.sta.txt" flx_array
    mv "$1/core.json.part" "$1/core.json"
}
measure() { # RESULT NETLIST OPTIONS..
    flow_newer "$1" "$2" "$netsim" || "$netsim" --lib "$lib" --slew "$slew" --netlist "$2" --label "$(basename "$1" .json)" --report "$1" "${@:3}" >"${1%.json}.txt"
}

# lanes, rows, columns, accumulator width, PE_PIPE
shapes=("1 16 16 48 0" "2 8 16 48 0" "4 8 8 48 0" "8 4 8 48 0" "16 4 4 48 0" "4 8 8 40 0" "4 8 8 32 0" "1 16 16 40 0" "1 16 16 32 0" "4 8 8 48 1")
count=0
progress() { # TEXT
    local left='' total=${#shapes[@]}
    [ $count = 0 ] || left=", about $((SECONDS * (total - count) / count)) s left"
    echo "lanes: $count of $total shapes, $1 ($SECONDS s$left)" >&2
}
for shape in "${shapes[@]}"; do
    read -r lanes rows cols acc pipe <<<"$shape"
    dir=$out/lanes${lanes}_acc${acc}_pipe$pipe
    mkdir -p "$dir"
    # shellcheck disable=SC2086
    if ! flow_newer "$dir/core.json" $rtl $recipe "$LIB_DIR/ready"; then
        progress "mapping $lanes lanes, $acc bits, PE_PIPE = $pipe"
        map "$dir" "$lanes" "$rows" "$cols" "$acc" "$pipe"
    fi
    if ! flow_newer "$dir/proof.json" "$dir/core.json" synth/proof/prove.sh synth/proof/prove.py synth/proof/gates.py synth/proof/tree.py; then
        progress "proving $lanes lanes, $acc bits, PE_PIPE = $pipe"
        rm -f "$dir/proof.json"
        status=0
        synth/proof/prove.sh "$lib" "$dir" >"$dir/proof.txt" || status=$?
        if [ $status != 0 ] && [ $status != 4 ]; then
            grep MISMATCH "$dir/proof.txt" >&2 || true
            flow_die $status "lanes: $lanes lanes, $acc bits, PE_PIPE = $pipe: the netlist is not proven to be the RTL: no area, no timing, no power"
        fi
    fi
    if [ "$(jq .undecided "$dir/proof.json")" = 0 ]; then
        progress "replaying $lanes lanes, $acc bits, PE_PIPE = $pipe"
        measure "$dir/energy.json" "$dir/core.json" --top flx_pe --groups synth/netsim/pe.groups --pe "$lanes:$pipe" --acc "$acc" --cycles "$cycles" --glitch "$glitch" "$@"
    fi
    count=$((count + 1))
done
progress "operand FIFOs"
measure "$out/reads.json" "$core/core.json" --groups synth/netsim/reads.groups --core mac256 "${@:1:64}"
synth/study/lanes.py "$LIB_DIR/library.json" "$out" "$report"
