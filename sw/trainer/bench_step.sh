#!/bin/bash
# bench_step.sh - time of a training step in each format over that in float32, in turns, one thread. Twin: docs/trainer.md
#   bench_step.sh TRAINER       NETWORKS, FORMATS, ROUNDS and BLOCKS can be set; the fastest round of each format counts
set -euo pipefail
trainer=$1
export OPENBLAS_NUM_THREADS=1
unset OPENBLAS_CORETYPE # float32 gets the core that OpenBLAS itself chooses
printf '%-10s %-10s %12s %16s\n' network format 'ms per step' 'over float32'
for network in ${NETWORKS:-alexnet resnet}; do
    declare -A best=()
    formats=${FORMATS:-float32 flex16+5 dfp16 bfloat16 float16 hbfp8 mxint8 fixed4.12}
    for _ in $(seq "${ROUNDS:-3}"); do
        for format in $formats; do
            seconds=$("$trainer" --network "$network" --blocks "${BLOCKS:-3}" --format "$format" --train 1024 --test 64 --epochs 1 --json 2>/dev/null | sed -n 's/.*"step_seconds": \([0-9.e-]*\).*/\1/p')
            best[$format]=$(awk -v a="${best[$format]:-1e9}" -v b="$seconds" 'BEGIN { print (a < b ? a : b) }')
        done
    done
    for format in $formats; do
        awk -v n="$network" -v f="$format" -v s="${best[$format]}" -v r="${best[float32]}" 'BEGIN { printf("%-10s %-10s %12.1f %15.2fx\n", n, f, 1000 * s, s / r) }'
    done
done
