#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ladder.sh - one module mapped several ways, each with its path. Twin: synth/flow/clock.py
#
#   ladder.sh LIB STEM PS "RUNG .."
#     STEM.area.json   module `rung0`, mapped already, and what it holds as black boxes
#     STEM.gates.json  module `gates`, the same not yet mapped
#     PS               the period, picoseconds
#     RUNG             which mappings: 1 to 8, those below
# Writes STEM.mapped.json with modules rung0 and those that were asked for, STEM.json, the same with trees behind flip-flops (synth/flow/fanout.py), and STEM.sta.txt with the path of each.
# Exit 0 written, 2 bad input, 3 a tool failed.
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
[ $# = 4 ] || { sed -n '4s/^# *//p' "$0" >&2; exit 2; }
lib=$1 stem=$2 ps=$3 asked=$4
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
flow_library "$lib"
plain="topo;buffer,-N,16"      # topo removes nodes without a load, which buffer refuses
sized() { # PERCENT of the period, which ABC, whose loads are not OpenSTA's, sizes for
    echo "topo;buffer,-c,-N,16;upsize,-D,$((ps * $1 / 100));dnsize,-D,$((ps * $1 / 100))"
}
fast="map,-B,0.9"
rungs=( # about from small to fast; the library's full adders stay in all, as the proof cuts at them
    "dc2;dch,-f;amap,-m;$(sized 50)"
    "balance;dch,-f;amap,-m;$plain"
    "dch,-f;amap,-m;$(sized 50)"
    "dch,-f;map,-a;$(sized 50)"
    "dch,-f;$fast;$(sized 80)"
    "dch,-f;$fast;$(sized 3)"
    "dch,-f;map;$(sized 3)"
    "if,-g,-K,6;strash;dch,-f;$fast;$(sized 3)"
)
{
    echo "read_liberty -lib $LIB_DIR/whole.lib; read_json $stem.area.json"
    for i in $asked; do echo "read_json $stem.gates.json; rename gates rung$i; abc -liberty $LIB_DIR/used.lib -script $FLOW_ABC;${rungs[i - 1]} rung$i"; done
    echo "opt_clean; check -assert -mapped; write_json $stem.mapped.json"
    echo "exec -expect-return 0 -- synth/flow/fanout.py $LIB_DIR/library.json $stem.mapped.json $stem.json"
} >"$stem.ys"
flow_yosys "$(basename "$stem"): mappings $asked" "$stem"
synth/flow/split.py "$LIB_DIR/library.json" "$stem.json" rung0 "$stem.sta.v"
flow_sta_blocks "$stem.sta.v" "$stem.sta.txt"
rm -rf "$stem.sta" "$stem.sta.v"
