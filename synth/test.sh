#!/bin/bash
# test.sh - the area gate: the smallest core's netlist proven and replayed, its blocks within their budgets, a wrong cell found by both. Twin: synth/budget.txt
#   test.sh LIB NETSIM TRACE..     exit 0 passed, 1 over or under a budget, or a wrong netlist passed; 3 a tool failed
set -euo pipefail
lib=$1
shift
# shellcheck source=synth/flow.sh
. "$(dirname "$0")/flow.sh"
flow_library "$lib"
netsim=$1
out=${SYNTH_BUILD:-build/synth}/$LIB_NAME/tiny
synth/synth.sh "$lib" tiny "$@"
python3 synth/budget.py synth/budget.txt "build/report/synth_${LIB_NAME}_tiny.json"
for module in flx_pe flx_requant; do
    status=0
    said=$(synth/synth.sh "$lib" tiny --wrong "$module" 2>&1) || status=$?
    if [ $status != 1 ] || ! grep -q "^MISMATCH: $module" <<<"$said" || grep -q 'per MAC' <<<"$said"; then
        echo "test-synth: a wrong cell in $module ended with exit $status, expected 1, a mismatch and no figure"
        exit 1
    fi
    echo "a wrong cell in $module is found: $(grep -m1 "^MISMATCH: $module" <<<"$said")"
done

# The replay alone has to notice one, too: on the column buses, which every result passes. Of a cell of flx_pe's rounding it notices nothing, as no
# trace rounds in chunks: such a cell is for the proof.
python3 synth/flip.py "$LIB_DIR/library.json" "$out/core.json" flx_array "$out/wrong.json"
status=0
rm -f "$out/wrong/replay.json"
said=$("$netsim" --lib "$lib" --netlist "$out/wrong.json" --groups synth/netsim/core.groups --core tiny --report "$out/wrong/replay.json" "${@:2}" 2>&1) || status=$?
if [ $status != 1 ] || [ -f "$out/wrong/replay.json" ] || grep -q 'pJ' <<<"$said"; then
    echo "test-synth: the replay of a wrong cell in flx_array ended with exit $status, expected 1, a mismatch and no figure"
    exit 1
fi
echo "a wrong cell in flx_array is found by the replay: $(tail -1 <<<"$said")"
