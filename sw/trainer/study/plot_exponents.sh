#!/bin/bash
# plot_exponents.sh - G, kappa and phi = G kappa of the watched tensors in each iteration, on log2 scales. Twin: docs/pictures.md
#   plot_exponents.sh WATCH_DIR OUT_DIR [ABOUT]    writes exponents.svg: a column of panels for each tensor; ABOUT says which run it was
# As Fig. 3 and 4 of Koester et al. 2017. The last row is not thinned: 40 iterations on both sides of the switch after which the value
# comes closest to, or passes, the limit that was given up.
set -euo pipefail
in=$1
out=$2
about=${3:-$1}
# shellcheck source=sw/trainer/study/plot_common.sh
. "$(dirname "$0")/plot_common.sh"
mkdir -p "$out"
for file in series.csv tensors.csv; do [ -s "$in/$file" ] || bad_input "$in/$file: missing, expected what flx-train --watch writes"; done
bits=$(awk -F, 'NR > 1 && $4 != "" { print $4; exit }' "$in/tensors.csv")
tensors=$(watched_tensors "$in")
[ -n "$tensors" ] || bad_input "$in/series.csv: no tensor, expected a run in an integer format"
columns=$(wc -l <<<"$tensors")

# TENSOR.all: iteration, log2 G, -e, log2 phi, log2 of its limit, log2 of G's limit; of 150 points at most, each the largest G of its iterations and the exponent
# that belongs to it. TENSOR.zoom: the same around a switch, and the old limit. TENSOR.at: its iteration, or none.
prepare() { # TENSOR
    awk -F, -v t="$1" -v bits="$bits" -v all="$work/$1.all" -v zoom="$work/$1.zoom" -v at="$work/$1.at" '
        function log2(x) { return log(x > 0 ? x : 1) / log(2) }
        BEGIN { n = 0 }
        $2 == t { i[n] = $1; g[n] = log2($3); e[n] = $4; next_e[n] = $5; n++ }
        END { step = int(n / 150) + 1
            for (k = 0; k < n; k += step) {
                best = k; for (j = k; j < k + step && j < n; j++) if (g[j] > g[best]) best = j
                printf("%d %.2f %d %.2f %d %d\n", i[best], g[best], -e[best], g[best] - e[best], bits - 1 - e[best], bits - 1) >all
            }
            closest = -999; center = 0
            for (k = 0; k + 1 < n; k++) if (next_e[k] < e[k])
                for (j = k + 1; j < n && j <= k + 40; j++) if (g[j] - e[j] - (bits - 1 - e[k]) > closest) { closest = g[j] - e[j] - (bits - 1 - e[k]); center = k }
            print (closest > -999 ? i[center] : "none") >at
            for (k = center - 40; k <= center + 40; k++) if (k >= 0 && k < n)
                printf("%d %.3f %d %s\n", i[k], g[k] - e[k], bits - 1 - e[k], closest > -999 && k >= center ? bits - 1 - e[center] : "NaN") >zoom }' "$in/series.csv"
}
# The range of a panel: columns of a file and one more on each side, with six tics at most.
range() { # FILE COLUMN...
    awk -v columns="${*:2}" 'BEGIN { n = split(columns, c, " ") }
        { for (i = 1; i <= n; i++) if ($c[i] != "NaN") { v = $c[i]; if (!(seen++)) low = high = v; if (v < low) low = v; if (v > high) high = v } }
        END { low = int(low + 1000) - 1001; high = int(high + 1000) - 998; t = 1; while ((high - low) / t > 6) t *= 2
            printf("set yrange [%d:%d]; set ytics %d", low, high, t) }' "$1"
}
column() { # TENSOR
    local kind at data=$work/$1.all near=$work/$1.zoom
    kind=$(awk -F, -v t="$1" '$1 == t { print $2; exit }' "$in/tensors.csv")
    at=$(cat "$work/$1.at")
    echo "set label 1 '$kind $1' at graph 0,1.13 left; set ylabel 'log2 G'; $(range "$data" 2 6)"
    echo "plot $((bits - 1)) with lines lw 1.2 lc rgb '#c00000' title 'limit', '$data' using 1:2 with lines lw 1 lc rgb '#0060a8' notitle"
    echo "unset label 1; set ylabel 'log2 kappa'; $(range "$data" 3); plot '$data' using 1:3 with steps lw 1.4 lc rgb '#208040' notitle"
    echo "set ylabel 'log2 phi'; $(range "$data" 4 5); plot '$data' using 1:5 with steps lw 1.2 lc rgb '#c00000' title 'limit', '$data' using 1:4 with lines lw 1 lc rgb '#0060a8' title 'phi'"
    echo "set xlabel 'iteration' offset 0,0.5; $(range "$near" 2 3 4)"
    [ "$at" = none ] || echo "set arrow 1 from $at.5,graph 0 to $at.5,graph 1 nohead lc rgb '#808080' dt 3"
    echo "plot '$near' using 1:4 with lines lw 1.2 lc rgb '#c00000' dt 2 title 'old', '' using 1:3 with steps lw 1.2 lc rgb '#c00000' title 'limit', '' using 1:2 with lines lw 1 lc rgb '#0060a8' title 'phi'"
    echo "unset xlabel; unset arrow 1"
}
{
    begin_svg "$out/exponents.svg" $((columns * 330)) 820
    echo "set multiplot layout 4,$columns columnsfirst; set samples 2; set lmargin 8; set xrange noextend; set key above right horizontal samplen 1 width -2; set ylabel offset 1"
    for tensor in $tensors; do prepare "$tensor"; column "$tensor"; done
} >"$work/plot"
gnuplot "$work/plot"
finish_svg "$out/exponents.svg" "sw/trainer/study/plot_exponents.sh: $about"
echo "$out/exponents.svg"
