#!/bin/bash
# pictures.sh - trains one small network with --watch, and draws its histograms, exponents and tensors. Twin: docs/pictures.md
#   pictures.sh TRAINER OUT_DIR [DATA_DIR]      generated images without DATA_DIR; also writes OUT_DIR/watch/*.csv, run.json
# NETWORK, FORMAT (an integer format), TENSORS, TRAIN, TEST, EPOCHS and BATCH can be set; as they are it takes about 4 minutes of one core.
set -euo pipefail
trainer=$1
out=$2
data=${3:-}
network=${NETWORK:-resnet}
tensors=${TENSORS:-}
[ -n "$tensors" ] || [ "$network" != resnet ] || tensors=s1b1conv1.w,s1b1norm1.y,s1b1conv1.w.u
mkdir -p "$out"
OPENBLAS_NUM_THREADS=1 "$trainer" --network "$network" --format "${FORMAT:-flex16+5}" ${data:+--data "$data"} --train "${TRAIN:-5120}" --test "${TEST:-512}" \
    --epochs "${EPOCHS:-8}" --batch "${BATCH:-32}" --watch "$out/watch" ${tensors:+--watch-tensors "$tensors"} --json >"$out/watch.json.part"
mv "$out/watch.json.part" "$out/watch/run.json"
about=$(jq -r '"\(.network) in \(.format), \(.train) training images of \(.dataset), \(.epochs) epochs, seed \(.seed), test accuracy \(.accuracy * 1000 | round / 1000); make pictures"' "$out/watch/run.json")
for picture in histograms exponents tensors; do "$(dirname "$0")/plot_$picture.sh" "$out/watch" "$out" "$about"; done
echo "$about: $out/histograms.svg, exponents.svg, tensors.svg"
