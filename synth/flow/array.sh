#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# array.sh - synthesises a whole flx_array of one shape, PE, cluster, recoder and the rest mapped once each by the recipe of the core. Twin: synth/flow/core.sh
#
#   array.sh LIB "PARAM=VALUE .." OUTDIR      files as those of synth/flow/core.sh
# Exit 0 written, 2 bad input, 3 a tool failed.
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
[ $# = 3 ] || { sed -n '4s/^# *//p' "$0" >&2; exit 2; }
lib=$1 params=$2 out=$3
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
flow_library "$lib"
mkdir -p "$out"
name=$(basename "$out")
chparam=
for p in $params; do chparam="$chparam -chparam ${p%%=*} ${p#*=}"; done
{
    echo "read_verilog $(sw/gen/rtl_list.py incdirs) $(sw/gen/rtl_list.py closure flx_array); hierarchy -check -top flx_array$chparam; proc"
    echo "setattr -mod -set keep_hierarchy 1 *flx_pe* *flx_cluster* *flx_recode*; flatten; hierarchy -top flx_array; opt_clean; write_rtlil $out/hashed.il"
} >"$out/elaborate.ys"
flow_yosys "$name: elaborate" "$out/elaborate"
synth/flow/name.py "$out/hashed.il" "$out/elaborated.il"
{
    echo "read_liberty -lib $LIB_DIR/whole.lib; read_rtlil $out/elaborated.il; hierarchy -top flx_array"
    flow_coarse "$out/core"
    echo "select flx_pe; write_rtlil -selected $out/merged.il; select -clear"
    flow_map "$out/core"
    echo "write_json $out/core.json.part"
} >"$out/map.ys"
flow_yosys "$name: map" "$out/map"
synth/flow/split.py "$LIB_DIR/library.json" "$out/core.json.part" flx_array "$out/core.sta.v"
flow_sta_blocks "$out/core.sta.v" "$out/core.sta.txt"
mv "$out/core.json.part" "$out/core.json"
