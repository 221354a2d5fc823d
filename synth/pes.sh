# shellcheck shell=bash
# pes.sh - the processing elements that are compared, and where their mapped netlists live: sourced, never run. Twin: docs/baselines.md
#
# Area and energy are of the same netlists: synth/baselines.sh, synth/netsim/baselines.sh and synth/netsim/energy.sh map through here, each PE once.
#   SYNTH_BUILD/LIBRARY/baselines/NAME/TOP.json          area recipe: synth/block.sh, no clock, no sizing, PIPE = 0; NAME_pipe: with its last PIPE
#   SYNTH_BUILD/LIBRARY/baselines/NAME_clock/TOP.json    clock recipe: the smallest netlist found whose path is within the period
# Each with TOP.area.json (synth/measure.py). Kept while RTL, recipe and library are older. Needs synth/flow.sh and flow_library.
#
# Clock recipe. Candidates: the netlists of the area recipe; and of every PIPE up to the PE's last, both normalisers, and for each the mappings below, from small and
# slow to large and fast, of which the first that OpenSTA puts within the period counts. The fastest goes first: what misses with that one is not searched.
# The smallest is kept. If nothing meets the period, all of that is searched again at 1.25, 1.5, .. periods: at its fastest a PE is far larger than it need be a
# little slower. ABC's loads are not OpenSTA's, so its sizing targets are parts of the period.

# shellcheck disable=SC2034  # for those who source this
PE_FLEX_RTL="rtl/flx_pe.v rtl/flx_dot.v rtl/flx_dot_fast.v rtl/flx_chunk.v"
PE_BASE_RTL="$(echo rtl/base/*.v) rtl/flx_dot.v"
# name, module, its parameters, last PIPE, operands' name for flx-netsim (- if it has no model), lanes
PE_TABLE="flex16_1 flx_pe LANES=1 0 flex16 1
flex16_4 flx_pe LANES=4 0 flex16 4
int8_1 flx_base_pe KIND=0 0 int8 1
int8_4 flx_base_pe KIND=0,LANES=4 0 int8 4
bf16_bf16 flx_base_pe KIND=1 1 bf16 1
fp16_fp16 flx_base_pe KIND=2 1 fp16 1
fp16_fp16_flush flx_base_pe KIND=2,SUBNORMAL=0 1 - 1
bf16_fp32 flx_base_pe KIND=3 1 bf16_fp32 1
fp16_fp32 flx_base_pe KIND=4 1 fp16_fp32 1
fp16_fp32_flush flx_base_pe KIND=4,SUBNORMAL=0 1 - 1
fp32 flx_base_pe KIND=5 1 fp32 1
bf16_fp32_4 flx_base_pe KIND=3,LANES=4 2 bf16_fp32 4
fp16_fp32_4 flx_base_pe KIND=4,LANES=4 2 fp16_fp32 4
bf16_bf16_pipe flx_base_pe KIND=1,PIPE=1 1 bf16 1
fp16_fp16_pipe flx_base_pe KIND=2,PIPE=1 1 fp16 1
bf16_fp32_pipe flx_base_pe KIND=3,PIPE=1 1 bf16_fp32 1
fp16_fp32_pipe flx_base_pe KIND=4,PIPE=1 1 fp16_fp32 1
fp32_pipe flx_base_pe KIND=5,PIPE=1 1 fp32 1
bf16_fp32_4_pipe flx_base_pe KIND=3,LANES=4,PIPE=2 2 bf16_fp32 4
fp16_fp32_4_pipe flx_base_pe KIND=4,LANES=4,PIPE=2 2 fp16_fp32 4"
PE_AREA_NAMES="flex16_1 flex16_4 int8_1 int8_4 bf16_bf16 fp16_fp16 fp16_fp16_flush bf16_fp32 fp16_fp32 fp16_fp32_flush fp32 bf16_fp32_4 fp16_fp32_4
    bf16_bf16_pipe fp16_fp16_pipe bf16_fp32_pipe fp16_fp32_pipe fp32_pipe bf16_fp32_4_pipe fp16_fp32_4_pipe"
