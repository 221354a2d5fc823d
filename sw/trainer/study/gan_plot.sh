#!/bin/bash
# gan_plot.sh - picture, samples and table of the GAN experiment. Twin: sw/trainer/study/gan_experiment.sh, docs/gan.md
#   gan_plot.sh EXPERIMENT_DIR OUT_DIR     writes gan.svg, gan_samples_FORMAT.svg (of the first seed) and gan.md into OUT_DIR
set -euo pipefail
in=$1
out=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
ls "$in"/gan_*.json >/dev/null 2>&1 || { echo "gan_plot.sh: $in: no results, expected those of gan_experiment.sh" >&2; exit 2; }
field() { sed -n "s/.*\"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" "$2" | head -1; }
# float32 and flex16+5 first, whatever else there is after them
formats=$(find "$in" -name 'gan_*.json' | sed 's|.*/gan_||; s|_[0-9]*\.json$||' | sort -u | awk '{ print ($0 == "float32" ? 0 : $0 == "flex16+5" ? 1 : 2), $0 }' | sort | cut -d ' ' -f 2)

# Wasserstein estimate of each iteration, averaged over the seeds and over 10 iterations.
curve() { # FORMAT
    cat "$in/gan_$1"_*.csv | awk -F, '$1 != "iteration" && $2 == $2 + 0 { s[$1] += $2; n[$1]++; if ($1 > last) last = $1 }
        END { for (i = 0; i + 9 <= last; i += 10) { t = 0; for (j = i; j < i + 10; j++) if (n[j] > 0) t += s[j] / n[j]; print i + 5, t / 10 } }'
}
{
    echo "set terminal svg size 800,420 font 'sans,12' background 'white'; set output '$out/gan.svg.part'; set grid"
    echo "set xlabel 'iteration of the generator'; set ylabel 'Wasserstein estimate of the critic'; set yrange [0:]"
    plots=
    for format in $formats; do
        curve "$format" >"$work/$format"
        case $format in
        float32) style="lines lw 6 lc rgb '#9ecae1'" ;;
        flex16+5) style="lines lw 1.8 lc rgb '#d62728'" ;;
        *) style="lines lw 1.8" ;;
        esac
        plots+="${plots:+, }'$work/$format' with $style title '$format'"
    done
    echo "plot $plots"
} >"$work/plot"
gnuplot "$work/plot"
mv "$out/gan.svg.part" "$out/gan.svg"

for format in $formats; do
    first=$(find "$in" -name "gan_${format}_*.svg" | sort -t _ -k 3 -n | head -1)
    cp "$first" "$out/gan_samples_$format.svg.part"
    mv "$out/gan_samples_$format.svg.part" "$out/gan_samples_$format.svg"
done

last_estimate() { # CSV: mean of the last 20 iterations
    tail -n 20 "$1" | awk -F, '{ s += $2 } END { print s / NR }'
}
first=$(find "$in" -name 'gan_*.json' | sort | head -1)
{
    echo "<!-- written by sw/trainer/study/gan_plot.sh; do not edit -->"
    echo "$(field iterations "$first") iterations of $(field critic_steps "$first") critic steps, minibatches of $(field batch "$first"), width $(field width "$first"),"
    echo "learning rate $(printf %g "$(field rate "$first")"), clipping at $(printf %g "$(field clip "$first")"), $(field train "$first") training images of $(field dataset "$first")."
    echo "Score: Frechet distance of random features (not the Inception FID) between $(field score_images "$first") generated and as many test images;"
    echo "training images beside test images: $(printf '%.3f' "$(field score_real "$first")")."
    echo
    echo "| format | score, mean | standard deviation | of each seed | Wasserstein estimate, last 20 iterations | writes that overflowed | updates lost |"
    echo "| --- | --- | --- | --- | --- | --- | --- |"
    for format in $formats; do
        for file in "$in/gan_${format}"_*.json; do
            echo "$(field score "$file") $(last_estimate "${file%.json}.csv") $(field overflows "$file") $(field writes "$file")" \
                "$(field lost_updates "$file") $(field updates "$file")"
        done | awk -v format="$format" '
            { list = list (NR > 1 ? ", " : "") ($1 == $1 + 0 ? sprintf("%.3f", $1) : "no number"); bad += $1 != $1 + 0; t += $1; q += $1 * $1; e += $2; o += $3; w += $4; l += $5; u += $6 }
            END {
                mean = bad ? "no number" : sprintf("%.3f", t / NR)
                deviation = bad || NR < 2 ? "-" : sprintf("%.3f", sqrt((q - t * t / NR) / (NR - 1)))
                printf("| %s | %s | %s | %s | %.3g | %s | %.1f %% |\n", format, mean, deviation, list, e / NR, w > 0 ? o " of " w : "-", u > 0 ? 100 * l / u : 0)
            }'
    done
} >"$out/gan.md.part"
mv "$out/gan.md.part" "$out/gan.md"
cat "$out/gan.md"
