#!/bin/bash
# plot.sh - picture and table of the experiment. Twin: sw/trainer/experiment.sh, docs/trainer.md
#   plot.sh EXPERIMENT_DIR OUT_DIR     writes OUT_DIR/training.svg and OUT_DIR/training.md
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
networks=$(ls "$in"/*.json | sed 's|.*/||; s|_.*||' | sort -u)
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

{
    echo "<!-- written by sw/trainer/plot.sh; do not edit -->"
    first=$(ls "$in"/*.json | head -1)
    echo "$(field train "$first") training images, $(field test "$first") test images of $(field dataset "$first"), $(field epochs "$first") epochs."
    echo
    echo "| network | format | test accuracy of each seed | mean | standard deviation | writes that overflowed | updates lost |"
    echo "| --- | --- | --- | --- | --- | --- | --- |"
    for network in $networks; do
        for format in $formats; do
            for file in "$in/${network}_${format}"_*.json; do
                echo "$(field accuracy "$file") $(field overflows "$file") $(field writes "$file") $(field lost_updates "$file") $(field updates "$file")"
            done | awk -v network="$network" -v format="$format" '{ a[NR] = $1; s += $1; q += $1 * $1; o += $2; w += $3; l += $4; u += $5 }
                END { m = s / NR; v = q - NR * m * m; deviation = (NR > 1 && v > 0) ? sqrt(v / (NR - 1)) : 0;
                    for (i = 1; i <= NR; i++) list = list (i > 1 ? ", " : "") sprintf("%.4f", a[i]);
                    over = (w > 0) ? (o " of " w) : "-"; lost = (u > 0) ? sprintf("%.1f %%", 100 * l / u) : "-";
                    printf("| %s | %s | %s | %.4f | %.4f | %s | %s |\n", network, format, list, m, deviation, over, lost) }'
        done
    done
} >"$out/training.md.part"
mv "$out/training.md.part" "$out/training.md"
cat "$out/training.md"
