#!/bin/bash
# core.sh - maps flx_core to a library with its hierarchy kept, so that flx-netsim can tell the parts apart. Twin: synth/block.sh
#
#   core.sh LIB "PARAM=VALUE .." OUTDIR     writes OUTDIR/flx_core.json (yosys write_json); each module is mapped once, flx_ram stays a black box
# Exit 0 written, 2 bad input, 3 a tool failed.
set -euo pipefail
[ $# = 3 ] || { sed -n '4p' "$0" >&2; exit 2; }
lib=$1 params=$2 out=$3
# shellcheck source=synth/flow.sh
. "$(dirname "$0")/../flow.sh"
flow_library "$lib"
mkdir -p "$out"
chparam=
for p in $params; do chparam="$chparam -chparam ${p%%=*} ${p#*=}"; done
{
    echo "read_liberty -lib $lib"
    echo "read_verilog -Irtl -Irtl/gen rtl/*.v"
    echo "blackbox flx_ram"
    echo "hierarchy -check -top flx_core$chparam; proc; opt_clean"
    flow_coarse
    flow_map "$out/flx_core"
    echo "write_json $out/flx_core.json.part"
} >"$out/flx_core.ys"
yosys -q -l "$out/flx_core.log" "$out/flx_core.ys" >/dev/null 2>"$out/flx_core.err" ||
    flow_die 3 "$out/flx_core.err: yosys failed: $(grep -m1 ERROR "$out/flx_core.err" || tail -1 "$out/flx_core.err")"
mv "$out/flx_core.json.part" "$out/flx_core.json"