PE_CLOCK_NAMES="flex16_1 flex16_4 int8_4 bf16_bf16 fp16_fp16 bf16_fp32 fp16_fp32 fp32 bf16_fp32_4 fp16_fp32_4"
# full adders kept (fa) or open to ABC, mapping, sizing target in percent of the period
PE_MAPPINGS="fa:amap,-m:0 fa:amap,-m:50 open:amap,-m:100 open:amap,-m:70 fa:map,-B,0.9:50 open:map,-B,0.9:100 open:map,-B,0.9:80 open:map,-B,0.9:70
    fa:map,-B,0.9:30 open:map,-B,0.9:60 open:map,-B,0.9:40 open:map,-B,0.9:3"

pe_get() { # NAME: sets PE_TOP, PE_PARAMS, PE_PIPES, PE_MODEL, PE_LANES, PE_RTL
    read -r _ PE_TOP PE_PARAMS PE_PIPES PE_MODEL PE_LANES < <(grep "^$1 " <<<"$PE_TABLE") || flow_die 2 "pes.sh: NAME is $1, expected one of its table"
    PE_PARAMS=${PE_PARAMS//,/ }
    if [ "$PE_TOP" = flx_pe ]; then PE_RTL=$PE_FLEX_RTL; else PE_RTL=$PE_BASE_RTL; fi
}

pe_dir() { # NAME [clock]
    echo "${SYNTH_BUILD:-build/synth}/$LIB_NAME/baselines/$1${2:+_$2}"
}

pe_fresh() { # NETLIST LIB: newer than the RTL of PE_RTL, recipe and library
    # shellcheck disable=SC2086  # lists
    flow_newer "$1" $PE_RTL rtl/flx_digit.vh synth/pes.sh synth/block.sh $FLOW_RECIPE "$2"
}

pe_area() { # LIB NAME: the netlist of the area recipe
    pe_get "$2"
    pe_fresh "$(pe_dir "$2")/$PE_TOP.json" "$1" || synth/block.sh "$1" "$PE_TOP" "$PE_RTL" "$PE_PARAMS" "$(pe_dir "$2")"
}

pe_period() { # LIB: ps, the path of the 4-lane Flexpoint PE under the area recipe
    pe_area "$1" flex16_4
    jq '(.critical_ns * 1000) | ceil' "$(pe_dir flex16_4)/flx_pe.area.json"
}

pe_yosys() { # STEM: runs STEM.ys
    flow_yosys "$PE_TOP: $(basename "$1")" "$1"
}

# Gates of one set of parameters, twice: GATES.fa with the library's full adders, GATES.open without.
pe_gates() { # PARAMS GATES
    local p chparam=""
    for p in $1; do chparam="$chparam -chparam ${p%%=*} ${p#*=}"; done
    {
        echo "read_liberty -lib $PE_LIB; read_verilog -Irtl $PE_RTL"
        echo "hierarchy -check -top $PE_TOP$chparam; proc; flatten; opt_clean"
        flow_coarse "$2"
        echo "design -save coarse"
        flow_gates
        echo "write_rtlil $2.open; design -load coarse"
        flow_adders
        flow_gates
        echo "write_rtlil $2.fa"
    } >"$2.ys"
    pe_yosys "$2"
}

# One mapping of GATES, into DIR/try.json and DIR/try.area.json.
pe_try() { # MAPPING PARAMS DIR PERIOD_PS GATES
    local kind map percent size="buffer,-N,16"
    IFS=: read -r kind map percent <<<"$1"
    [ "$percent" = 0 ] || size="topo;buffer,-c,-N,16;upsize,-D,$(($4 * percent / 100));dnsize,-D,$(($4 * percent / 100))"
    {
        echo "read_liberty -lib $PE_LIB; read_rtlil $5.$kind"
        echo "abc -liberty $LIB_DIR/used.lib -script $FLOW_ABC;dc2;dch,-f;$map;$size"
        echo "opt_clean -purge; check -assert -mapped; write_json $3/try.json"
    } >"$3/try.ys"
    pe_yosys "$3/try"
    python3 synth/split.py "$LIB_DIR/library.json" "$3/try.json" "$PE_TOP" "$3/try.sta.v"
    flow_sta "$PE_LIB" "$PE_TOP" "$3/try.sta.v" clk_i "$3/try.sta.txt"
    python3 synth/measure.py "$LIB_DIR/library.json" "$3/try.json" "$PE_TOP" "$2" "$3/try.sta.txt" "$3/try.area"
    jq -r '"\(.area) \(.critical_ns)"' "$3/try.area.json" >"$3/try.figures"
}

pe_meets() { # FIGURES PERIOD_PS
    awk -v period="$2" '{ exit !($2 * 1000 <= period) }' "$1"
}

# Keeps DIR/try.* as DIR/best.* if it is better: within the period before outside, then smaller, or faster while nothing is within.
pe_keep() { # DIR PERIOD_PS
    local end
    if [ -f "$1/best.figures" ] && ! awk -v period="$2" 'NR == 1 { area = $1; ns = $2 } NR == 2 {
        met = ns * 1000 <= period; meets = $2 * 1000 <= period
        exit !(meets > met || (meets == met && (met ? $1 < area : $2 < ns))) }' "$1/best.figures" "$1/try.figures"; then return; fi
    for end in json area.json area.txt sta.txt figures; do cp "$1/try.$end" "$1/best.$end"; done
}

