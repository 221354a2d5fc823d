#!/bin/bash
# rivals_energy.sh - energy per MAC of flex16 beside its rivals on the same traces. Twins: synth/study/rivals_energy.py, synth/study/pes.sh
#
#   rivals_energy.sh NETSIM LIB OUTDIR TRACE...     writes OUTDIR/run_NAME.json and run_FORMAT_clock.json of flex16 and every rival, OUTDIR/measured.json
# The netlists are those of synth/study/rivals_area.sh, mapped here if they are missing or stale.
# SLEW (0.05 ns), CYCLES (256 of each trace), GLITCH (48 of them with delays too)
# Exit 0 written, 1 a netlist disagrees with its model, 2 bad input, 3 a tool failed.
set -euo pipefail
[ $# -ge 4 ] || { sed -n '4p' "$0" >&2; exit 2; }
netsim=$1 lib=$2 out=$3
shift 3
traces=("$@")
slew=${SLEW:-0.05} cycles=${CYCLES:-256} glitch=${GLITCH:-48}
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
# shellcheck source=synth/study/pes.sh
. synth/study/pes.sh
flow_library "$lib"
mkdir -p "$out"
rm -f "$out"/run_*.json

simulate() { # NAME [clock]
    local dir about pipe mode label=$1${2:+_$2}
    pe_get "$1"
    pe_edge "$lib"
    dir=$(pe_dir "$@")
    about=$(pe_about "$dir/$PE_TOP.area.json")
    pipe=$(jq .pipe <<<"$about")
    if [ "$PE_MODEL" = flex16 ]; then mode="--pe $PE_LANES"; else mode="--rival $PE_MODEL:$PE_LANES:$pipe"; fi
    # shellcheck disable=SC2086  # an option and its value
    "$netsim" --lib "$lib" --slew "$slew" --netlist "$dir/$PE_TOP.json" --groups "synth/netsim/pe.groups" --label "$label" --report "$out/run_$label.json" $mode \
        --cycles "$cycles" --glitch "$glitch" "${traces[@]}" >"$out/run_$label.txt"
    # What the report cannot know.
    jq --arg recipe "${2:-area}" --argjson about "$about" '{recipe: $recipe} + $about + .' "$out/run_$label.json" >"$out/run_$label.json.part"
    mv "$out/run_$label.json.part" "$out/run_$label.json"
    labels+=("$label")
}

names=() # of the area recipe, those that have a model
for name in $PE_AREA_NAMES; do
    pe_get "$name"
    [ "$PE_MODEL" = - ] || names+=("$name")
done
mapfile -t formats <<<"$PE_CLOCK_FORMATS"
total=$((${#names[@]} + ${#formats[@]}))
count=0
labels=()
period=$(pe_period "$lib")
for name in "${names[@]}"; do
    pe_progress energy $((count += 1)) "$total" "$name"
    pe_area "$lib" "$name"
    simulate "$name"
done
for name in "${formats[@]}"; do
    pe_progress energy $((count += 1)) "$total" "$name at $period ps"
    pe_clock "$lib" "$name" "$period"
    simulate "$name" clock
done
jq -n --argjson period "$period" '{period_ps: $period, labels: $ARGS.positional}' --args "${labels[@]}" >"$out/measured.json"
