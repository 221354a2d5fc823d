# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# flow.sh - the steps that every synthesis of this folder shares: sourced, never run. Twin: synth/flow/block.sh, synth/flow/core.sh
#
# One recipe, so that a rival block and the core are measured alike: word-level optimisation; sums into carry-save trees (synth/flow/columns.py); tree and carry-chain bits onto
# the library's full adder; flip-flops without enable or reset pins (both are gates in front of D, as the smallest flip-flops of these
# libraries have neither); the rest by ABC for area, with no clock constraint and no sizing, but with buffers wherever a net has more than 16
# loads, behind flip-flops more than 32 (synth/flow/fanout.py).

export LC_ALL=C PYTHONPATH=$PWD PYTHONDONTWRITEBYTECODE=1 # scripts import one another by their path from the root

flow_die() { # CODE TEXT
    echo "$2" >&2
    exit "$1"
}

# Another version is used all the same, and said: columns.py and the readers of netlists refuse what they do not know.
flow_version() { # TOOL KNOWN IS
    case "$3" in
    "$2"*) ;;
    *) echo "$1: version is ${3:-not told}, expected $2: figures may be others, cells that this flow does not know are refused" >&2 ;;
    esac
}

# Prepares the library LIB once, and again when what is in it changes: sets LIB_NAME, LIB_DIR (whole.lib, used.lib, map.v, library.json; ready: a digest of what it was made from).
flow_library() { # LIB
    flow_version yosys 'Yosys 0.23' "$(yosys -V 2>&1 | head -1)"
    flow_version sta 2.0.17 "$(sta -version 2>&1 | head -1)"
    [ -f "$1" ] || flow_die 2 "$1: LIB is missing, expected a liberty file"
    local sum
    sum=$(cat "$1" synth/flow/library.py synth/netsim/ns_tree.c synth/netsim/ns_liberty.c | sha256sum)
    LIB_NAME=$(basename "$1" .lib)
    LIB_DIR=${SYNTH_BUILD:-build/synth}/$LIB_NAME/lib
    if [ ! -f "$LIB_DIR/ready" ] || [ "$(cat "$LIB_DIR/ready")" != "$sum" ]; then
        mkdir -p "$LIB_DIR"
        rm -f "$LIB_DIR/ready"
        synth/flow/library.py "$1" "$LIB_DIR" || exit $?
        echo "$sum" >"$LIB_DIR/ready"
    fi
}

# What a netlist depends on beside RTL and library.
FLOW_RECIPE="synth/flow/flow.sh synth/flow/columns.py synth/flow/orders.txt synth/flow/fanout.py synth/flow/split_fa.v"

# FILE exists and was made from files that hold what those FROM hold now. Else FILE goes, and FILE.inputs remembers what the next one is made from.
flow_fresh() { # FILE FROM..
    local sum
    sum=$(cat -- "${@:2}" | sha256sum)
    [ ! -f "$1" ] || [ "$(cat "$1.inputs" 2>/dev/null)" != "$sum" ] || return 0
    rm -f "$1"
    echo "$sum" >"$1.inputs"
    return 1
}

# Every step that may take long says so on the way, and leaves STEM.seconds (synth/flow/watch.py).
flow_yosys() { # WHAT STEM: runs STEM.ys
    synth/flow/watch.py --err "$2.err" "$LIB_NAME $1" "$2" yosys -q -l "$2.log" "$2.ys" >/dev/null || flow_die 3 "$2.err: yosys failed: $(grep -m1 ERROR "$2.err" || tail -1 "$2.err")"
}

