#!/bin/bash
# synth.sh - the whole flow of one configuration: netlist, proof, replay of traces, and only then the figures. Twin: docs/synth.md
#
#   synth.sh LIB CONFIG [--wrong MODULE] [--replay PROGRAM REPLAYED TRACES..]
#     --wrong    exchanges one cell of MODULE: the flow must end with a mismatch, without a figure
#     --replay   PROGRAM is `flx` linked with the netlist of configuration REPLAYED instead of the RTL: make synth builds it
# Into build/synth/LIBRARY/CONFIG (synth/core.sh); report: build/report/synth_LIBRARY_CONFIG.json.
# A netlist that is newer than the RTL and the flow is not made again.
# Exit 0, 1 mismatch, 2 bad input, 3 a tool failed.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '4s/^# *//p' "$0" >&2; exit 2; }
lib=$1 config=$2
shift 2
wrong='' replay='' replayed='' traces=()
while [ $# -gt 0 ]; do
    case $1 in
        --wrong) wrong=$2; shift 2 ;;
        --replay) replay=$2 replayed=$3; shift 3; traces=("$@"); break ;;
        *) echo "synth.sh: $1 is unknown, expected --wrong or --replay" >&2; exit 2 ;;
    esac
done
# shellcheck source=synth/flow.sh
. "$(dirname "$0")/flow.sh"
flow_library "$lib"
out=${SYNTH_BUILD:-build/synth}/$LIB_NAME/$config
if [ ! -f "$out/core.json" ] || [ -n "$(find rtl build/gen/configs.mk synth/core.sh synth/flow.sh synth/split_fa.v "$LIB_DIR/ready" -newer "$out/core.json" -type f)" ]; then
    synth/core.sh "$lib" "$config" "$out"
fi
netlist=$out/core.json
if [ -n "$wrong" ]; then
    netlist=$out/wrong.json
    python3 synth/flip.py "$LIB_DIR/library.json" "$out/core.json" "$wrong" "$netlist"
fi
rm -f "$out/proof.json"
status=0
synth/prove.sh "$lib" "$out" "$netlist" ${wrong:+"$wrong"} >"$out/proof.txt" || status=$?
if [ $status != 0 ]; then
    grep MISMATCH "$out/proof.txt" || true
    echo "$config, $LIB_NAME: the netlist is not the RTL: no area, no timing, no power" >&2
    exit $status
fi
echo "$config, $LIB_NAME: $(grep -c '^proven' "$out/proof.txt") proofs, every module's netlist equals the RTL" >&2
said=none
if [ -n "$replay" ]; then
    "$replay" cosim --config "$replayed" "${traces[@]}" >"$out/replay.txt" || { status=$?; tail -3 "$out/replay.txt"; exit $status; }
    said=$(sed -n 's/^\([0-9]* traces, [0-9,]* words\): 0 mismatched words, 0 mismatched flags, cycle error 0$/\1/p' "$out/replay.txt")
    [ -n "$said" ] || { echo "$out/replay.txt: no trace was replayed, expected a summary without mismatches" >&2; exit 1; }
    [ "$replayed" = "$config" ] || said="$said, on $replayed"
fi
python3 synth/report.py "$LIB_DIR/library.json" "$out" "$config" "build/report/synth_${LIB_NAME}_$config.json" "$said"
