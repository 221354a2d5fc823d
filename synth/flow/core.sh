#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# core.sh - synthesises the whole core of a named configuration, each distinct module once. Twin: synth/flow/block.sh (one block)
#
#   core.sh LIB CONFIG OUTDIR
# Reads build/gen/configs.mk. Writes into OUTDIR:
#   elaborated.il  the RTL, elaborated and named: what synthesis starts from and the equivalence check compares with
#   merged.il      flx_pe with its carry-save tree, before mapping: a step of the proof
#   core.v         mapped, hierarchical, ports as in the RTL; flx_ram is a black box (rtl/lib/flx_ram.v serves in simulation)
#   core.json      the same for programs (yosys write_json): modules flx_core, flx_array, flx_pe, ..; each cell's type is the library's
#                  flx_pe, flx_requant, flx_stats, flx_fifo_.. are flat in it; made flat of the others:
#   flx_drain.json, flx_exp_unit.json   with their requantisers, Autoflex, coders
#   core.sta.txt   OpenSTA: worst path of every block, then of the whole core
#   ram_bit.area.json   a small flx_ram as flip-flops, from which the SRAMs' area as flip-flops is scaled
# Exit 0 written, 2 bad input, 3 a tool failed.
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
[ $# = 3 ] || { sed -n '4s/^# *//p' "$0" >&2; exit 2; }
lib=$1 config=$2 out=$3
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
parameters=$(sed -n "s/^CONFIG_$config := //p" build/gen/configs.mk)
[ -n "$parameters" ] || flow_die 2 "build/gen/configs.mk: CONFIG is $config, expected one of $(sed -n 's/^CONFIGS := //p' build/gen/configs.mk)"
flow_library "$lib"
mkdir -p "$out"
rm -f "$out"/*.json
step() { echo "synth: $LIB_NAME $config: $1 ($SECONDS s)" >&2; }
run() { # NAME: runs OUT/NAME.ys
    flow_yosys "$config: $1" "$out/$1"
}

# Modules that stay: each is synthesised once. The rest dissolves into its parent.
blocks=$(sw/gen/rtl_list.py blocks core)
step "elaborating"
{
    echo "read_verilog $(sw/gen/rtl_list.py incdirs) $(sw/gen/rtl_list.py files core); blackbox $(sw/gen/rtl_list.py black core)"
    # shellcheck disable=SC2001
    echo "hierarchy -check -top flx_core $(sed 's/-G\([A-Z_]*\)=/-chparam \1 /g' <<<"$parameters"); proc"
    echo "flatten *flx_secded_dec*"
    for b in $blocks; do echo "setattr -mod -set keep_hierarchy 1 *$b*"; done
    echo "flatten; hierarchy -top flx_core; opt_clean; write_rtlil $out/hashed.il"
} >"$out/elaborate.ys"
run elaborate
synth/flow/name.py "$out/hashed.il" "$out/elaborated.il"
rm "$out/hashed.il"

step "mapping"
{
    echo "read_liberty -lib $LIB_DIR/whole.lib; read_rtlil $out/elaborated.il; hierarchy -top flx_core"
    flow_coarse "$out/core"
    echo "select flx_pe; write_rtlil -selected $out/merged.il; select -clear"
    flow_map "$out/core" "flx_stats $(flow_prefix flx_pe)" flx_autoflex keep      # off the array: speed costs 0.2 % of its area there
    echo "write_json $out/core.json.part; write_verilog -noattr $out/core.v.part"
} >"$out/map.ys"
run map
step "timing"
synth/flow/split.py "$LIB_DIR/library.json" "$out/core.json.part" flx_core "$out/core.sta.v"
flow_sta_blocks "$out/core.sta.v" "$out/core.sta.txt"
step "flattening"
{
    for block in flx_drain flx_exp_unit; do
        echo "design -reset; read_json $out/core.json.part; hierarchy -top $block; setattr -mod -unset keep_hierarchy *; flatten; opt_clean; write_json $out/$block.json"
    done
} >"$out/blocks.ys"
run blocks
synth/flow/block.sh "$lib" flx_ram rtl/lib/flx_ram.v "WORD_BITS=8 WORDS=16 ADDR_BITS=4" "$out/ram"
mv "$out/core.v.part" "$out/core.v"
mv "$out/core.json.part" "$out/core.json"
step "mapped"
