#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# synth_test.sh - the area gate: the smallest core's netlist proven and replayed, its blocks within their budgets, a wrong cell found by proof and replay. Twin: verif/synth/budget.txt
#   synth_test.sh LIB NETSIM TRACE..     exit 0 passed, 1 over or under a budget, or a wrong netlist passed; 3 a tool failed
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
lib=$1
shift
unset PERIOD SDC RECIPE ORDER
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
flow_library "$lib"
netsim=$1
out=${SYNTH_BUILD:-build/synth}/$LIB_NAME/tiny
synth/flow/synth.sh "$lib" tiny "$@"
verif/synth/groups_test.py
verif/synth/budget.py verif/synth/budget.txt "build/report/core_tiny_$LIB_NAME.json"
for module in flx_pe flx_requant; do
    status=0
    said=$(synth/flow/synth.sh "$lib" tiny --wrong "$module" 2>&1) || status=$?
    if [ $status != 1 ] || ! grep -q "^MISMATCH: $module" <<<"$said" || grep -q 'per MAC' <<<"$said"; then
        echo "test-synth: a wrong cell in $module ended with exit $status, expected 1, a mismatch and no figure"
        exit 1
    fi
    echo "a wrong cell in $module is found: $(grep -m1 "^MISMATCH: $module" <<<"$said")"
done

# synth/flow/columns.py: sums of every form are proven, each in another order of its trees' bits, and so is flx_pe's tree; a full adder of it whose carry and sum are exchanged is found.
for size in "4 3 8 deal2" "4 3 5 deal1" "3 4 11 shuffle1" "1 5 4 deal7+prefix"; do
    read -r n m w order <<<"$size"
    {
        echo "read_verilog verif/synth/sums.v; hierarchy -top sums -chparam N $n -chparam M $m -chparam W $w; proc; rename -top sums; design -save rtl"
        ORDER=$order flow_coarse "$out/sums"
        echo "select -assert-min 10 t:\$fa; rename sums trees; design -stash trees; design -copy-from rtl -as sums sums; design -copy-from trees -as trees trees"
        echo "miter -equiv -flatten sums trees both; hierarchy -top both; techmap; opt; sat -verify -prove trigger 0 both"
    } >"$out/sums.ys"
    flow_yosys "sums of $n, $m and $w bits" "$out/sums"
done
echo "sums of every form are proven"
verif/synth/swap.py "$out/tree.json" "$out/wrong/tree.json"
status=0
synth/proof/tree.py "$out/pe.json" "$out/wrong/tree.json" >"$out/wrong/tree.txt" || status=$?
if [ $status != 1 ] || ! grep '^MISMATCH' "$out/wrong/tree.txt"; then
    echo "test-synth: a wrong full adder in the tree ended with exit $status, expected 1 and a mismatch"
    exit 1
fi

# Long steps say how far they are: by what is done, or by how long the last run took.
counted=$(SYNTH_TICK=0.7 synth/flow/watch.py --out "$out/watch.txt" --count '^part' 4 'a step' "$out/watch" bash -c "for part in 1 2 3 4; do echo part; sleep 1; done" 2>&1)
timed=$(SYNTH_TICK=0.7 synth/flow/watch.py 'a step' "$out/watch" sleep 1 2>&1)
if ! grep -qE '^synth: a step: 2 of 4 parts, [0-9]+ s, about [0-9]+ s left$' <<<"$counted" || ! grep -qE '^synth: a step: 1 s, about [0-9]+ s left$' <<<"$timed"; then
    printf 'test-synth: about a long step it says\n%s\n%s\nexpected 2 of 4 parts, and the seconds left\n' "$counted" "$timed"
    exit 1
fi

# The replays alone have to notice one, too: the traces on the column buses, which every result passes, the random products anywhere in a PE. Of a
# cell of its chunked rounding the traces notice nothing, as none of them is chunked.
replay() { # MODULE OPTIONS..: of a netlist with a wrong cell in MODULE
    synth/proof/flip.py "$LIB_DIR/library.json" "$out/core.json" "$1" "$out/wrong.json"
    status=0
    rm -f "$out/wrong/replay.json"
    said=$("$netsim" --lib "$lib" --netlist "$out/wrong.json" --groups synth/netsim/core.groups --core tiny --report "$out/wrong/replay.json" "${@:2}" 2>&1) || status=$?
    if [ $status != 1 ] || ! grep -q 'mismatch: cycle' <<<"$said" || [ -f "$out/wrong/replay.json" ] || grep -q 'pJ' <<<"$said"; then
        echo "test-synth: the replay of a wrong cell in $1 ended with exit $status, expected 1, a mismatch and no figure"
        exit 1
    fi
    echo "a wrong cell in $1 is found by the replay: $(tail -1 <<<"$said")"
}
replay flx_array "${@:2}"
replay flx_pe --random