pe_unsized() { # LIB NAME DIR PERIOD_PS: the area recipe's netlists of the PE, without and with its last PIPE
    local name end
    for name in "$2" "$2_pipe"; do
        grep -qw "$name" <<<"$PE_AREA_NAMES" || continue
        pe_area "$1" "$name"
        for end in json area.json area.txt sta.txt; do cp "$(pe_dir "$name")/$PE_TOP.$end" "$3/try.$end"; done
        jq -r '"\(.area) \(.critical_ns)"' "$3/try.area.json" >"$3/try.figures"
        if pe_meets "$3/try.figures" "$4"; then pe_keep "$3" "$4"; fi
    done
    pe_get "$2"
}

pe_search() { # PARAMS DIR PERIOD_PS
    local mapping fastest=${PE_MAPPINGS##* } gates
    gates=$2/$(tr -c '[:alnum:]' _ <<<"$1")gates
    [ -f "$gates.fa" ] || pe_gates "$1" "$gates"
    pe_try "$fastest" "$1" "$2" "$3" "$gates"
    pe_keep "$2" "$3"
    if ! pe_meets "$2/try.figures" "$3"; then
        echo "pes: $LIB_NAME, $PE_TOP $1: misses $3 ps, $(cut -d' ' -f2 "$2/try.figures") ns" >&2
        return
    fi
    for mapping in ${PE_MAPPINGS% *}; do
        pe_try "$mapping" "$1" "$2" "$3" "$gates"
        if pe_meets "$2/try.figures" "$3"; then
            pe_keep "$2" "$3"
            break
        fi
    done
    echo "pes: $LIB_NAME, $PE_TOP $1: smallest so far $(cat "$2/best.figures") (area, ns)" >&2
}

pe_clock() { # LIB NAME PERIOD_PS: the netlist of the clock recipe
    local dir pipe serial serials="" end quarters relaxed
    pe_get "$2"
    PE_LIB=$1
    dir=$(pe_dir "$2" clock)
    if pe_fresh "$dir/$PE_TOP.json" "$1" && [ "$(cat "$dir/period")" = "$3" ]; then return; fi
    mkdir -p "$dir"
    rm -f "$dir"/*gates.*
    case $PE_MODEL in flex16 | int8) serials=none ;; *) serials="1 0" ;; esac
    for ((quarters = 4; ; quarters++)); do
        relaxed=$(($3 * quarters / 4))
        rm -f "$dir"/best.*
        pe_unsized "$1" "$2" "$dir" "$relaxed"
        for ((pipe = 0; pipe <= PE_PIPES; pipe++)); do
            for serial in $serials; do
                if [ "$serial" = none ]; then pe_search "$PE_PARAMS" "$dir" "$relaxed"; else pe_search "$PE_PARAMS PIPE=$pipe SERIAL=$serial" "$dir" "$relaxed"; fi
            done
        done
        if pe_meets "$dir/best.figures" "$relaxed"; then break; fi
    done
    echo "$3" >"$dir/period"
    for end in area.json area.txt sta.txt json; do mv "$dir/best.$end" "$dir/$PE_TOP.$end"; done
    touch "$dir/$PE_TOP.json"
    rm -f "$dir"/best.* "$dir"/try.* "$dir"/*gates.*
}

# A line of progress: the STEP of TOTAL that now begins, and the time left at the pace so far.
pe_progress() { # WHO STEP TOTAL WHAT
    local passed=$((SECONDS - PE_STARTED)) left=""
    [ "$2" = 1 ] || left=", about $((passed * ($3 - $2 + 1) / ($2 - 1))) s left"
    echo "$1: $LIB_NAME, $2 of $3, $4, $passed s$left" >&2
}
PE_STARTED=$SECONDS
