#!/bin/bash
# plot_bits.sh - test accuracy against the mantissa bits N of flexN+5 and the exponent bits M of flex16+M. Twin: docs/pictures.md
#   plot_bits.sh EXPERIMENT_DIR OUT_DIR     writes formats.svg: means over the seeds, each network that was trained with three N or M
#                                           or more; its float32 as a broad line
set -euo pipefail
in=$1
out=$2
# shellcheck source=sw/trainer/study/plot_common.sh
. "$(dirname "$0")/plot_common.sh"
mkdir -p "$out"
results "$in" | cut -f 2,3,9 >"$work/all"

points() { # NETWORK WHICH (1: N of flexN+5, 2: M of flex16+M): lines of bits and mean accuracy
    awk -F '\t' -v network="$1" -v which="$2" '$1 == network && (which == 1 ? $2 ~ /^flex[0-9]+\+5$/ : $2 ~ /^flex16\+/) {
            split($2, part, /[a-z+]+/); bits = part[which + 1]; s[bits] += $3; n[bits]++ }
        END { for (b in s) print b, s[b] / n[b] }' "$work/all" | sort -n
}
mean() { # NETWORK
    awk -F '\t' -v network="$1" '$1 == network && $2 == "float32" { s += $3; n++ } END { if (n > 0) print s / n }' "$work/all"
}
colours=('#c00000' '#0060a8' '#208040' '#8040a0' '#e08000')
light=('#f0c0c0' '#b8cfe5' '#b8dcc0' '#dcc8e8' '#f8dcb0')
labels=('' 'mantissa bits N of flexN+5' 'exponent bits M of flex16+M')
panels=()
for which in 1 2; do
    plots=()
    colour=0
    for network in $(cut -f 1 "$work/all" | uniq); do
        points "$network" $which >"$work/$network.$which"
        base=$(mean "$network")
        if [ "$(wc -l <"$work/$network.$which")" -ge 3 ] && [ -n "$base" ]; then
            plots+=("$base with lines lw 6 lc rgb '${light[colour]}' title '$network, float32'")
            plots+=("'$work/$network.$which' with linespoints pt 7 ps 0.6 lw 1.5 lc rgb '${colours[colour]}' title '$network'")
        fi
        colour=$(((colour + 1) % ${#colours[@]}))
    done
    [ ${#plots[@]} -gt 0 ] || continue
    range=$([ $which = 1 ] && echo '[7.5:16.5]' || echo '[3.5:8.5]')
    panels+=("set xlabel '${labels[which]}'; set xrange $range; set xtics 1; plot $(printf '%s, ' "${plots[@]}" | sed 's/, $//')")
done
[ ${#panels[@]} -gt 0 ] || exit 0
{
    begin_svg "$out/formats.svg" $((${#panels[@]} * 430)) 360
    echo "set multiplot layout 1,${#panels[@]}; set ylabel 'test accuracy' offset 1; set yrange [0:$(cut -f 3 "$work/all" | sort -n -r | awk 'NR == 1 { print int(10 * $1 + 1) / 10 }')]; set key bottom right"
    printf '%s\n' "${panels[@]}"
} >"$work/plot"
gnuplot "$work/plot"
finish_svg "$out/formats.svg" "sw/trainer/study/plot_bits.sh: means over the seeds"
echo "$out/formats.svg"
