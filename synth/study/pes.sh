# shellcheck shell=bash
# pes.sh - the processing elements that are compared, and where their mapped netlists live: sourced, never run. Twin: docs/rivals.md
#
# A NAME is a format, behind it _pipe for its last PE_PIPE instead of 0, and _and for AND rows instead of recoded digits (rtl/array/flx_recode.v).
# Area and energy are of the same netlists: synth/study/rivals_area.sh, synth/study/rivals_energy.sh and synth/study/energy.sh map through here, each PE once.
#   SYNTH_BUILD/LIBRARY/pes/NAME/TOP.json            area recipe: synth/flow/block.sh, no clock, no sizing
#   SYNTH_BUILD/LIBRARY/pes/FORMAT_clock/TOP.json    clock recipe: the smallest netlist found whose path is within the period
#   SYNTH_BUILD/LIBRARY/pes/FORMAT_edge/TOP.json     the recoder of one lane of b
# Each with TOP.area.json (synth/flow/measure.py). Kept while RTL, recipe and library are older. Needs synth/flow/flow.sh and flow_library.
# A recoder serves a column of an array of PE_MACS, so a PE of digits counts with its share of one per lane (pe_about).
#
# Clock recipe. Candidates: the netlists of the area recipe; and of both forms, every PE_PIPE up to the PE's last, both normalisers, and for each the mappings below,
# from small and slow to large and fast, of which the first that OpenSTA puts within the period counts. The fastest goes first: what misses with that one is not
# searched. The smallest is kept. A form whose area recipe's netlist, or a mapping that, is more than 5 % larger than the smallest so far ends the search of that
# form or of the mappings behind: what meets the period later would be larger still. If nothing meets the period, all of that is searched again at 1.25, 1.5, ..
# periods: at its fastest a PE is far larger than it need be a little slower. ABC's loads are not OpenSTA's, so its sizing targets are parts of the period.

# shellcheck disable=SC2034  # for those who source this
PE_FLEX_RTL=$(sw/gen/rtl_list.py closure flx_recode flx_pe)
PE_RIVAL_RTL=$(sw/gen/rtl_list.py closure flx_rival_pe flx_rival_edge)
PE_MACS=256
PE_FORMS=(FAST=0 FAST=1) # digits, AND rows
# format, module, its parameters, last PE_PIPE, operands' name for flx-netsim (- if it has no model), lanes
PE_FORMATS="flex16_4 flx_pe LANES=4 0 flex16 4
flex16_1 flx_pe LANES=1 0 flex16 1
int8_4 flx_rival_pe KIND=0,LANES=4 0 int8 4
int8_1 flx_rival_pe KIND=0 0 int8 1
bf16_bf16 flx_rival_pe KIND=1 1 bf16 1
fp16_fp16 flx_rival_pe KIND=2 1 fp16 1
fp16_fp16_flush flx_rival_pe KIND=2,SUBNORMAL=0 0 - 1
bf16_fp32 flx_rival_pe KIND=3 1 bf16_fp32 1
fp16_fp32 flx_rival_pe KIND=4 1 fp16_fp32 1
fp16_fp32_flush flx_rival_pe KIND=4,SUBNORMAL=0 0 - 1
bf16_fp32_4 flx_rival_pe KIND=3,LANES=4 2 bf16_fp32 4
fp16_fp32_4 flx_rival_pe KIND=4,LANES=4 2 fp16_fp32 4
fp32 flx_rival_pe KIND=5 1 fp32 1"
PE_AREA_NAMES="$(awk '{ print $1; print $1 "_and" }' <<<"$PE_FORMATS") $(awk '$4 > 0 { print $1 "_pipe"; print $1 "_pipe_and" }' <<<"$PE_FORMATS")"
PE_CLOCK_FORMATS="$(awk '$5 != "-" && $1 != "int8_1" { print $1 }' <<<"$PE_FORMATS")"
# full adders kept (fa) or open to ABC, mapping, sizing target in percent of the period
PE_MAPPINGS="fa:amap,-m:0 fa:amap,-m:50 open:amap,-m:100 open:amap,-m:70 fa:map,-B,0.9:50 open:map,-B,0.9:100 open:map,-B,0.9:80 open:map,-B,0.9:70
    fa:map,-B,0.9:30 open:map,-B,0.9:60 open:map,-B,0.9:40 open:map,-B,0.9:3"

