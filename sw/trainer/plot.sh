#!/bin/bash
# plot.sh - pictures and tables of the experiment. Twin: sw/trainer/experiment.sh, docs/trainer.md
#   plot.sh EXPERIMENT_DIR OUT_DIR     writes training.svg, training.md (flex16+5 beside float32), and, if other formats were run,
#                                      formats.svg, formats.md (all, by the first seed) into OUT_DIR
set -euo pipefail
in=$1
out=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ls "$in"/*.json >/dev/null 2>&1 || { echo "plot.sh: $in: no results, expected those of experiment.sh" >&2; exit 2; }
field() { sed -n "s/.*\"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" "$2" | head -1; }

# Loss of each iteration, averaged over the seeds and over 25 iterations.
curve() { # NETWORK FORMAT
    cat "$in/$1_$2"_*.csv | awk -F, '$1 != "iteration" { s[$1] += $3; n[$1]++; if ($1 > last) last = $1 }
        END { for (i = 0; i + 24 <= last; i += 25) { t = 0; for (j = i; j < i + 25; j++) t += s[j] / n[j]; print i + 12, t / 25 } }'
}
networks=$(find "$in" -name '*.json' | sed 's|.*/||; s|_.*||' | sort -u)
formats="float32 flex16+5"
{
    echo "set terminal svg size 900,420 font 'sans,12' background 'white'; set output '$out/training.svg.part'"
    echo "set multiplot layout 1,$(echo "$networks" | wc -w); set grid; set xlabel 'iteration'; set ylabel 'training loss'; set yrange [0.6:2.4]"
    for network in $networks; do
        for format in $formats; do curve "$network" "$format" >"$work/$network.$format"; done
        echo "set title '$network'; plot '$work/$network.float32' with lines lw 5 lc rgb '#9ecae1' title 'float32', '$work/$network.flex16+5' with lines lw 1.5 lc rgb '#d62728' title 'flex16+5'"
    done
} >"$work/plot"
gnuplot "$work/plot"
mv "$out/training.svg.part" "$out/training.svg"

heading() {
    local first
    first=$(find "$in" -name '*.json' | sort | head -1)
    echo "<!-- written by sw/trainer/plot.sh; do not edit -->"
    echo "$(field train "$first") training images, $(field test "$first") test images of $(field dataset "$first"), $(field epochs "$first") epochs."
    echo
}
row() { # NETWORK FORMAT FILE...
    local network=$1 format=$2 file
    shift 2
    for file in "$@"; do
        echo "$(field accuracy "$file") $(field overflows "$file") $(field writes "$file") $(field lost_updates "$file") $(field updates "$file")"
    done | awk -v network="$network" -v format="$format" '{ a[NR] = $1; s += $1; q += $1 * $1; o += $2; w += $3; l += $4; u += $5 }
        END { m = s / NR; v = q - NR * m * m; deviation = (NR > 1 && v > 0) ? sprintf("%.4f", sqrt(v / (NR - 1))) : "-";
            for (i = 1; i <= NR; i++) list = list (i > 1 ? ", " : "") sprintf("%.4f", a[i]);
            over = (w > 0) ? (o " of " w) : "-"; lost = (u > 0) ? sprintf("%.1f %%", 100 * l / u) : "-";
            printf("| %s | %s | %s | %.4f | %s | %s | %s |\n", network, format, list, m, deviation, over, lost) }'
}
columns="| network | format | test accuracy of each seed | mean | standard deviation | writes that overflowed | updates lost |
| --- | --- | --- | --- | --- | --- | --- |"
{
    heading
    echo "$columns"
    for network in $networks; do
        for format in $formats; do row "$network" "$format" "$in/${network}_${format}"_*.json; done
    done
} >"$out/training.md.part"
mv "$out/training.md.part" "$out/training.md"
cat "$out/training.md"

# All formats, the first seed.
others=$(find "$in" -name '*_1.json' | sed 's|.*/||; s|_1.json||; s|^[a-z]*_||' | grep -vx -e float32 -e flex16+5 | sort -u) || exit 0
{
    heading
    echo "$columns"
    for network in $networks; do
        for format in float32 flex16+5 $(echo "$others" | grep -v flex) $(echo "$others" | grep flex | sort -t x -k 2 -n -r); do
            [ -s "$in/${network}_${format}_1.json" ] && row "$network" "$format" "$in/${network}_${format}_1.json"
        done
    done
} >"$out/formats.md.part"
mv "$out/formats.md.part" "$out/formats.md"
sweep=$(echo "$networks" | head -1)
for bits in 8 9 10 11 12 13 14 15 16; do
    file=$in/${sweep}_flex$bits+5_1.json
    [ -s "$file" ] && echo "$bits $(field accuracy "$file")" >>"$work/bits"
done
{
    echo "set terminal svg size 700,420 font 'sans,12' background 'white'; set output '$out/formats.svg.part'; set grid; set key bottom right"
    echo "set xlabel 'mantissa bits N of flexN+5'; set ylabel 'test accuracy'; set yrange [0:]; set xrange [7.5:16.5]; set title '$sweep'"
    echo "plot $(field accuracy "$in/${sweep}_float32_1.json") with lines lw 5 lc rgb '#9ecae1' title 'float32', '$work/bits' with linespoints pt 7 lw 1.5 lc rgb '#d62728' title 'flexN+5'"
} >"$work/plot"
gnuplot "$work/plot"
mv "$out/formats.svg.part" "$out/formats.svg"
cat "$out/formats.md"
