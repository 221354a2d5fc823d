#!/bin/bash
# lint.sh - every RTL file through Verilator -Wall, Icarus -Wall and Yosys in every named configuration, and the rivals of rtl/rivals: no warning.
#   lint.sh CONFIGS_MK
set -euo pipefail
configs=$1
rtl=$(sw/gen/rtl_list.py files core)
include=$(sw/gen/rtl_list.py incdirs)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# One tool's run: prints what it said and counts a failure if it said anything at all.
quiet() {
    local what=$1
    shift
    if ! "$@" >"$work/out" 2>&1 || [ -s "$work/out" ]; then
        echo "lint: $what:"
        sed 's/^/  /' "$work/out" | head -20
        failed=$((failed + 1))
    fi
}

yosys_warnings() { # yosys is chatty: only its warnings and errors count
    yosys -q -p "$1" >"$work/yosys" 2>&1 || { cat "$work/yosys"; return 1; }
    ! grep -E 'Warning|ERROR' "$work/yosys"
}

names=$(sed -n 's/^CONFIGS := //p' "$configs")
for name in $names; do
    parameters=$(sed -n "s/^CONFIG_$name := //p" "$configs")
    # shellcheck disable=SC2086  # lists of words
    quiet "verilator $name" verilator --lint-only -Wall $include --top-module flx_core $parameters $rtl
    # shellcheck disable=SC2086
    quiet "iverilog $name" iverilog -g2005 -Wall $include -s flx_core -t null ${parameters//-G/-Pflx_core.} $rtl
done
# shellcheck disable=SC2086
quiet "yosys" yosys_warnings "read_verilog $include $(echo $rtl); hierarchy -check -top flx_core; proc; check -assert"

# The rivals of rtl/rivals: KIND LANES PE_PIPE SUBNORMAL SERIAL FAST of flx_rival_pe.v
base=$(sw/gen/rtl_list.py closure flx_rival_array)
rivals="0,4,0,1,1,0 0,4,0,1,1,1 1,1,1,0,1,0 1,1,1,0,1,1 2,1,0,1,1,0 2,1,0,1,1,1 2,1,1,0,0,0 3,1,1,0,0,0 4,1,0,1,1,1 4,1,1,0,1,0 5,1,0,0,1,0 5,1,0,0,1,1
    3,4,2,0,1,0 3,4,2,0,1,1 4,4,0,1,0,0 4,4,0,1,0,1"
for rival in $rivals; do
    IFS=, read -r kind lanes pipe subnormal serial fast <<<"$rival"
    parameters="-GROWS=2 -GCOLS=2 -GKIND=$kind -GLANES=$lanes -GPE_PIPE=$pipe -GSUBNORMAL=$subnormal -GSERIAL=$serial -GFAST=$fast"
    # shellcheck disable=SC2086
    quiet "verilator rival $rival" verilator --lint-only -Wall $include --top-module flx_rival_array $parameters $base
    # shellcheck disable=SC2086
    quiet "iverilog rival $rival" iverilog -g2005 -Wall $include -s flx_rival_array -t null ${parameters//-G/-Pflx_rival_array.} $base
    chparam=${parameters//-G/-chparam }
    quiet "yosys rival $rival" yosys_warnings "read_verilog $include $base; hierarchy -check -top flx_rival_array ${chparam//=/ }; proc; check -assert"
done
names="$names $rivals"
echo "lint: $(echo "$names" | wc -w) configurations, 3 tools, $failed with warnings"
[ "$failed" = 0 ]
