#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# block.sh - synthesises one block: area, cells, mapped netlist, critical path. Twin: synth/flow/core.sh (the whole core)
#
#   block.sh LIB TOP "FILES" "PARAM=VALUE .." OUTDIR
#     LIB      liberty file                          TOP       module
#     FILES    Verilog-2005, relative to the root    PARAMS    of TOP; "" for the defaults
#   BLACKBOX="flx_ram .."   modules kept out of the netlist; their area is not in it
#   KEEP="flx_pe .."        modules that are mapped once each, like the core's, and dissolve behind that
#   ORDER=deal2             of the bits in its trees (synth/flow/orders.txt)
#   CLOCK=clk_i             clock port; without such a port the block is combinational and the path is input to output
#   SYNTH_BUILD=build/synth where prepared libraries are kept
#
# Writes into OUTDIR:
#   TOP.v          mapped, flat, ports as in the RTL         TOP.json      the same for programs (yosys write_json; each cell's type is the library's)
#   TOP.rtlil      the RTL, elaborated, KEEP's modules in it
#   TOP.area.json  {top, library, parameters, area, cells, flip_flops, flip_flop_area, full_adders, critical_ns, register_ns, fmax_mhz, from, to, by_cell}
#   TOP.area.txt   the same as a table                       TOP.sta.txt   OpenSTA's report of the worst path
# Areas in the library's unit (um2 in all four). critical_ns: the longest path of any kind, with the setup time; register_ns: between flip-flops.
# Exit 0 written, 2 bad input, 3 a tool failed.
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
[ $# = 5 ] || { sed -n '4,8s/^# *//p' "$0" >&2; exit 2; }
lib=$1 top=$2 files=$3 params=$4 out=$5
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
flow_library "$lib"
for f in $files; do [ -f "$f" ] || flow_die 2 "$f: FILES is missing, expected a Verilog file"; done
mkdir -p "$out"
chparam=
for p in $params; do chparam="$chparam -chparam ${p%%=*} ${p#*=}"; done
boxes=
for b in ${BLACKBOX:-}; do boxes="$boxes blackbox $b;"; done
{
    echo "read_verilog $(sw/gen/rtl_list.py incdirs) $files"
    [ -z "$boxes" ] || echo "$boxes"
    echo "hierarchy -check -top $top$chparam; proc"
    for module in ${KEEP:-}; do echo "setattr -mod -set keep_hierarchy 1 *$module*"; done
    echo "flatten; hierarchy -top $top; opt_clean; write_rtlil $out/hashed.il"
} >"$out/elaborate.ys"
flow_yosys "$top: elaborate" "$out/elaborate"
synth/flow/name.py "$out/hashed.il" "$out/$top.rtlil"
rm "$out/hashed.il"
{
    echo "read_liberty -lib $LIB_DIR/whole.lib; read_rtlil $out/$top.rtlil; hierarchy -top $top"
    flow_coarse "$out/$top"
    # shellcheck disable=SC2086  # a list
    flow_map "$out/$top" "$(flow_prefix ${KEEP:-})"
    echo "setattr -mod -unset keep_hierarchy *; flatten; opt_clean"
    echo "write_json $out/$top.json.part; write_verilog -noattr $out/$top.v.part"
} >"$out/$top.ys"
flow_yosys "$top: map" "$out/$top"
synth/flow/split.py "$LIB_DIR/library.json" "$out/$top.json.part" "$top" "$out/$top.sta.v"
flow_sta "$top" "$out/$top.sta.v" "${CLOCK:-clk_i}" "$out/$top.sta.txt"
synth/flow/measure.py "$LIB_DIR/library.json" "$out/$top.json.part" "$top" "$params" "$out/$top.sta.txt" "$out/$top.area"
mv "$out/$top.json.part" "$out/$top.json"
mv "$out/$top.v.part" "$out/$top.v"
