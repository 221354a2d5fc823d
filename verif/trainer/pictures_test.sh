#!/bin/bash
# pictures_test.sh - --watch from the command line, tables and pictures from known results. Twin: docs/pictures.md
#   pictures_test.sh FLX_TRAIN
set -uo pipefail
train=$1
scripts=$(dirname "$0")/../../sw/trainer/study
# shellcheck source=verif/cli_check.sh
. "$(dirname "$0")/../cli_check.sh"

same() { # WHAT GOT WANTED
    checks=$((checks + 1))
    [ "$2" = "$3" ] && return
    echo "FAIL: $1: $2, expected $3"
    failed=$((failed + 1))
}
picture() { # FILE: well-formed SVG that is not empty
    expect 0 '^svg [1-9][0-9]' python3 -c 'import sys, xml.dom.minidom as x; d = x.parse(sys.argv[1]); print(d.documentElement.tagName, len(d.getElementsByTagName("path") + d.getElementsByTagName("rect")))' "$1"
}

small=(--train 64 --test 32 --batch 16 --width 4 --epochs 2 --network resnet --rate 0.3)
expect 2 '--watch is beside --checkpoint, expected' "$train" "${small[@]}" --watch "$work/w" --checkpoint "$work/s"
expect 2 '--watch-tensors is fc.w, expected it only beside --watch' "$train" "${small[@]}" --watch-tensors fc.w
expect 2 '--watch-tensors is fc.w, expected .*integer format' "$train" "${small[@]}" --watch "$work/w" --watch-tensors fc.w --format float16
expect 2 '--watch-tensors is fc9.w, expected names of tensors' "$train" "${small[@]}" --watch "$work/w" --watch-tensors fc.w,fc9.w
same 'files of a refused run' "$(ls -A "$work/w")" ''
touch "$work/file"
expect 2 '--watch is .*/file, expected a directory' "$train" "${small[@]}" --watch "$work/file"
expect 2 '--watch is .*/file/w, expected a directory' "$train" "${small[@]}" --watch "$work/file/w" --csv "$work/refused.csv"
expect 2 '--csv is .*/file/x' "$train" "${small[@]}" --watch "$work/never" --csv "$work/file/x"
same 'files of refused runs' "$(find "$work" -name 'refused*' -o -name never)" ''

# Same weights with and without; the sums over the tensors are the summary's.
for format in flex16+5 flex8+4 bfloat16; do
    expect 0 '"weights"' "$train" "${small[@]}" --json --format $format
    plain=$(jq -c '[.weights, .flex]' "$work/out")
    expect 0 '"weights"' "$train" "${small[@]}" --json --format $format --watch "$work/$format"
    same "$format: weights and totals" "$(jq -c '[.weights, .flex]' "$work/out")" "$plain"
    same "$format: sums of tensors.csv" "$(awk -F, '$3 == "training" { for (i = 6; i <= 13; i++) s[i] += $i } END { for (i = 6; i <= 13; i++) printf("%d ", s[i]) }' "$work/$format/tensors.csv")" \
        "$(jq -r '.flex | "\(.writes) \(.elements) \(.overflows) \(.clipped) \(.underflow) \(.exponent_changes) \(.updates) \(.lost_updates) "' "$work/out")"
    same "$format: epochs of histograms.csv" "$(cut -d, -f1 "$work/$format/histograms.csv" | uniq | paste -sd ' ')" 'epoch 1 2'
    same "$format: .part files" "$(find "$work/$format" -name '*.part')" ''
done
same 'usual tensors of series.csv' "$(cut -d, -f2 "$work/flex16+5/series.csv" | sort | uniq -c | awk '{ printf("%s %s, ", $1, $2) }')" '8 s2b1conv2.w, 8 s2b1conv2.w.u, 8 s2b1conv2.y, 1 tensor, '
for name in histograms exponents tensors; do
    expect 0 "report/$name.svg" "$scripts/plot_$name.sh" "$work/flex16+5" "$work/report" 'a test'
    picture "$work/report/$name.svg"
    expect 2 'bfloat16.*expected a run in an integer format' "$scripts/plot_$name.sh" "$work/bfloat16" "$work/report"
    expect 2 'missing, expected what flx-train --watch writes' "$scripts/plot_$name.sh" "$work" "$work/report"
