#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# pictures_test.sh - --watch from the command line, tables and pictures from known results. Twin: docs/pictures.md
#   pictures_test.sh FLX_TRAIN     from the root of the tree
set -uo pipefail
# shellcheck source=verif/cli_check.sh
. "$(dirname "$0")/../cli_check.sh"
train=$1
scripts=sw/trainer/study
export PYTHONPATH=${PYTHONPATH:-$PWD}

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
    cp "$work/out" "$work/$format.json"
    same "$format: weights and totals" "$(jq -c '[.weights, .flex]' "$work/out")" "$plain"
    same "$format: sums of tensors.csv" "$(awk -F, '$3 == "training" { for (i = 6; i <= 13; i++) s[i] += $i } END { for (i = 6; i <= 13; i++) printf("%d ", s[i]) }' "$work/$format/tensors.csv")" \
        "$(jq -r '.flex | "\(.writes) \(.elements) \(.overflows) \(.clipped) \(.underflow) \(.exponent_changes) \(.updates) \(.lost_updates) "' "$work/out")"
    same "$format: epochs of histograms.csv" "$(cut -d, -f1 "$work/$format/histograms.csv" | uniq | paste -sd ' ')" 'epoch 1 2'
    same "$format: .part files" "$(find "$work/$format" -name '*.part')" ''
done
same 'usual tensors of series.csv' "$(cut -d, -f2 "$work/flex16+5/series.csv" | sort | uniq -c | awk '{ printf("%s %s, ", $1, $2) }')" '8 s2b1conv2.w, 8 s2b1conv2.w.u, 8 s2b1conv2.y, 1 tensor, '
for format in flex16+5 bfloat16; do cp "$work/$format.json" "$work/$format/run.json"; done

