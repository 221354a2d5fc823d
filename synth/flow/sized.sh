#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# sized.sh - one mapping of gates, sized for a delay, with its area and path. Twin: synth/flow/gates.sh
#
#   sized.sh LIB TOP GATES MAP PS "PARAM=VALUE .." OUT
#     GATES   a file of synth/flow/gates.sh      MAP   ABC's mapper, as "map,-B,0.9"      PS   what ABC sizes for; 0: no sizing
#     PARAMS  noted in the figures               OUT   writes OUT.json, OUT.area.json and .txt (synth/flow/measure.py), OUT.sta.txt
# Exit 0 written, 2 bad input, 3 a tool failed.
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
[ $# = 7 ] || { sed -n '4,6s/^# *//p' "$0" >&2; exit 2; }
lib=$1 top=$2 gates=$3 map=$4 ps=$5 params=$6 out=$7 size="buffer,-N,16"
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
flow_library "$lib"
[ "$ps" = 0 ] || size="topo;buffer,-c,-N,16;upsize,-D,$ps;dnsize,-D,$ps"
{
    echo "read_liberty -lib $LIB_DIR/whole.lib; read_rtlil $gates; hierarchy -top $top"
    echo "abc -liberty $LIB_DIR/used.lib -script $FLOW_ABC;dc2;dch,-f;$map;$size"
    echo "opt_clean -purge; check -assert -mapped; write_json $out.mapped.json"
    echo "exec -expect-return 0 -- synth/flow/fanout.py $LIB_DIR/library.json $out.mapped.json $out.buffered.json"
    echo "design -reset; read_json $out.buffered.json; setattr -mod -unset keep_hierarchy *; flatten; opt_clean -purge; check -assert -mapped; write_json $out.json; exec -- rm $out.mapped.json $out.buffered.json"
} >"$out.ys"
flow_yosys "$top: $(basename "$out")" "$out"
synth/flow/split.py "$LIB_DIR/library.json" "$out.json" "$top" "$out.sta.v"
flow_sta "$top" "$out.sta.v" clk_i "$out.sta.txt"
synth/flow/measure.py "$LIB_DIR/library.json" "$out.json" "$top" "$params" "$out.sta.txt" "$out.area"
