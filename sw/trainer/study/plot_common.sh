# plot_common.sh - what the scripts of tables and pictures share, for scripts to source. Twin: docs/pictures.md
# shellcheck shell=bash
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bad_input() { # MESSAGE
    echo "$(basename "$0"): $1" >&2
    exit 2
}

# One line per run of EXPERIMENT_DIR, in the order of tables: rank, network, format, seed, data set, training images, test images,
# epochs, accuracy, writes that overflowed, writes, lost updates, updates. Files are NETWORK_FORMAT_SEED.json.
results() { # EXPERIMENT_DIR
    compgen -G "$1/*.json" >/dev/null || bad_input "$1: no results, expected those of experiment.sh"
    local file parts
    for file in "$1"/*.json; do
        IFS=_ read -r -a parts <<<"$(basename "$file" .json)"
        [ ${#parts[@]} = 3 ] || bad_input "$file: name is of ${#parts[@]} parts, expected NETWORK_FORMAT_SEED.json"
        [ -s "$file" ] || bad_input "$file: is empty, expected a summary of flx-train"
        jq -r --args '$ARGS.positional + [.dataset, .train, .test, .epochs, .accuracy, .flex.overflows, .flex.writes, .flex.lost_updates, .flex.updates] | @tsv' "${parts[@]}" <"$file" >>"$work/results" 2>/dev/null \
            || bad_input "$file: is no JSON, expected a summary of flx-train"
    done
    awk -F '\t' '{ rank = 300
        if ($2 == "float32") rank = 100
        else if ($2 == "flex16+5") rank = 200
        else if (split($2, part, /[a-z+]+/) == 3 && $2 ~ /^flex/) rank = 500 - 10 * part[2] + part[3]
        print rank "\t" $0 }' "$work/results" | sort -t "$(printf '\t')" -k 2,2 -k 1,1n -k 3,3 -k 4,4n
}

begin_svg() { # FILE WIDTH HEIGHT
    echo "set terminal svg size $2,$3 font 'sans,11' background 'white'; set output '$1.part'"
    echo "set tics nomirror; set border 3; set grid lt 1 lc rgb '#ececec' lw 0.5; set style fill solid noborder"
}

# The picture gets its name; its description says where it is from; empty groups, defaults and hundredths of a pixel go.
finish_svg() { # FILE ABOUT
    sed -i -z 's|<g [^>]*>\n</g>\n||g; s| stroke-linecap="butt" stroke-linejoin="miter"||g; s|<tspan font-family="sans" >|<tspan>|g; s|\([0-9]\.[0-9]\)[0-9],\([0-9]*\.[0-9]\)[0-9] |\1,\2 |g' "$1.part"
    sed -i "s|<desc>Produced by GNUPLOT[^<]*</desc>|<desc>$2</desc>|; s|<title>Gnuplot</title>|<title>$(basename "$1" .svg)</title>|" "$1.part"
    mv "$1.part" "$1"
}

# At most three tensors of series.csv, a line each: weights, then activations, then what changes weights.
watched_tensors() { # WATCH_DIR
    awk -F, 'FNR == NR { if (FNR > 1) chosen[$2] = 1; next } $1 in chosen && $3 == "training" {
        print ($2 == "weight" ? 1 : $2 == "activation" ? 2 : 3), $1 }' "$1/series.csv" "$1/tensors.csv" | sort -s -n | cut -d ' ' -f 2 | head -3
}