flow_opensta() { # WHAT SCRIPT OUT_TXT [PARTS]: PARTS sections 'FLX block'
    local sections=()
    [ $# = 3 ] || sections=(--count '^FLX block' "$4")
    synth/flow/watch.py --both "$3" "${sections[@]}" "$LIB_NAME $1" "${3%.txt}" sta -no_splash "$2" </dev/null || flow_die 3 "$3: sta ended with an error, expected a report"
    grep -q '^FLX done' "$3" || flow_die 3 "$3: sta stopped early, expected its last line to be 'FLX done'"
}

# The core's netlist SYNTH_BUILD/LIBRARY/FOLDER/core.json, mapped again if its parameters, RTL, recipe, order or library are others.
flow_core() { # LIB CONFIG [FOLDER]: CONFIG
    local out=${SYNTH_BUILD:-build/synth}/$LIB_NAME/${3:-$2} parameters
    parameters=$(sed -n "s/^CONFIG_$2 := //p" build/gen/configs.mk)
    mkdir -p "$out"
    [ "$(cat "$out/parameters" 2>/dev/null)" = "$parameters" ] || echo "$parameters" >"$out/parameters"
    [ "$(cat "$out/order" 2>/dev/null)" = "$(flow_order)" ] || flow_order >"$out/order"
    # shellcheck disable=SC2046,SC2086  # lists
    flow_fresh "$out/core.json" $(sw/gen/rtl_list.py closure flx_core) $(sw/gen/rtl_list.py includes flx_core) "$out/parameters" "$out/order" synth/flow/core.sh $FLOW_RECIPE "$LIB_DIR/ready" || synth/flow/core.sh "$1" "$2" "$out"
}

# The order of the bits in trees: ORDER of the environment, or that of the area recipe.
flow_order() {
    echo "${ORDER:-$(grep -m1 -v '^#' synth/flow/orders.txt)}"
}

# Those of the modules whose adders stay parallel-prefix ones in that order: all or none.
flow_prefix() { # MODULE..
    [[ "$(flow_order)" != *+prefix ]] || echo "$*"
}

# Yosys commands from elaborated modules (proc done, black boxes removed) to word-level cells with carry-save trees.
flow_coarse() { # SCRATCH: start of a file's name
    echo "opt_expr; opt_clean; check -assert; opt -nodffe -nosdff; opt; wreduce; peepopt; opt_clean; alumacc; share; opt"
    echo "memory -nordff -nomap; opt_clean; opt -fast -full; memory_map; opt -full; write_json $1.sums.json"
    echo "exec -expect-return 0 -- synth/flow/columns.py $1.sums.json $1.trees.json $(flow_order | sed "s/+prefix$//")"
    echo "design -reset; read_json $1.trees.json; opt_clean; exec -- rm $1.sums.json $1.trees.json"
}

# Sums' bits onto the library's full adder.
flow_adders() {
    local round     # a constant that meets an adder makes constants beyond it
    for round in 1 2 3 4 5 6 7 8; do echo "techmap -max_iter 1 -map synth/flow/split_fa.v; opt_expr -full; opt_clean # $round"; done
    echo "techmap -map $LIB_DIR/map.v"
}

# The rest to gates, flip-flops to the library's.
flow_gates() {
    echo "techmap; opt -fast; opt_clean; dfflegalize -cell \$_DFF_P_ x; opt -fast; dfflibmap -liberty $LIB_DIR/used.lib; opt -fast"
}

# ABC's steps before mapping.
FLOW_ABC="+strash;&get,-n;&fraig,-x;&put;scorr"

# From there to cells of the library, and trees of buffers behind flip-flops with many loads. SCRATCH: start of a file's name.
# PREFIX: modules whose adders stay parallel-prefix ones: dc2 makes ripple-carry adders of them, smaller and several times as slow. FAST: the same, and mapped for speed.
# KEEP: not empty: SCRATCH.gates.json, before ABC, and SCRATCH.mapped.json, before the trees, stay for synth/flow/clock.py.
flow_map() { # SCRATCH [PREFIX [FAST [KEEP]]]
    local end="dch,-f;amap,-m;buffer,-N,16" module rest='*'
    for module in ${2:-} ${3:-}; do rest="$rest $module %d"; done
    flow_adders
    flow_gates
    [ -z "${4:-}" ] || echo "write_json $1.gates.json"
    for module in ${2:-}; do echo "abc -liberty $LIB_DIR/used.lib -script $FLOW_ABC;$end $module"; done
    for module in ${3:-}; do echo "abc -liberty $LIB_DIR/used.lib -script $FLOW_ABC;dch,-f;map,-B,0.9;buffer,-N,16 $module"; done
    echo "abc -liberty $LIB_DIR/used.lib -script $FLOW_ABC;dc2;$end $rest"
    echo "opt_clean; check -assert -mapped; write_json $1.mapped.json"
    echo "exec -expect-return 0 -- synth/flow/fanout.py $LIB_DIR/library.json $1.mapped.json $1.buffered.json"
    echo "design -reset; read_json $1.buffered.json; check -assert -mapped; exec -- rm $1.buffered.json"
    [ -n "${4:-}" ] || echo "exec -- rm $1.mapped.json"
}

# OpenSTA speaks the units of the library unless told.
FLOW_UNITS="set_cmd_units -time ns -capacitance pF -resistance kOhm -voltage V -current mA -power mW"

# Static timing of one flat netlist with one-bit ports; no wire load, ideal inputs, outputs unloaded.
flow_sta() { # TOP NETLIST CLOCK OUT_TXT
    local script=${4%.txt}.tcl period
    period=$(cat "$LIB_DIR/period")
    cat >"$script" <<EOF
read_liberty $LIB_DIR/whole.lib
$FLOW_UNITS
read_verilog $2
link_design $1
if {[llength [get_ports -quiet $3]]} { create_clock -name clk -period $period [get_ports $3] } else { create_clock -name clk -period $period }
set_input_delay 0 -clock clk [all_inputs]
set_output_delay 0 -clock clk [all_outputs]
puts "FLX worst"
report_checks -path_delay max -digits 6 -format full
puts "FLX registers"
if {[llength [all_registers -data_pins]]} { report_checks -path_delay max -digits 6 -format full -from [all_registers -clock_pins] -to [all_registers -data_pins] }
puts "FLX done"
exit
EOF
    flow_opensta "$1: timing" "$script" "$4"
}

# The same for every module of a netlist, in one process: a section "FLX block NAME" each. OpenSTA forgets what it read at the next
# link, so a module's own text is kept beside the netlist, and only those that hold others read all.
flow_sta_blocks() { # NETLIST OUT_TXT
    local script=${2%.txt}.tcl block parts=${1%.v} file names period
    period=$(cat "$LIB_DIR/period")
    rm -rf "$parts" && mkdir -p "$parts"
    awk -v dir="$parts" '/^module /{ file = dir "/" $2 ".v" } { print >file } /^endmodule/ { close(file) }' "$1"
    names=$(sed -n 's/^module \([a-zA-Z0-9_]*\) .*/\1/p' "$1")
    {
        echo "read_liberty $LIB_DIR/whole.lib"
        echo "$FLOW_UNITS"
        while read -r block; do
            file=$parts/$block.v
            ! grep -qE "^ +(${names//$'\n'/|}) " "$file" || file=$1
            cat <<EOF
puts "FLX block $block"
read_verilog $file
link_design $block
if {[llength [get_ports -quiet clk_i]]} { create_clock -name clk -period $period [get_ports clk_i] } else { create_clock -name clk -period $period }
set_input_delay 0 -clock clk [all_inputs]
set_output_delay 0 -clock clk [all_outputs]
puts "FLX worst"
report_checks -path_delay max -digits 6 -format full
puts "FLX registers"
if {[llength [all_registers -data_pins]]} { report_checks -path_delay max -digits 6 -format full -from [all_registers -clock_pins] -to [all_registers -data_pins] }
EOF
        done <<<"$names"
        echo 'puts "FLX done"'
        echo "exit"
    } >"$script"
    flow_opensta "timing" "$script" "$2" "$(grep -c '^puts "FLX block' "$script")"
    ! grep -m1 '^Error' "$2" >&2 || flow_die 3 "$2: sta reports an error, expected none"
}
