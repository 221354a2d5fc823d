#!/bin/bash
# campaign.sh - records every product of five networks early, midway and late, and replays them all. Twin: docs/trainer.md
#   campaign.sh TRAINER GAN_TRAINER FLX OUT_DIR [DATA_DIR]      generated images without DATA_DIR; writes OUT_DIR/*.npz and OUT_DIR/report.json
# Two runs of each network: the paper profile, with changes of the exponent; the code profile at a high learning rate, whose elements clip.
# One of the Wasserstein GAN.
set -euo pipefail
trainer=$1
gan_trainer=$2
flx=$3
out=$4
data=${5:-}
mkdir -p "$out"
rm -f "$out"/*.npz "$out"/report.json
export OPENBLAS_NUM_THREADS=1

run() { # NETWORK RATE
    if [ "$1" = wgan ]; then
        "$gan_trainer" ${data:+--data "$data"} --train 2000 --width 8 --batch 16 --iterations 60 --rate "$2" --score 0 --record "$out" --record-elements 16384 --record-at 3,30,59 \
            --record-changed 6 --record-from 20 >&2
        return
    fi
    local common=(--network "$1" ${data:+--data "$data"} --train 12800 --test 640 --epochs 2 --record "$out" --record-elements 16384)
    "$trainer" "${common[@]}" --record-at 3,200,396 --record-changed 6 --record-from 20 >&2
    "$trainer" "${common[@]}" --profile code --rate "$2" --seed 2 --record-saturated 6 --record-from 4 >&2
}
export -f run
export trainer gan_trainer out data
printf '%s\n' 'alexnet 0.05' 'resnet 0.3' 'wgan 0.0005' 'lenet 0.1' 'mlp 0.1' | xargs -P "$(nproc)" -L 1 bash -c 'run "$@"' run

"$flx" cosim --json "$out"/*.npz >"$out/report.json.part" || { echo "campaign.sh: the replay found a mismatch: $out/report.json.part" >&2; exit 1; }
mv "$out/report.json.part" "$out/report.json"
# What was covered; fewer than promised is an error.
summary=$(jq -r '[.traces, .mismatched_words, .mismatched_flags, .cycle_error_max, ([.results[] | select(.saturated > 0)] | length), ([.results[] | select(.exp_next != .exp_c)] | length), ([.results[].words] | add)] | @tsv' "$out/report.json")
read -r traces words flags cycles saturated changed compared <<<"$summary"
networks=$(find "$out" -name '*.npz' | sed 's|.*/||; s|[-_].*||' | sort -u | wc -l)
echo "$traces traces of $networks networks, $saturated with clipped elements, $changed after which the exponent changes, $compared words: $words mismatched words, $flags mismatched flags, cycle error $cycles"
if [ "$traces" -lt 200 ] || [ "$networks" -lt 3 ] || [ "$saturated" -lt 1 ] || [ "$changed" -lt 1 ]; then
    echo "campaign.sh: expected at least 200 traces of 3 networks, some with clipped elements and some changes of the exponent" >&2
    exit 1
fi
