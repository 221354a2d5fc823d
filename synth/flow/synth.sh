#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# synth.sh - the whole flow of one configuration: netlist, proof, replay of traces and of random products, and only then the figures. Twin: docs/synth.md
#
#   synth.sh LIB CONFIG NETSIM TRACE..       NETSIM: flx-netsim; up to 64 traces
#   synth.sh LIB CONFIG --wrong MODULE       exchanges one cell of MODULE: the flow must end with a mismatch, without a figure
# PERIOD=ns or SDC=FILE in the environment: mapped for that clock (synth/flow/constraint.py, clock.py). SLEW: input slew of the replay's energies, ns.
# RECIPE=energy: the trees' bits in the order that takes least on the traces (synth/study/orders.py): CONFIG@energy and trees_CONFIG_LIBRARY.json below. RECIPE=area: as without.
# Into build/synth/LIBRARY/CONFIG (synth/flow/core.sh); report: build/report/core_CONFIG_LIBRARY.json. For a clock CONFIG@PERIOD and clock_CONFIG_PERIOD_LIBRARY.json.
# A netlist that is newer than the RTL and the flow is not made again, nor is a proof that is newer than the netlist and the prover.
# Exit 0, 1 mismatch, 2 bad input, 3 a tool failed, 4 a proof ran out of time.
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
[ $# -ge 4 ] || { sed -n '4,5s/^# *//p' "$0" >&2; exit 2; }
lib=$1 config=$2 netsim=$3
shift 3
wrong=''
[ "$netsim" != --wrong ] || wrong=$1
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
flow_library "$lib"
case "${RECIPE:-area}" in
area) ;;
energy)
    [ -z "${PERIOD:-}${SDC:-}" ] || flow_die 2 "RECIPE is energy, expected no PERIOD and no SDC beside it"
    [ -z "$wrong" ] || flow_die 2 "RECIPE is energy, expected none with --wrong"
    ;;
*) flow_die 2 "RECIPE is $RECIPE, expected area or energy; PERIOD or SDC: the recipe clock" ;;
esac
folder=$(synth/flow/constraint.py "$lib" "$config")
report=build/report/core_${config}_$LIB_NAME.json
[ "$folder" = "$config" ] || report=build/report/clock_${folder/@/_}_$LIB_NAME.json
if [ "${RECIPE:-area}" = energy ]; then
    ORDER=$(synth/study/orders.py "$netsim" "$lib" "$config" "$@")
    export ORDER
    folder=$config@energy report=build/report/trees_${config}_$LIB_NAME.json
fi
out=${SYNTH_BUILD:-build/synth}/$LIB_NAME/$folder

failed() { # CODE
    grep -E 'MISMATCH|UNDECIDED' "$out/proof.txt" || true
    echo "$config, $LIB_NAME: the netlist is not proven to be the RTL: no area, no timing, no power" >&2
    exit "$1"
}

if [ "${RECIPE:-area}" = energy ]; then
    flow_core "$lib" "$config" "$folder"
else
    flow_core "$lib" "$config"
    [ "$folder" = "$config" ] || synth/flow/clock.sh "$lib" "$config" "$out"
fi
if [ -n "$wrong" ]; then
    synth/proof/flip.py "$LIB_DIR/library.json" "$out/core.json" "$wrong" "$out/wrong.json"
    mkdir -p "$out/wrong"
    status=0
    synth/proof/prove.sh "$lib" "$out" "$out/wrong.json" "$wrong" >"$out/wrong/proof.txt" || status=$?
    out=$out/wrong
    [ $status = 0 ] || failed $status
    echo "$config, $LIB_NAME: a wrong cell in $wrong passed" >&2
    exit 0
fi
if ! flow_fresh "$out/proof.json" "$out/core.json" synth/proof/prove.sh synth/proof/prove.py synth/proof/gates.py synth/proof/tree.py; then
    rm -f "$out/proof.json" "$report"
    status=0
    synth/proof/prove.sh "$lib" "$out" >"$out/proof.txt" || status=$?
    [ $status = 0 ] || { rm -f "$out/proof.json"; failed $status; }
fi
echo "$config, $LIB_NAME: $(grep -c '^proven' "$out/proof.txt") proofs, every module's netlist equals the RTL ($SECONDS s)" >&2
rm -f "$out/replay.json" "$report"
synth/flow/watch.py --out "$out/replay.txt" "$LIB_NAME $config: replay" "$out/replay" \
    "$netsim" --lib "$lib" --netlist "$out/core.json" --groups synth/netsim/core.groups --core "$config" ${SLEW:+--slew "$SLEW"} --report "$out/replay.json" "$@"
synth/flow/watch.py --out "$out/random.txt" "$LIB_NAME $config: random products" "$out/random" \
    "$netsim" --lib "$lib" --netlist "$out/core.json" --groups synth/netsim/core.groups --core "$config" --random
echo "$config, $LIB_NAME: replayed ($SECONDS s)" >&2
synth/study/report.py "$lib" "$LIB_DIR/library.json" "$out" "$config" "$report"
echo "report: $report"
