#!/bin/bash
# rivals_area.sh - area and clock of the Flexpoint PE and of its rivals, measured alike. Twin: docs/rivals.md, synth/study/rivals_area.py
#
#   rivals_area.sh LIB OUT_JSON
#     LIB   liberty file         OUT_JSON   what synth/study/rivals_area.py prints as a table
#   SYNTH_BUILD=build/synth      where netlists and prepared libraries are kept
#
# Which PEs, and the two recipes: synth/study/pes.sh. Exit 0 written, 2 bad input, 3 a tool failed.
set -euo pipefail
[ $# = 2 ] || { sed -n '4,6s/^# *//p' "$0" >&2; exit 2; }
lib=$1 out=$2
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
# shellcheck source=synth/study/pes.sh
. synth/study/pes.sh
flow_library "$lib"
mkdir -p "$(dirname "$out")"

# shellcheck disable=SC2086  # lists of words
total=$(echo $PE_AREA_NAMES $PE_CLOCK_FORMATS | wc -w)
count=0
for name in $PE_AREA_NAMES; do
    pe_progress rivals $((count += 1)) "$total" "$name"
    pe_area "$lib" "$name"
done
period=$(pe_period "$lib")
for name in $PE_CLOCK_FORMATS; do
    pe_progress rivals $((count += 1)) "$total" "$name at $period ps"
    pe_clock "$lib" "$name" "$period"
done
row() { # RECIPE NAME [clock]
    local netlist
    pe_get "$2"
    pe_edge "$lib"
    netlist=$(pe_dir "${@:2}")/$PE_TOP.area.json
    jq -c --arg recipe "$1" --argjson about "$(pe_about "$netlist")" '{recipe: $recipe} + $about + {library, parameters, area, flip_flops, flip_flop_area, critical_ns}' "$netlist"
}
{
    for name in $PE_AREA_NAMES; do row area "$name"; done
    for name in $PE_CLOCK_FORMATS; do row clock "$name" clock; done
} | jq -s --argjson period "$period" --argjson macs "$PE_MACS" '{library: .[0].library, period_ps: $period, macs: $macs, designs: map(del(.library))}' >"$out.part"
mv "$out.part" "$out"
