#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# clock.sh - the netlist of a core for a clock, mapped again only if clock, RTL, recipe or library are others. Twin: synth/flow/clock.py
#
#   clock.sh LIB CONFIG OUTDIR
#     OUTDIR   the folder that synth/flow/constraint.py wrote clock.sdc into
# Writes there what synth/flow/core.sh writes, but for flx_drain.json and flx_exp_unit.json, and clock.json (synth/flow/clock.py).
# Exit 0 written, 2 bad input, 3 a tool failed.
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
[ $# = 3 ] || { sed -n '4s/^# *//p' "$0" >&2; exit 2; }
lib=$1 config=$2 out=$3
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
flow_library "$lib"
flow_core "$lib" "$config"
area=${SYNTH_BUILD:-build/synth}/$LIB_NAME/$config
recipe="synth/flow/clock.sh synth/flow/clock.py synth/flow/ladder.sh synth/flow/core_sta.sh synth/flow/split.py synth/flow/measure.py"
# shellcheck disable=SC2086  # a list
flow_fresh "$out/core.json" "$area/core.json" "$area/core.gates.json" "$area/core.mapped.json" "$out/clock.sdc" "$out/given.json" $recipe $FLOW_RECIPE "$LIB_DIR/ready" && exit 0
rm -rf "$out/ram" "$out/clock.json" "$out/proof.json" "$out/replay.json"
cp -p "$area/elaborated.il" "$area/merged.il" "$area/order" "$out"
for made in pe coarse tree rtl; do [ ! -f "$area/$made.json" ] || cp -p "$area/$made.json" "$out"; done      # of the same RTL, by synth/proof/prove.sh
cp -rp "$area/ram" "$out"
synth/flow/clock.py "$lib" "$area" "$out"
mv "$out/core.sta.txt" "$out/clock.sta.txt"
if cmp -s "$area/core.json" "$out/core.json.part"; then
    cp -p "$area/core.v" "$area/core.sta.txt" "$out"
else
    echo "read_json $out/core.json.part; write_verilog -noattr $out/core.v" >"$out/write.ys"
    flow_yosys "$config: core.v" "$out/write"
    flow_sta_blocks "$out/core.sta.v" "$out/core.sta.txt"
fi
mv "$out/core.json.part" "$out/core.json"