done
same 'writes of tensors.md' "$(awk -F '|' '$2 == " all " { print $4 + 0 }' "$work/report/tensors.md")" "$(awk -F, '$3 == "training" { s += $6 } END { print s }' "$work/flex16+5/tensors.csv")"

# Means 0.6 and 0.7, deviations 0.1 and 0.1: the difference is one pooled deviation. One seed has no deviation.
mkdir "$work/runs"
run() { # NETWORK FORMAT SEED ACCURACY EPOCHS
    echo "{\"dataset\": \"none\", \"train\": 640, \"test\": 64, \"epochs\": $5, \"accuracy\": $4, \"flex\": {\"overflows\": 1, \"writes\": 10, \"lost_updates\": 3, \"updates\": 12}}" >"$work/runs/$1_$2_$3.json"
    printf 'iteration,epoch,loss,rate,accuracy\n0,0,%s,0.1,\n1,0,2,0.1,%s\n' "$3" "$4" >"$work/runs/$1_$2_$3.csv"
}
for seed in 1 2 3; do
    run net float32 $seed 0.$((4 + seed)) 2
    run net flex16+5 $seed 0.$((5 + seed)) 2
done
run net flex8+5 1 0.3 2
run net flex9+5 1 0.4 2
run net flex16+4 1 0.5 2
run net8 float32 1 0.5 3
# shellcheck disable=SC2016  # the markdown's own
expect 0 '`net`: 640 training images and 64 test images of none, 2 epochs' "$scripts/tables.sh" "$work/runs" "$work/report"
for row in '| net | flex16+5 | 3 | 0.7000 | 0.1000 | +1.0 | 3 of 30 | 25.0 % |' '| net | float32 | 3 | 0.6000 | 0.1000 | - | 3 of 30 | 25.0 % |' '| net8 | float32 | 1 | 0.5000 | - | - | 1 of 10 | 25.0 % |'; do
    same "training.md: $row" "$(grep -cF -- "$row" "$work/report/training.md")" 1
done
same 'formats.md: order' "$(awk -F ' [|] ' '/^[|] net / { printf("%s ", $2) }' "$work/report/formats.md")" 'float32 flex16+5 flex16+4 flex9+5 flex8+5 '
expect 0 'report/formats.svg' "$scripts/plot.sh" "$work/runs" "$work/report"
for name in training curves formats; do picture "$work/report/$name.svg"; done
rm "$work/runs/net_flex8+5_1.csv"
expect 2 'net_flex8\+5_1.csv: missing' "$scripts/plot_curves.sh" "$work/runs" "$work/report"
echo '{' >"$work/runs/net_flex8+5_1.json"
expect 2 'net_flex8\+5_1.json: is no JSON' "$scripts/tables.sh" "$work/runs" "$work/report"
: >"$work/runs/net_flex8+5_1.json"
expect 2 'net_flex8\+5_1.json: is empty' "$scripts/tables.sh" "$work/runs" "$work/report"
mv "$work/runs/net_flex8+5_1.json" "$work/runs/net_flex8+5.json"
expect 2 'net_flex8\+5.json: name is of 2 parts, expected' "$scripts/tables.sh" "$work/runs" "$work/report"
expect 2 'none: no results' "$scripts/tables.sh" "$work/none" "$work/report"
expect 2 'NETWORKS: resnet21, expected' env NETWORKS=resnet21 "$scripts/experiment.sh" "$train" "$work/none"
expect 0 'resnet14 flex16\+5 seed 5' env NETWORKS=resnet14 FORMATS=flex16+5 SEEDS=5 TRAIN=64 TEST=64 EPOCHS=1 "$scripts/experiment.sh" "$train" "$work/none"
expect 123 'net none seed 1 failed' env NETWORKS=net FORMATS=none SEEDS=1 "$scripts/experiment.sh" "$train" "$work/none"
same 'result of a failed run' "$(find "$work/none" -name 'net_none_1.json')" ''
echo "pictures_test: $checks checks, $failed failed"
[ "$failed" = 0 ]
