#!/bin/bash
# libraries.sh - picture of area and energy of each format over flex16's, in every library. Twin: synth/study/four_libraries.py, docs/gen/libraries.md
#   libraries.sh OUT_SVG BASELINES_MD ENERGY_BASELINES_MD ..
set -euo pipefail
[ $# -ge 3 ] || { sed -n '3s/^# *//p' "$0" >&2; exit 2; }
out=$1
shift
# shellcheck source=sw/trainer/study/plot_common.sh
. sw/trainer/study/plot_common.sh
synth/study/four_libraries.py --bars "$@" >"$work/bars"
columns=$(head -1 "$work/bars" | awk -F '\t' '{ print (NF - 1) / 2 }')
panel() { # TITLE FIRST_COLUMN
    echo "set title '$1'"
    echo "plot for [i=0:$((columns - 1))] '$work/bars' using (column($2 + 2 * i)):xtic(1) title columnheader($2 + 2 * i) lt i + 1, 1 with lines lw 1 lc rgb '#404040' notitle"
}
{
    begin_svg "$out" 860 640
    printf '%s\n' "set datafile separator '\t'; set style data histograms; set style histogram clustered gap 1.5; set boxwidth 0.9"
    awk '{ for (i = 1; i <= NF; i++) print "set linetype " i " lc rgb \"#" $i "\"" }' <<<"c00000 b8cfe5 6aa0d0 0060a8 b8dcc0 70b888 208040 404040 c8c8c8"
    echo "set multiplot layout 2,1; set yrange [0:*]; set grid ytics; set xtics scale 0 noenhanced; set key outside right top font ',9'; set ylabel 'over flex16'"
    panel 'area per MAC at one clock, flex16 of 4 lanes = 1' 2
    panel 'energy per MAC on recorded traces, with glitches, the least of all netlists of each' 3
} >"$work/plot"
gnuplot "$work/plot"
finish_svg "$out" "synth/study/four_libraries.sh: cells alone, no wires"
