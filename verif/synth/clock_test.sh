#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# clock_test.sh - make synth for a clock: met, kept as it is, missed; constraints of a file; PERIOD and SDC that are none; power. Twins: synth/flow/clock.py, verif/synth/synth_test.sh
#   clock_test.sh LIB NETSIM TRACE..     behind synth_test.sh, whose netlist it takes; exit 0, 1 a check failed
set -uo pipefail
# shellcheck source=verif/cli_check.sh
. "$(dirname "$0")/../cli_check.sh"
lib=$1
shift
unset PERIOD SDC RECIPE ORDER
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
flow_library "$lib"
build=${SYNTH_BUILD:-build/synth}/$LIB_NAME
area=$build/tiny
ns=$(jq '.results.blocks[] | select(.block == "flx_core").critical_ns' "build/report/core_tiny_$LIB_NAME.json")
times() { awk -v ns="$ns" -v k="$1" 'BEGIN { printf "%.3f", ns * k }'; }
same() { # WHAT IS WANTED
    checks=$((checks + 1))
    if [ "$2" != "$3" ]; then
        echo "FAIL: $1: ${2:-nothing}, expected $3"
        failed=$((failed + 1))
    fi
}
constrain() { env "$@" synth/flow/constraint.py "$lib" tiny; } # PERIOD=.. or SDC=..
map() {                                                        # PERIOD=.. or SDC=..: the netlist alone; prints what its clock comes to
    local folder
    folder=$(constrain "$@") && synth/flow/clock.sh "$lib" tiny "$build/$folder" && cat "$build/$folder/clock.json"
}
verdict() { /usr/bin/python3 -c 'import json, sys; from synth.study.report import verdict; print(verdict(json.load(sys.stdin)))'; }

# What is no clock: one line, nothing left behind.
before=$(ls "$build")
clock="create_clock -name clk -period 20"
sdc() { # NAME LINE..: a file of constraints
    printf '%s\n' "${@:2}" >"$work/$1.sdc"
}
sdc none "set_input_delay 1 [all_inputs]"
sdc two "$clock [get_ports clk_i]" "create_clock -name other -period 2 [get_ports rst_ni]"
sdc virtual "$clock"
sdc unknown "create_clok -period 20"
sdc words "create_clock -name clk -period abc [get_ports clk_i]"
sdc other "$clock [get_ports clk_i]" "set_input_delay 1 -clock core [all_inputs]"
for period in abc 0 -2 1e1 0.0001 "2 3"; do expect 2 "^PERIOD is $period, expected ns from 0.001" constrain PERIOD="$period"; done
expect 2 "^PERIOD is 2 and SDC is $work/two.sdc, expected one of them$" constrain PERIOD=2 SDC="$work/two.sdc"
expect 2 "^$work/missing.sdc: file is unreadable" constrain SDC="$work/missing.sdc"
expect 2 "^$work/none.sdc: clocks are missing, expected .* one create_clock on clk_i" constrain SDC="$work/none.sdc"
expect 2 "^$work/two.sdc: clocks are 2, expected .* one create_clock on clk_i" constrain SDC="$work/two.sdc"
expect 2 "^$work/virtual.sdc: create_clock is not on clk_i" constrain SDC="$work/virtual.sdc"
expect 2 "^$work/unknown.sdc:1: SDC is refused by OpenSTA .invalid command name" constrain SDC="$work/unknown.sdc"
expect 2 "^$work/words.sdc:1: SDC is refused by OpenSTA .period 'abc' is not" constrain SDC="$work/words.sdc"
expect 2 "^$work/other.sdc:2: SDC is refused by OpenSTA .*clock not found" constrain SDC="$work/other.sdc"
expect 2 "^PERIOD is abc" env PERIOD=abc synth/flow/synth.sh "$lib" tiny "$@"
expect 2 "^RECIPE is fast, expected area or energy; PERIOD or SDC: the recipe clock$" env RECIPE=fast synth/flow/synth.sh "$lib" tiny "$@"
expect 2 "^RECIPE is energy, expected no PERIOD and no SDC beside it$" env RECIPE=energy PERIOD=0.9 synth/flow/synth.sh "$lib" tiny "$@"
expect 2 "CONFIG is tiny, expected one of 16-bit mantissas without CHUNK_EN" env RECIPE=energy synth/flow/synth.sh "$lib" tiny "$@"
same "left behind" "$(ls "$build")" "$before"
same "2.60 is" "$(constrain PERIOD=2.60)" tiny@2.6