pe_get() { # NAME: sets PE_FORMAT, PE_TOP, PE_FORMS, PE_PARAMS, PE_PIPES, PE_MODEL, PE_LANES, PE_RTL
    local stem=${1%_and}
    PE_FORMAT=${stem%_pipe}
    read -r _ PE_TOP PE_PARAMS PE_PIPES PE_MODEL PE_LANES < <(grep "^$PE_FORMAT " <<<"$PE_FORMATS") || flow_die 2 "pes.sh: NAME is $1, expected one of its formats"
    PE_PARAMS=${PE_PARAMS//,/ }
    if [ "$PE_TOP" = flx_pe ]; then PE_RTL=$PE_FLEX_RTL; else PE_RTL=$PE_RIVAL_RTL; fi
    [ "$stem" = "$PE_FORMAT" ] || PE_PARAMS="$PE_PARAMS PE_PIPE=$PE_PIPES"
    if [ "$stem" = "$1" ]; then PE_PARAMS="$PE_PARAMS ${PE_FORMS[0]}"; else PE_PARAMS="$PE_PARAMS ${PE_FORMS[1]}"; fi
}

pe_dir() { # NAME [clock|edge]
    echo "${SYNTH_BUILD:-build/synth}/$LIB_NAME/pes/$1${2:+_$2}"
}

pe_fresh() { # NETLIST LIB: newer than the RTL of PE_RTL, recipe and library
    # shellcheck disable=SC2086  # lists
    flow_newer "$1" $PE_RTL rtl/array/flx_digit.vh synth/study/pes.sh synth/flow/block.sh $FLOW_RECIPE "$2"
}

pe_area() { # LIB NAME: the netlist of the area recipe
    pe_get "$2"
    pe_fresh "$(pe_dir "$2")/$PE_TOP.json" "$1" || synth/flow/block.sh "$1" "$PE_TOP" "$PE_RTL" "$PE_PARAMS" "$(pe_dir "$2")"
}

pe_edge() { # LIB: PE_EDGE, the share of a MAC of this PE in the recoders of its array: each serves the rows of one column
    local dir top=flx_recode params="BITS=16 SIGNED=1"
    dir=$(pe_dir "$PE_FORMAT" edge)
    [ "$PE_TOP" = flx_pe ] || top=flx_rival_edge params="$(grep -oE '(KIND|SUBNORMAL)=.' <<<"$PE_PARAMS") FAST=0"
    pe_fresh "$dir/$top.json" "$1" || synth/flow/block.sh "$1" "$top" "$PE_RTL" "$params" "$dir"
    PE_EDGE=$(jq "(.area / ($PE_MACS / $PE_LANES | sqrt) * 1000 | round) / 1000" "$dir/$top.area.json")
}

# What figures of a netlist depend on beside itself, as JSON. edge_area: per MAC, what pe_edge found if the PE takes digits.
pe_about() { # AREA_JSON
    jq -c --arg format "$PE_FORMAT" --arg model "$PE_MODEL" --argjson lanes "$PE_LANES" --argjson edge "$PE_EDGE" --arg form "${PE_FORMS[1]}" '.parameters as $p
        | ([$p | to_entries[] | "\(.key)=\(.value)"] | any(. == $form)) as $plain
        | {format: $format, model: $model, lanes: $lanes, pipe: ($p.PE_PIPE // "0" | tonumber), rows: (if $plain then "AND" else "digits" end),
           edge_area: (if $plain then 0 else $edge end)}' "$1"
}

pe_figures() { # STEM: STEM.figures, area with the recoders' share, and path in ns, of STEM.area.json
    jq -r --argjson about "$(pe_about "$1.area.json")" '"\(.area + $about.lanes * $about.edge_area) \(.critical_ns)"' "$1.area.json" >"$1.figures"
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
        echo "read_liberty -lib $PE_LIB; read_verilog $(sw/gen/rtl_list.py incdirs) $PE_RTL"
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
    synth/flow/split.py "$LIB_DIR/library.json" "$3/try.json" "$PE_TOP" "$3/try.sta.v"
    flow_sta "$PE_LIB" "$PE_TOP" "$3/try.sta.v" clk_i "$3/try.sta.txt"
    synth/flow/measure.py "$LIB_DIR/library.json" "$3/try.json" "$PE_TOP" "$2" "$3/try.sta.txt" "$3/try.area"
    pe_figures "$3/try"
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

# Whether a netlist of FIGURES, and so all larger ones, is too large to be looked at.
pe_pointless() { # FIGURES DIR PERIOD_PS
    [ -f "$2/best.figures" ] && pe_meets "$2/best.figures" "$3" && awk 'NR == 1 { best = $1 } NR == 2 { exit !($1 > 1.05 * best) }' "$2/best.figures" "$1"
}

pe_unsized() { # LIB FORMAT DIR PERIOD_PS: the area recipe's netlists of the PE; leaves DIR/FORM.figures of those without PE_PIPE
    local name end
    for name in "$2" "$2_and" "$2_pipe" "$2_pipe_and"; do
        grep -qw "$name" <<<"$PE_AREA_NAMES" || continue
        pe_area "$1" "$name"
        for end in json area.json area.txt sta.txt; do cp "$(pe_dir "$name")/$PE_TOP.$end" "$3/try.$end"; done
        pe_figures "$3/try"
        if pe_meets "$3/try.figures" "$4"; then pe_keep "$3" "$4"; fi
        case $name in *_pipe*) ;; *) cp "$3/try.figures" "$3/${PE_PARAMS##* }.figures" ;; esac
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
        if pe_pointless "$2/try.figures" "$2" "$3"; then break; fi
    done
    echo "pes: $LIB_NAME, $PE_TOP $1: smallest so far $(cat "$2/best.figures") (area, ns)" >&2
}

pe_clock() { # LIB FORMAT PERIOD_PS: the netlist of the clock recipe
    local dir form pipe serial serials="" params end quarters relaxed
    pe_get "$2"
    pe_edge "$1"
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
        for form in "${PE_FORMS[@]}"; do
            if pe_pointless "$dir/$form.figures" "$dir" "$relaxed"; then continue; fi
            for ((pipe = 0; pipe <= PE_PIPES; pipe++)); do
                for serial in $serials; do
                    params="${PE_PARAMS% *} $form"
                    [ "$serial" = none ] || params="$params PE_PIPE=$pipe SERIAL=$serial"
                    pe_search "$params" "$dir" "$relaxed"
                done
            done
        done
        if pe_meets "$dir/best.figures" "$relaxed"; then break; fi
    done
    echo "$3" >"$dir/period"
    for end in area.json area.txt sta.txt json; do mv "$dir/best.$end" "$dir/$PE_TOP.$end"; done
    touch "$dir/$PE_TOP.json"
    rm -f "$dir"/best.* "$dir"/try.* "$dir"/*gates.* "$dir"/*.figures
}

# A line of progress: the STEP of TOTAL that now begins, and the time left at the pace so far.
pe_progress() { # WHO STEP TOTAL WHAT
    local passed=$((SECONDS - PE_STARTED)) left=""
    [ "$2" = 1 ] || left=", about $((passed * ($3 - $2 + 1) / ($2 - 1))) s left"
    echo "$1: $LIB_NAME, $2 of $3, $4, $passed s$left" >&2
}
PE_STARTED=$SECONDS
