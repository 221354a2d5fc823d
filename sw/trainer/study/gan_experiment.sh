#!/bin/bash
# gan_experiment.sh - the same Wasserstein GAN in several formats: curves, samples, scores. Twin: docs/gan.md
#   gan_experiment.sh TRAINER OUT_DIR [DATA_DIR]      images of CIFAR-10 or MNIST, generated ones without DATA_DIR
# FORMATS, SEEDS, ITERATIONS, BATCH, WIDTH, RATE, TRAIN, SCORE and JOBS (runs at a time) can be set; runs that are finished are not run again, one that was
# stopped goes on.
set -euo pipefail
trainer=$1
out=$2
data=${3:-}
mkdir -p "$out"

run_one() { # FORMAT SEED
    local name=$out/gan_$1_$2
    [ -s "$name.json" ] && return 0
    OPENBLAS_NUM_THREADS=1 "$trainer" --format "$1" --seed "$2" ${data:+--data "$data"} --iterations "${ITERATIONS:-400}" --batch "${BATCH:-32}" \
        --width "${WIDTH:-16}" --rate "${RATE:-0.0005}" --train "${TRAIN:-10000}" --score "${SCORE:-2000}" --csv "$name.csv" --samples "$name.svg" \
        --checkpoint "$name.state" --checkpoint-every 50 --json >"$name.part" 2>"$name.log" || { cat "$name.log" >&2; return 1; }
    mv "$name.part" "$name.json"
    rm -f "$name.state"
    echo "gan $1 seed $2: $(sed -n 's/.*"score": \([0-9.a-z]*\).*/score \1/p' "$name.json")" >&2
}
export -f run_one
export trainer out data

for seed in ${SEEDS:-1}; do
    for format in ${FORMATS:-float32 flex16+5 float16 dfp16}; do
        echo "$format $seed"
    done
done | xargs -P "${JOBS:-$(nproc)}" -L 1 bash -c 'run_one "$@"' run_one