# A clock that the area recipe's netlist has: that netlist. Less of it by more than half a picosecond: another.
said=$(map PERIOD="$(times 1)")
same "its own path" "$(jq -c '[.met, .faster]' <<<"$said")" '[true,{}]'
same "its own path, in a line" "$(verdict <<<"$said" | grep -cE "^period $ns ns \([0-9.]+ MHz\): met, slack 0.000 ns, from u_array/\S+ to u_array/\S+$")" 1
same "1.5 times its path" "$(map PERIOD="$(times 1.5)" | jq -c '[.met, .faster, (.slack_ns - .period_ns / 3 | fabs < 0.001)]')" '[true,{},true]'
for k in 1 1.5; do
    same "the area recipe's netlist at $k" "$(cmp "$build/tiny@$(times $k | sed 's/\.*0*$//')/core.json" "$area/core.json" && cmp "$build/tiny@$(times $k | sed 's/\.*0*$//')/core.v" "$area/core.v" && echo same)" same
done

# Faster than that: proven, replayed, reported like any netlist.
period=$(times 0.8 | sed 's/\.*0*$//')
PERIOD=$period synth/flow/synth.sh "$lib" tiny "$@" >"$work/fast.txt" 2>"$work/fast.err" || { tail -3 "$work/fast.err"; failed=$((failed + 1)); }
report=build/report/clock_tiny_${period}_$LIB_NAME.json
same "0.8 times, in a line" "$(grep -cE "^period $period ns \([0-9.]+ MHz\): met, slack [0-9.]+ ns, from \S+ to \S+$" "$work/fast.txt")" 1
same "0.8 times, lines about power" "$(grep -cE '^power: [0-9.]+ mW at [0-9.]+ MHz, MACs busy in [0-9.]+ % of the replay.s cycles; without glitches, memories, wires, clock tree$' "$work/fast.txt")" 1
same "0.8 times, report" "$(jq -c '.results | [.recipe, .clock.met, .clock.slack_ns >= 0, (.clock.faster | has("flx_pe")), (.power.mhz * .clock.period_ns | round)]' "$report")" '["clock",true,true,true,1000]'
same "0.8 times, blocks' slack" "$(jq '.results | .clock.period_ns as $p | [.blocks[] | select(.critical_ns != null) | (.slack_ns + .critical_ns - $p) | fabs < 0.002] | all' "$report")" true

# Power of both: groups add up; of one netlist it goes with the clock, but for leakage.
same "groups of power" "$(jq -c '.results.power | [(([.mw[].total] | add) - .total | fabs < 1e-6), (.mw | keys), .busy > 0.1 and .busy < 1]' "$report" "build/report/core_tiny_$LIB_NAME.json" | uniq)" \
    '[true,["array","buffers","control","exponent"],true]'
watts() { # FOLDER REPORT: beside the replay's own sum, in which nets from outside are too
    local whole
    whole=$(jq --argjson mhz "$(jq .results.power.mhz "$2")" \
        '.runs[0] | (.pj_per_operation.dynamic * .operations / .lane_cycles * $mhz + ([.groups[].leakage_uw] | add)) / 1000' "$1/replay.json")
    same "power of $1" "$(jq --argjson whole "$whole" '.results.power.total / $whole | . > 0.998 and . <= 1' "$2")" true
}
watts "$area" "build/report/core_tiny_$LIB_NAME.json"
watts "$build/tiny@$period" "$report"

# A file of constraints: what it asks of ports counts; nothing makes an output 30 ns early.
sdc early "create_clock -name clk -period 100 [get_ports clk_i]" "set_clock_uncertainty 0.25 clk" "set_output_delay 130 -clock clk [get_ports a_ready_o]"
said=$(map SDC="$work/early.sdc" 2>"$work/early.err")
same "an early output" "$(jq -c '[.met, .slack_ns < -30, .given, .period_ns, .uncertainty_ns]' <<<"$said")" '[false,true,"SDC=early.sdc",100,0.25]'
same "an early output, in a line" "$(verdict <<<"$said" | grep -cE '^period 100 ns \(10.0 MHz\): MISSED, slack -3[0-9.]+ ns, from \S+ to a_ready_o$')" 1
mv "$build/tiny@early.sdc/core.json" "$work/first.json"
map SDC="$work/early.sdc" >/dev/null 2>&1
same "the same again" "$(cmp "$work/first.json" "$build/tiny@early.sdc/core.json" && echo same)" same
sdc early "create_clock -name clk -period 100 [get_ports clk_i]" "set_output_delay 1 -clock clk [get_ports a_ready_o]"
same "the file of that name, changed" "$(map SDC="$work/early.sdc" 2>"$work/early.err" | jq -c '[.met, .uncertainty_ns, .rounds]')" '[true,0,1]'
echo "clock_test: $checks checks, $failed failed"
[ $failed = 0 ]
