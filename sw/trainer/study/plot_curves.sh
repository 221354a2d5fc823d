#!/bin/bash
# plot_curves.sh - learning curves: training loss of each iteration, smoothed, and test accuracy of each epoch. Twin: docs/pictures.md
#   plot_curves.sh EXPERIMENT_DIR OUT_DIR     writes training.svg (flex16+5 over float32) and curves.svg (every format), a column of
#                                             panels for each network; lines are means over the seeds
set -euo pipefail
in=$1
out=$2
# shellcheck source=sw/trainer/study/plot_common.sh
. "$(dirname "$0")/plot_common.sh"
mkdir -p "$out"
results "$in" >"$work/all"
for file in "$in"/*.json; do [ -s "${file%.json}.csv" ] || bad_input "${file%.json}.csv: missing, expected beside the .json"; done

# Curves of at most 60 points: the loss averaged over the seeds and over the iterations between two points; the accuracy of an epoch.
curves() { # NETWORK FORMAT
    awk -F, -v loss="$work/$1.$2.loss" -v accuracy="$work/$1.$2.accuracy" '
        FNR == 1 { next }
        { s[$1] += $3; n[$1]++; if ($1 + 0 > last) last = $1 + 0 }
        $5 != "" { a[$2 + 1] += $5; m[$2 + 1]++; if ($2 + 1 > epochs) epochs = $2 + 1 }
        END { step = int(last / 60) + 1
            for (i = 0; i + step - 1 <= last; i += step) { t = 0; c = 0; for (j = i; j < i + step; j++) { t += s[j]; c += n[j] } printf("%g %.4f\n", i + (step - 1) / 2, t / c) >loss }
            for (e = 1; e <= epochs; e++) if (m[e] > 0) printf("%d %.4f\n", e, a[e] / m[e]) >accuracy }' "$in/$1_$2"_*.csv
}
# float32 is a broad line under the others; fewer mantissa bits are a lighter red, other numbers of exponent bits violet.
style() { # FORMAT
    case $1 in
    float32) echo "lw 6 lc rgb '#b8cfe5'" ;;
    flex16+5) echo "lw 1.8 lc rgb '#c00000'" ;;
    float16) echo "lw 1.2 lc rgb '#0060a8'" ;;
    bfloat16) echo "lw 1.2 lc rgb '#00a0c8'" ;;
    dfp*) echo "lw 1.2 lc rgb '#208040'" ;;
    fixed*) echo "lw 1.2 lc rgb '#80b040'" ;;
    hbfp*) echo "lw 1.2 lc rgb '#606060'" ;;
    mx*) echo "lw 1.2 lc rgb '#a0a0a0' dt 2" ;;
    flex16+*) echo "lw 1.2 lc rgb '#8040a0' dt $((${1#flex16+} - 2))" ;;
    flex*) local bits=${1#flex}; bits=${bits%+*}; printf "lw 1.2 lc rgb '#%02x%02x%02x'\n" $((250 - 3 * (bits - 8))) $((190 - 17 * (bits - 8))) $((130 - 14 * (bits - 8))) ;;
    *) echo "lw 1.2 lc rgb '#000000' dt 3" ;;
    esac
}
epochs() { # NETWORK
    awk -F '\t' -v n="$1" '$2 == n && $8 > most { most = $8 } END { print most }' "$work/all"
}
# Where the loss panel ends: a little above the first point of float32, so that a run that diverges leaves it.
top() { # NETWORK
    if [ -s "$work/$1.float32.loss" ]; then awk 'NR == 1 { print 1.1 * $2 }' "$work/$1.float32.loss"; else echo '*'; fi
}
networks=$(cut -f 2 "$work/all" | uniq)
columns=$(wc -w <<<"$networks")

picture() { # FORMAT...: a key on the right, beside a column of panels for each network
    local network format column=0 panel width margin
    width=$((columns * 360 + 110))
    for network in $networks; do
        margin="set lmargin at screen $(awk "BEGIN { print ($column * 360 + 68) / $width }"); set rmargin at screen $(awk "BEGIN { print ($column * 360 + 350) / $width }")"
        for panel in loss accuracy; do
            local plots=()
            for format in "$@"; do
                [ -s "$work/$network.$format.$panel" ] && plots+=("'$work/$network.$format.$panel' with $([ $panel = loss ] && echo lines || echo "linespoints pt 7 ps 0.3") $(style "$format") notitle")
            done
            [ ${#plots[@]} -gt 0 ] || continue
            if [ $panel = loss ]; then echo "set title '$network' offset 0,-0.6; set xlabel 'iteration'; set ylabel 'training loss'; set yrange [*:$(top "$network")]; set tmargin at screen 0.93; set bmargin at screen 0.58; set xrange [0:*]; set xtics auto"
            else echo "unset title; set xlabel 'epoch'; set ylabel 'test accuracy'; set tmargin at screen 0.44; set bmargin at screen 0.1; set xrange [*:*]; set yrange [*:*]; set xtics $(awk -v e="$(epochs "$network")" 'BEGIN { print int((e + 4) / 5) }')"; fi
            echo "$margin; plot $(printf '%s, ' "${plots[@]}" | sed 's/, $//')"
        done
        column=$((column + 1))
    done
    local titles=()
    for format in "$@"; do titles+=("NaN with lines $(style "$format") title '$format'"); done
    echo "unset title; unset xlabel; unset ylabel; unset tics; unset border; unset grid; set yrange [0:1]; set xrange [0:1]; set lmargin at screen 0.1; set rmargin at screen 0.9; set bmargin at screen 0; set tmargin at screen 1"
    echo "set key at screen 0.995,0.95 top right; plot $(printf '%s, ' "${titles[@]}" | sed 's/, $//')"
}
for network in $networks; do
    for format in $(awk -F '\t' -v n="$network" '$2 == n { print $3 }' "$work/all" | uniq); do curves "$network" "$format"; done
done
draw() { # NAME FORMAT...
    { begin_svg "$out/$1.svg" $((columns * 360 + 110)) 480; echo "set multiplot; set xrange noextend; set ylabel offset 1; set xlabel offset 0,0.5"; picture "${@:2}"; } >"$work/$1.plot"
    gnuplot "$work/$1.plot"
    finish_svg "$out/$1.svg" "sw/trainer/study/plot_curves.sh: means over the seeds"
}
draw training float32 flex16+5
# shellcheck disable=SC2046  # a list of formats
draw curves $(cut -f 1,3 "$work/all" | sort -n -s | uniq | cut -f 2 | awk '!seen[$0]++')
echo "$out/training.svg, curves.svg"