# Reports of a watched run hold every number of its files; tables and pictures are drawn from the reports alone, the same each time.
reports=("$work/report/tensors.json" "$work/report/histograms.json" "$work/report/exponents.json")
expect 2 'bfloat16/tensors.csv: bits is empty, expected a run in an integer format' "$scripts/watch_report.py" "$work/bfloat16" "$work/report"
expect 2 'tensors.csv: file is unreadable .*, expected what flx-train --watch writes' "$scripts/watch_report.py" "$work" "$work/report"
same 'reports of refused runs' "$(ls -A "$work/report" 2>/dev/null)" ''
expect 0 'report: tensors.json, histograms.json, exponents.json' "$scripts/watch_report.py" "$work/flex16+5" "$work/report"
for copy in report again; do expect 0 'exponents.svg, histograms.md, histograms.svg, tensors.csv' "$scripts/draw.py" "$work/$copy" "${reports[@]}"; done
for name in histograms.svg exponents.svg tensors.svg tensors.md histograms.md tensors.csv; do same "$name drawn twice" "$(cmp "$work/report/$name" "$work/again/$name" 2>&1)" ''; done
for name in histograms exponents tensors; do picture "$work/report/$name.svg"; done
same 'tensors.csv drawn' "$(diff "$work/report/tensors.csv" <(grep -v ,evaluation, "$work/flex16+5/tensors.csv"))" ''
same 'writes of tensors.md' "$(awk -F '|' '$2 == " all " { print $4 + 0 }' "$work/report/tensors.md")" "$(awk -F, '$3 == "training" { s += $6 } END { print s }' "$work/flex16+5/tensors.csv")"
same 'values of histograms.md' "$(awk -F '|' '$4 > 0 { s += $4 } END { print s }' "$work/report/histograms.md")" "$(awk -F, 'NR > 1 { s += $6 } END { print s }' "$work/flex16+5/histograms.csv")"
expect 0 '^24 lines of series.csv' /usr/bin/python3 -c 'import csv, json, sys
from docs.data.watched import exponents, largest
found = [(i + s["first"], s["tensor"], int(g), int(e)) for s in json.load(open(sys.argv[1]))["results"]["series"] for i, (g, e) in enumerate(zip(largest(s), exponents(s, len(largest(s)))))]
wanted = [(int(r["iteration"]), r["tensor"], int(r["gamma"]), int(r["exp"])) for r in csv.DictReader(open(sys.argv[2]))]
print(len(wanted) if sorted(found) == sorted(wanted) else "other", "lines of series.csv")' "$work/report/exponents.json" "$work/flex16+5/series.csv"
sed '3s/,[0-9]*$/,99/' "$work/flex16+5/series.csv" >"$work/series" && mkdir "$work/broken" && cp "$work/flex16+5"/* "$work/broken" && mv "$work/series" "$work/broken/series.csv"
expect 2 'broken/series.csv: exp_next of .* is 99, expected the next exp' "$scripts/watch_report.py" "$work/broken" "$work/report"
rm "$work/broken/run.json"
expect 2 'broken/run.json: file is unreadable' "$scripts/watch_report.py" "$work/broken" "$work/report"
sed 's/"writes"/"wrotes"/' "$work/report/tensors.json" >"$work/tensors.json"
expect 2 'nothing.json: file is unreadable' "$scripts/draw.py" "$work/again" "$work/nothing.json"
expect 2 'tensors.json: cannot be drawn .*wrotes|tensors.json: cannot be drawn .*writes' "$scripts/draw.py" "$work/again" "$work/tensors.json"
expect 2 'run.json: what is missing or empty, expected that of a measurement' "$scripts/draw.py" "$work/again" "$work/flex16+5/run.json"
cp "$work/report/tensors.json" "$work/other.json"
expect 2 'other.json: no view is of these' "$scripts/draw.py" "$work/again" "$work/other.json"

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
runs=$work/report/training_runs.json
expect 0 'training_runs.json: 10 runs' "$scripts/training_report.py" "$work/runs" "$runs"
for copy in report again; do expect 0 'formats.svg, training.svg, curves.svg, training.md, formats.md' "$scripts/draw.py" "$work/$copy" "$runs"; done
# shellcheck disable=SC2016  # the markdown's own
same 'head of training.md' "$(grep -c '^`net`: 640 training images and 64 test images of none, 2 epochs.$' "$work/report/training.md")" 1
for row in '| net | flex16+5 | 3 | 0.7000 | 0.1000 | +1.0 | 3 of 30 | 25.0 % |' '| net | float32 | 3 | 0.6000 | 0.1000 | - | 3 of 30 | 25.0 % |' '| net8 | float32 | 1 | 0.5000 | - | - | 1 of 10 | 25.0 % |'; do
    same "training.md: $row" "$(grep -cF -- "$row" "$work/report/training.md")" 1
done
same 'formats.md: order' "$(awk -F ' [|] ' '/^[|] net / { printf("%s ", $2) }' "$work/report/formats.md")" 'float32 flex16+5 flex16+4 flex9+5 flex8+5 '
for name in training curves formats; do
    picture "$work/report/$name.svg"
    same "$name.svg drawn twice" "$(cmp "$work/report/$name.svg" "$work/again/$name.svg" 2>&1)" ''
done
# The mean of the seeds' losses 1, 2, 3 is 2; a run and a mean of the same case exclude each other.
expect 0 '^2.0 \[0.6\]$' /usr/bin/python3 -c 'import json, sys
from docs.data.trained import groups
case = groups(json.load(open(sys.argv[1]))["results"])[0].cases["float32"]
print(case.loss[1][0], [round(float(a), 6) for a in case.accuracies])' "$runs"
expect 0 'stands in runs and in means' /usr/bin/python3 -c 'import json, sys
from docs.data.trained import groups
results = json.load(open(sys.argv[1]))["results"]
try:
    groups({"runs": results["runs"], "means": [{**results["runs"][0], "seeds": 1}]})
except ValueError as error:
    print(error)' "$runs"
rm "$work/runs/net_flex8+5_1.csv"
expect 2 'net_flex8\+5_1.csv: file is unreadable' "$scripts/training_report.py" "$work/runs" "$runs"
printf 'iteration,epoch,loss,rate,accuracy\n0,0,x,0.1,\n' >"$work/runs/net_flex8+5_1.csv"
expect 2 'net_flex8\+5_1.csv: loss is "x", expected a number' "$scripts/training_report.py" "$work/runs" "$runs"
echo '{' >"$work/runs/net_flex8+5_1.json"
expect 2 'net_flex8\+5_1.json:2: JSON is broken' "$scripts/training_report.py" "$work/runs" "$runs"
echo '{"dataset": "none"}' >"$work/runs/net_flex8+5_1.json"
expect 2 'net_flex8\+5_1.json: train is missing' "$scripts/training_report.py" "$work/runs" "$runs"
: >"$work/runs/net_flex8+5_1.json"
expect 2 'net_flex8\+5_1.json: is empty' "$scripts/training_report.py" "$work/runs" "$runs"
mv "$work/runs/net_flex8+5_1.json" "$work/runs/net_flex8+5.json"
expect 2 'net_flex8\+5.json: name is of 2 parts, expected' "$scripts/training_report.py" "$work/runs" "$runs"
expect 2 'none: no results' "$scripts/training_report.py" "$work/none" "$runs"

# Runs: each once, a failure ends with one line.
expect 2 'NETWORKS: resnet21, expected' env NETWORKS=resnet21 "$scripts/experiment.py" "$train" "$work/none"
expect 2 'TRAIN is none, expected a number' env TRAIN=none "$scripts/experiment.py" "$train" "$work/none"
tiny=(env NETWORKS=resnet14 FORMATS=flex16+5 SEEDS=5 TRAIN=64 TEST=64 EPOCHS=1 "$scripts/experiment.py")
expect 0 '^1 runs in' "${tiny[@]}" "$train" "$work/none"
same 'files of a run' "$(find "$work/none" -type f -printf '%f\n' | sort | paste -sd ' ')" 'resnet14_flex16+5_5.csv resnet14_flex16+5_5.json resnet14_flex16+5_5.log'
same 'parameters of resnet14' "$(jq .parameters "$work/none/resnet14_flex16+5_5.json")" "$("$train" --network resnet --blocks 2 --shapes | jq .parameters)"
expect 0 '^1 runs in' "${tiny[@]}" /bin/false "$work/none"
expect 3 'net none seed 1 failed' env NETWORKS=net FORMATS=none SEEDS=1 "$scripts/experiment.py" "$train" "$work/none"
same 'result of a failed run' "$(find "$work/none" -name 'net_none_1.json')" ''
# Stopped after its first checkpoint, it goes on from there, to the same weights; nothing that was waiting has begun.
long=(env JOBS=1 NETWORKS=lenet FORMATS=flex16+5 SEEDS="1 2" TRAIN=640 TEST=64 EPOCHS=12 "$scripts/experiment.py" "$train")
"${long[@]}" "$work/stopped" >"$work/out" 2>"$work/err" &
for _ in $(seq 600); do [ -s "$work/stopped/lenet_flex16+5_1.state" ] && break; sleep 0.1; done
kill -TERM $! && wait $!
check $? 130 'experiment.py: stopped, the same command goes on' 'a stopped experiment'
same 'results and waiting runs of a stopped experiment' "$(find "$work/stopped" -name '*_1.json' -o -name '*_2.*')" ''
expect 0 '^2 runs in' "${long[@]}" "$work/stopped"
expect 0 '"weights"' "$train" --network lenet --format flex16+5 --seed 1 --train 640 --test 64 --epochs 12 --json
same 'weights of a run that went on' "$(jq .weights "$work/stopped/lenet_flex16+5_1.json")" "$(jq .weights "$work/out")"

# The GAN: scores 1 and 2 have mean 1.5 and deviation 0.707; curves are means over 10 iterations; one seed has a shorter table.
gan() { # FORMAT SEED SCORE ITERATIONS
    echo "{\"format\": \"$1\", \"seed\": $2, \"score\": $3, \"score_real\": 0.1, \"iterations\": $4, \"critic_steps\": 5, \"batch\": 8, \"width\": 4, \"rate\": 0.0005, \"clip\": 0.01, \"train\": 64, \"dataset\": \"none\", \"score_images\": 32, \"flex\": {\"overflows\": 1, \"writes\": 10, \"lost_updates\": 3, \"updates\": 12}}" >"$work/gan/gan_$1_$2.json"
    { echo iteration,wasserstein,generator_loss; for i in $(seq 0 19); do echo "$i,$((i / 10 + $2)),0"; done; } >"$work/gan/gan_$1_$2.csv"
    echo "<svg xmlns='http://www.w3.org/2000/svg'><rect/></svg>" >"$work/gan/gan_$1_$2.svg"
}
mkdir "$work/gan"
gan float32 1 1 20
gan float32 2 2 20
gan flex16+5 1 null 20
expect 0 'gan.json: 3 runs' "$scripts/gan_report.py" "$work/gan" "$work/report/gan.json"
expect 0 'gan_samples_float32.svg' "$scripts/draw.py" "$work/report" "$work/report/gan.json" "$work/report/gan_samples.json"
picture "$work/report/gan.svg"
for row in '| float32 | 1.500 | 0.707 | 1.000, 2.000 | 2 | 2 of 20 | 25.0 % |' '| flex16+5 | diverged | - | diverged | 1.5 | 1 of 10 | 25.0 % |'; do
    same "gan.md: $row" "$(grep -cF -- "$row" "$work/report/gan.md")" 1
done
gan float32 3 1 21
expect 2 'gan_float32_3.json: iterations is 21, expected 20' "$scripts/gan_report.py" "$work/gan" "$work/report/gan.json"
rm "$work/gan/gan_float32_3.csv"
expect 2 'gan_float32_3.csv: file is unreadable' "$scripts/gan_report.py" "$work/gan" "$work/report/gan.json"
expect 2 'nothing: no results' "$scripts/gan_report.py" "$work/nothing" "$work/report/gan.json"

# Shapes that docs/data holds are those of the networks as built; a first layer has no bprop.
expect 0 'resnet20, alexnet' "$scripts/networks.py" "$train" --check docs/data/networks.json
sed 's/442368/442369/' docs/data/networks.json >"$work/networks.json"
expect 1 'networks.json: resnet20 is not what' "$scripts/networks.py" "$train" --check "$work/networks.json"
expect 2 'shapes is beside .* expected an integer format' "$train" --network lenet --shapes --format float32
expect 2 "images' side is 8, expected at least 16" "$train" --network lenet --side 8 --shapes
expect 0 '"macs_per_image": 442368' "$train" --network resnet --blocks 3 --shapes
same 'products of conv0' "$(jq -r '[.products[] | select(.layer == "conv0").pass] | join(" ")' "$work/out")" 'fprop update'
same 'weights by update' "$(jq '[.products[] | select(.pass == "update") | .m * .n] | add' "$work/out")" "$(jq '.parameters - 2 * (7 * 16 + 6 * 32 + 6 * 64) - 10' "$work/out")"
echo "pictures_test: $checks checks, $failed failed"
[ "$failed" = 0 ]
