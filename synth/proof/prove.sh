#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# prove.sh - proves the netlist that core.sh left in OUTDIR equal to the RTL, module by module. Twin: synth/proof/prove.py
#   prove.sh LIB OUTDIR [NETLIST_JSON [MODULE]]     exit 0 proven, 1 mismatch, 3 a tool failed, 4 out of time
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
lib=$1 out=$2 netlist=${3:-$2/core.json}
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
flow_library "$lib"
if [ ! -f "$out/rtl.json" ] || [ "$out/merged.il" -nt "$out/rtl.json" ] || [ "$out/elaborated.il" -nt "$out/rtl.json" ]; then
    {
        echo "read_rtlil $out/elaborated.il; json -o $out/pe.json flx_pe; memory -nordff -nomap; memory_map; dffunmap; techmap; simplemap; write_json $out/rtl.json"
        echo "design -reset; read_rtlil $out/merged.il; dffunmap; design -save c; techmap t:\$fa %n; simplemap; write_json $out/coarse.json"
        echo "design -load c; techmap t:\$fa %n t:\$alu %n %i; simplemap; write_json $out/tree.json"
    } >"$out/prove.ys"
    flow_yosys "$(basename "$out"): gates to prove" "$out/prove"
fi
synth/proof/tree.py "$out/pe.json" "$out/tree.json"
synth/proof/prove.py "$LIB_DIR/library.json" "$out/rtl.json" "$out/coarse.json" "$netlist" "$out" ${4:+"$4"}
