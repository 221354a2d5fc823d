#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# gates.sh - gates of one block before they are mapped, twice: with the library's full adders kept, and open to ABC. Twin: synth/flow/sized.sh
#
#   gates.sh LIB TOP "FILES" "PARAM=VALUE .." GATES      writes GATES.fa and GATES.open
#   KEEP="flx_pe .."   modules that stay apart, as in synth/flow/block.sh
# Exit 0 written, 2 bad input, 3 a tool failed.
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
[ $# = 5 ] || { sed -n '4s/^# *//p' "$0" >&2; exit 2; }
lib=$1 top=$2 files=$3 params=$4 gates=$5
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
flow_library "$lib"
chparam=
for p in $params; do chparam="$chparam -chparam ${p%%=*} ${p#*=}"; done
{
    echo "read_verilog $(sw/gen/rtl_list.py incdirs) $files; hierarchy -check -top $top$chparam; proc"
    for module in ${KEEP:-}; do echo "setattr -mod -set keep_hierarchy 1 *$module*"; done
    echo "flatten; hierarchy -top $top; opt_clean; write_rtlil $gates.hashed"
} >"$gates.elaborate.ys"
flow_yosys "$top: elaborate" "$gates.elaborate"
synth/flow/name.py "$gates.hashed" "$gates.named"
{
    echo "read_liberty -lib $LIB_DIR/whole.lib; read_rtlil $gates.named; hierarchy -top $top"
    flow_coarse "$gates"
    echo "design -save coarse"
    flow_gates
    echo "write_rtlil $gates.open; design -load coarse"
    flow_adders
    flow_gates
    echo "write_rtlil $gates.fa"
} >"$gates.ys"
flow_yosys "$top: $(basename "$gates")" "$gates"
rm "$gates.hashed" "$gates.named"
