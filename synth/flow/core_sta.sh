#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# core_sta.sh - slack of a core's netlist under constraints, and the worst path of those that are late into each module. Twin: synth/flow/clock.py
#
#   core_sta.sh LIB NETLIST_JSON SDC SLACK STEM
#     SLACK   ns: paths with less are late
# Writes STEM.v, the netlist as OpenSTA takes it, and STEM.txt: a section `FLX worst`, then for each module in which late paths end `FLX late MODULE`, paths as OpenSTA prints them.
# Exit 0 written, 2 bad input, 3 a tool failed.
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
[ $# = 5 ] || { sed -n '4s/^# *//p' "$0" >&2; exit 2; }
lib=$1 netlist=$2 sdc=$3 slack=$4 stem=$5
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
flow_library "$lib"
synth/flow/split.py "$LIB_DIR/library.json" "$netlist" flx_core "$stem.v"
cat >"$stem.tcl" <<EOF
read_liberty $LIB_DIR/whole.lib
$FLOW_UNITS
read_verilog $stem.v
link_design flx_core
read_sdc $sdc
puts "FLX worst"
report_checks -path_delay max -digits 6 -format full
set late {}
foreach end [find_timing_paths -path_delay max -group_count 100000 -slack_max [expr {$slack - 0.0005}]] { lappend late [get_property \$end endpoint] }     ;# by half a picosecond and more; the next report forgets the paths
foreach pin \$late {
    set holder [file dirname [file dirname [get_property \$pin full_name]]]
    if {![info exists module(\$holder)]} { set module(\$holder) [expr {\$holder eq "." ? "flx_core" : [get_property [get_cells \$holder] ref_name]}] }
    if {[info exists shown(\$module(\$holder))]} { continue }
    set shown(\$module(\$holder)) 1
    puts "FLX late \$module(\$holder)"
    report_checks -path_delay max -digits 6 -format full -to \$pin
}
puts "FLX done"
exit
EOF
flow_opensta "flx_core: timing" "$stem.tcl" "$stem.txt"
! grep -m1 '^Error' "$stem.txt" >&2 || flow_die 3 "$stem.txt: sta reports an error, expected none"
