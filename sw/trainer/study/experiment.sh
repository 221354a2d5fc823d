#!/bin/bash
# experiment.sh - formats beside float32, same hyperparameters. Twin: docs/trainer.md
#   experiment.sh TRAINER OUT_DIR [DATA_DIR]      writes OUT_DIR/NETWORK_FORMAT_SEED.json, .csv and .log
# FORMATS, NETWORKS, SEEDS, EPOCHS, TRAIN, TEST and JOBS (runs at a time) can be set; runs that are finished are not run again, one that
# was interrupted goes on. A network is one of the trainer's, or resnetN of N = 6 blocks + 2 weight layers: resnet20 is --network resnet --blocks 3.
set -euo pipefail
trainer=$1
out=$2
data=${3:-}
mkdir -p "$out"

run_one() { # NETWORK FORMAT SEED
    local name=$out/$1_$2_$3
    [ -s "$name.json" ] && return 0
    local network=(--network "$1")
    [[ $1 =~ ^resnet([0-9]+)$ ]] && network=(--network resnet --blocks $(((BASH_REMATCH[1] - 2) / 6)))
    local products=openblas
    case $2 in float32 | float16 | bfloat16) products=onednn ;; esac # the faster one
    OPENBLAS_NUM_THREADS=1 "$trainer" "${network[@]}" --format "$2" --products $products --seed "$3" ${data:+--data "$data"} --train "${TRAIN:-16384}" \
        --test "${TEST:-10000}" --epochs "${EPOCHS:-3}" --csv "$name.csv" --checkpoint "$name.state" --json >"$name.part" 2>"$name.log" ||
        { echo "experiment.sh: $1 $2 seed $3 failed: $name.log" >&2; return 3; }
    mv "$name.part" "$name.json"
    rm -f "$name.state"
    echo "$1 $2 seed $3: $(sed -n 's/.*"accuracy": \([0-9.]*\).*/test accuracy \1/p' "$name.json")" >&2
}
for network in ${NETWORKS:-}; do
    if [[ $network == *_* || ($network =~ ^resnet([0-9]+)$ && $(((BASH_REMATCH[1] - 2) % 6)) != 0) ]]; then
        echo "experiment.sh: NETWORKS: $network, expected one of the trainer's networks or resnetN with N = 6 blocks + 2" >&2
        exit 2
    fi
done
export -f run_one
export trainer out data

for seed in ${SEEDS:-1 2 3}; do
    for network in ${NETWORKS:-alexnet resnet}; do
        for format in ${FORMATS:-float32 flex16+5}; do
            echo "$network $format $seed"
        done
    done
done | xargs -P "${JOBS:-$(nproc)}" -L 1 bash -c 'run_one "$@"' run_one
