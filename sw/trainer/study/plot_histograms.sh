#!/bin/bash
# plot_histograms.sh - histograms of log2 |value| of the watched tensors, first and last epoch side by side. Twin: docs/pictures.md
#   plot_histograms.sh WATCH_DIR OUT_DIR [ABOUT]    writes histograms.svg and histograms.md; ABOUT says which run it was
# As Fig. 1 and 2 of Koester et al. 2017: behind the bars is the range from 2^-e, one unit of the mantissa, to 2^(N-1-e).
set -euo pipefail
in=$1
out=$2
about=${3:-$1}
# shellcheck source=sw/trainer/study/plot_common.sh
. "$(dirname "$0")/plot_common.sh"
mkdir -p "$out"
for file in histograms.csv series.csv tensors.csv; do [ -s "$in/$file" ] || bad_input "$in/$file: missing, expected what flx-train --watch writes"; done
bits=$(awk -F, 'NR > 1 && $4 != "" { print $4; exit }' "$in/tensors.csv")
[ -n "$bits" ] || bad_input "$in/tensors.csv: bits is empty, expected a run in an integer format"

# The tensors of series.csv: at most three, weights first, then activations, then what changes weights.
tensors=$(watched_tensors "$in")
rows=$(wc -l <<<"$tensors")
mapfile -t epochs < <(awk -F, 'NR > 1 { print $1 }' "$in/histograms.csv" | sort -n -u)

panel() { # TENSOR EPOCH ROW COLUMN
    local exp zeros all kind
    awk -F, -v t="$1" -v e="$2" -v data="$work/$3.$4" '$1 == e && $3 == t { all += $6; shared = $4; kind = $2; if ($5 == "zero") zeros = $6; else n[$5] = $6 }
        END { for (b in n) print b + 0.5, 100 * n[b] / all | "sort -n >" data; print shared, zeros, all, kind }' "$in/histograms.csv" >"$work/facts"
    read -r exp zeros all kind <"$work/facts"
    touch "$work/$3.$4"
    echo "set title '$kind $1, epoch $2' offset 0,-0.7"
    echo "set object 1 rectangle from $((-exp)),graph 0 to $((bits - 1 - exp)),graph 1 fc rgb '#fbe3d6' fs solid noborder behind"
    echo "set label 1 sprintf('e = %d', $exp) at $((-exp)) + $bits / 2.0,graph 0.93 center; set label 2 sprintf('zeros %.1f %%', 100.0 * $zeros / $all) at graph 0.98,graph 0.93 right"
    echo "plot '$work/$3.$4' with boxes fc rgb '#0060a8' notitle"
}
{
    begin_svg "$out/histograms.svg" 860 $((rows * 200 + 20))
    echo "set multiplot layout $rows,${#epochs[@]}; set boxwidth 0.85; set xrange [-32:16]; set xtics 8; set ytics 10; set ylabel '% of elements' offset 1.5"
    row=0
    for tensor in $tensors; do
        row=$((row + 1))
        echo "set yrange [0:$(awk -F, -v t="$tensor" '$3 == t { all[$1] += $6; if ($5 != "zero" && $6 > most[$1]) most[$1] = $6 }
            END { for (e in all) if (most[e] / all[e] > top) top = most[e] / all[e]; print 120 * top }' "$in/histograms.csv")]"
        [ $row = "$rows" ] && echo "set xlabel 'log2 |value|' offset 0,0.5"
        for i in "${!epochs[@]}"; do panel "$tensor" "${epochs[i]}" $row "$i"; done
    done
} >"$work/plot"
gnuplot "$work/plot"
finish_svg "$out/histograms.svg" "sw/trainer/study/plot_histograms.sh: $about"

# All tensors of a kind together.
{
    echo "<!-- written by sw/trainer/study/plot_histograms.sh; do not edit -->"
    echo "$about; in the middle minibatch of an epoch."
    echo
    echo "| tensors | epoch | values | zeros | non-zero values from 2^ | to below 2^ | exponents e |"
    echo "| --- | --- | --- | --- | --- | --- | --- |"
    awk -F, 'NR > 1 { k = $2 SUBSEP $1; if (!(k in all)) { order[++count] = k; min[k] = 999; max[k] = -999; low[k] = 999; high[k] = -999 }
            all[k] += $6; if ($5 == "zero") zeros[k] += $6; else { if ($5 < min[k]) min[k] = $5; if ($5 + 1 > max[k]) max[k] = $5 + 1 }
            if ($4 != "") { if ($4 + 0 < low[k]) low[k] = $4 + 0; if ($4 + 0 > high[k]) high[k] = $4 + 0 } }
        END { for (i = 1; i <= count; i++) { k = order[i]; split(k, part, SUBSEP)
            printf("| %s | %d | %d | %.2f %% | %d | %d | %d to %d |\n", part[1], part[2], all[k], 100 * zeros[k] / all[k], min[k], max[k], low[k], high[k]) } }' "$in/histograms.csv" | sort -t '|' -k 2,2 -k 3,3n
} >"$out/histograms.md.part"
mv "$out/histograms.md.part" "$out/histograms.md"
echo "$out/histograms.svg, histograms.md"
