#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# runs_test.sh - runs that are refused, fail, diverge, are stopped or killed: nothing that exists is lost, and a diverged run is a result to the end. Twin: sw/trainer/run/trn_run.c, docs/trainer.md
#   runs_test.sh FLX_TRAIN FLX_TRAIN_GAN
set -uo pipefail
# shellcheck source=verif/cli_check.sh
. "$(dirname "$0")/../cli_check.sh"
train=$(realpath "$1") gan=$(realpath "$2") study=$flx_root/sw/trainer/study
export OPENBLAS_NUM_THREADS=1
cd "$work" || exit

said() { # WHAT GOT WANTED
    checks=$((checks + 1))
    [ "$2" = "$3" ] && return
    echo "FAIL: $1: '$2', expected '$3'"
    failed=$((failed + 1))
}
small=("$train" --network mlp --train 64 --test 32 --batch 8 --width 8)
images=("$gan" --train 64 --score 16 --batch 8 --width 4 --critic-steps 2)

# A run that is refused changes nothing, wherever it is refused.
expect 0 'test accuracy' "${small[@]}" --epochs 1 --checkpoint state --csv run.csv
expect 0 'test accuracy' "${small[@]}" --epochs 1 --watch watch
mkdir data && echo mine >data/train.bin && echo mine >run.csv.part
sums() { find . -type f ! -name out ! -name err ! -name before -exec sha256sum {} + | sort; }
sums >before
unchanged() { # PATTERN COMMAND..
    local pattern=$1
    shift
    expect 2 "$pattern" "$@"
    said "$*: files" "$(sums | diff before - | head -3)" ''
}
unchanged 'state: is of a run with other options' "${small[@]}" --epochs 2 --checkpoint state --csv run.csv
unchanged '--batch is more' "${small[@]}" --epochs 1 --batch 100 --csv run.csv --watch watch
unchanged '--watch-tensors is none.w' "${small[@]}" --epochs 1 --csv run.csv --watch watch --watch-tensors none.w
unchanged 'data: .*No such file|val.bin: No such file' "${small[@]}" --epochs 1 --csv run.csv --watch watch --data data
unchanged '--csv is data/train.bin, expected another file than one that is read' "${small[@]}" --epochs 1 --csv data/train.bin --data data
unchanged '--checkpoint is run.csv: is no checkpoint' "${small[@]}" --epochs 1 --checkpoint run.csv --csv other.csv
unchanged '--csv is ./state, expected another file than --checkpoint' "${small[@]}" --epochs 1 --checkpoint state --csv ./state
unchanged '--watch is watch/series.csv, expected another file than --csv' "${small[@]}" --epochs 1 --watch watch --csv watch/series.csv
unchanged '--record is run.csv, expected a directory' "${small[@]}" --epochs 1 --record run.csv --csv other.csv
unchanged '--samples is state, expected another file than --checkpoint' "${images[@]}" --iterations 1 --checkpoint state --samples state
unchanged '--csv is none/x, expected a file that can be written' "${images[@]}" --iterations 1 --csv none/x --samples s.svg
for kind in short long other empty directory version; do
    case $kind in
    short) head -c 3000 state >bad ;;
    long) { cat state; echo; } >bad ;;
    other) head -c 5000 /dev/urandom >bad ;;
    empty) : >bad ;;
    version) sed '1s/flx-train run 3/flx-train run 2/' state >bad ;;
    directory) mkdir bad ;;
    esac
    expect 2 '^flx-train: --checkpoint is bad(: (ends too early|has bytes after|is no checkpoint|is of another version)|, expected a file that can be written \(Is a directory)' \
        "${small[@]}" --epochs 1 --checkpoint bad --csv run.csv
    rm -rf bad
done
# Lines in a damaged checkpoint that are more than the file holds: no memory is asked for them.
{ head -c 568 state; printf '\377\377\377\377\377\377\377\177'; tail -c +577 state; } >bad
expect 2 'bad: (ends too early|is of another network|is damaged)' "${small[@]}" --epochs 1 --checkpoint bad
rm bad
said 'files of refused runs' "$(sums | diff before - | head -3)" ''

# A run that fails at the end keeps what it has: the other outputs are there, the one that failed is as it was.
expect 3 '--csv /dev/full: cannot be written' "${small[@]}" --epochs 1 --csv /dev/full --watch kept
said 'a watch beside a CSV file that fails' "$(ls kept)" $'histograms.csv\nseries.csv\ntensors.csv'
expect 3 '--samples /dev/full: cannot be written' "${images[@]}" --iterations 2 --csv gan.csv --samples /dev/full
said 'a CSV file beside samples that fail' "$(wc -l <gan.csv)" 3
expect 2 '--checkpoint is /dev/full: is no regular file' "${small[@]}" --epochs 1 --csv run.csv --checkpoint /dev/full
# A CSV file into a pipe comes as it goes, whole also when the run goes on.
expect 0 '^7,0,' "${small[@]}" --epochs 1 --csv /dev/stdout --json
expect 0 'iteration,epoch,loss,rate,accuracy' "${small[@]}" --epochs 1 --checkpoint state --csv /dev/stdout
cmp <("${small[@]}" --epochs 1 --checkpoint state --csv /dev/fd/3 3>&1 >/dev/null 2>&1) run.csv || failed=$((failed + 1))

# Killed at any moment and started again: the CSV file is the earlier run's or this one's, the checkpoint can be read, the end is the same.
long=("${small[@]}" --epochs 60 --checkpoint-every 5 --json)
expect 0 '"weights"' "${long[@]}" --csv whole.csv
grep -v step_seconds "$work/out" >whole
echo earlier >killed.csv
for turn in $(seq 12); do
    "${long[@]}" --csv killed.csv --checkpoint killed >"$work/out" 2>"$work/err" &
    sleep "0.0$((RANDOM % 9))"
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    checks=$((checks + 1))
    [ "$(cat killed.csv)" = earlier ] || cmp -s killed.csv whole.csv || { echo "FAIL: killed, turn $turn: killed.csv is neither old nor new"; failed=$((failed + 1)); }
done
expect 0 '"weights"' "${long[@]}" --csv killed.csv --checkpoint killed
said 'killed, then to the end' "$(grep -v step_seconds "$work/out" | diff - whole) $(cmp killed.csv whole.csv 2>&1)" ' '

# A diverged run: null in JSON, nan in CSV, exit 0, and the studies go on.
wild=(--rate 10 --momentum 1 --format float16)
expect 0 '"loss": null' "${small[@]}" --epochs 3 "${wild[@]}" --json --csv wild.csv --checkpoint wild
said 'diverged' "$(jq -c '[.diverged, .loss, (.accuracy | type)]' "$work/out") $(tail -1 wild.csv | cut -d, -f3)" '[true,null,"number"] nan'
expect 0 '"diverged": true' "${small[@]}" --epochs 3 "${wild[@]}" --json --checkpoint wild
expect 0 'training loss of the last epoch nan \(diverged\)' "${small[@]}" --epochs 3 "${wild[@]}"
expect 0 '"diverged": false' "${small[@]}" --epochs 1 --json
expect 0 '"diverged": true' "${images[@]}" --iterations 3 --rate 1 --clip 100 --format float16 --json
said 'JSON of a diverged GAN' "$(jq -r '.wasserstein' "$work/out")" null
mkdir runs
for seed in 1 2; do
    "${small[@]}" --epochs 2 --seed $seed --json --csv runs/mlp_float32_$seed.csv >runs/mlp_float32_$seed.json
    "${small[@]}" --epochs 2 --seed $seed --json --csv runs/mlp_float16_$seed.csv "${wild[@]}" >runs/mlp_float16_$seed.json
    "${small[@]}" --epochs 2 --seed $seed --json --csv runs/mlp_bfloat16_$seed.csv --format bfloat16 >runs/mlp_bfloat16_$seed.json
done
jq '.accuracy = null | .loss = null | .diverged = true' runs/mlp_bfloat16_2.json >changed && mv changed runs/mlp_bfloat16_2.json
expect 0 '6 runs' "$study/training_report.py" runs report/training_runs.json
expect 0 'training.md' "$study/draw.py" drawn report/training_runs.json
said 'a table with runs that diverged' "$(grep -cE '^\| mlp \| (float16 \| 2 \| diverged \||bfloat16 \| 2 \| 0\.[0-9]{4}, 1 of 2 diverged \|)' drawn/formats.md)" 2
printf '#!/bin/bash\nexec "%s" --width 8 --batch 8 --rate 10 --momentum 1 "$@"\n' "$train" >wild.sh && chmod +x wild.sh
NETWORKS=mlp FORMATS=float16 SEEDS=1 TRAIN=64 TEST=32 EPOCHS=2 JOBS=1 expect 0 '1 runs in' "$study/experiment.py" ./wild.sh experiment
said 'the experiment' "$(jq .diverged experiment/mlp_float16_1.json)" true
printf '#!/bin/bash\nexec "%s" --critic-steps 1 --clip 100 "$@"\n' "$gan" >wild.sh
FORMATS="float32 float16" ITERATIONS=25 BATCH=4 WIDTH=4 RATE=1 TRAIN=16 SCORE=4 JOBS=1 expect 0 '2 runs in' "$study/gan_experiment.py" ./wild.sh gans
expect 0 '2 runs' "$study/gan_report.py" gans report/gan.json
expect 0 'gan.md' "$study/draw.py" drawn report/gan.json report/gan_samples.json
said 'a table with a GAN that diverged' "$(grep -c '^| float16 | .*diverged' drawn/gan.md)" 1

# The studies' inputs: whatever is wrong with a file, exit 2 and a line that names it.
broken() { # FILE MISSING SCRIPT ARGUMENT..: FILE in every wrong way; MISSING "none": it must be there
    local file=$1 missing=$2 kind
    shift 2
    cp "$file" sound
    for kind in $missing empty cut list words bytes folder; do
        rm -rf "$file"
        case $kind in
        none) ;;
        empty) : >"$file" ;;
        cut) head -c 40 sound >"$file" ;;
        list) echo '[1, {"a": null}]' >"$file" ;;
        words) sed -E 's/: *(null|true|false|[0-9.e-]+|"[^"]*")/: {"x": []}/; 2,$s/[0-9.]+/x/g' sound >"$file" ;;
        bytes) { cat sound; printf '\377\376'; } >"$file" ;;
        folder) mkdir "$file" ;;
        esac
        expect 2 "${file##*/}|no results|of [0-9] parts" "$@"
        said "$* with $file $kind" "$(grep -c Traceback "$work/err")" 0
    done
    rm -rf "$file"
    mv sound "$file"
}
broken runs/mlp_float32_1.json "" "$study/training_report.py" runs report/x.json
broken runs/mlp_float32_1.csv none "$study/training_report.py" runs report/x.json
broken gans/gan_float32_1.json "" "$study/gan_report.py" gans report/x.json
broken gans/gan_float32_1.csv none "$study/gan_report.py" gans report/x.json
cp -r watch watched && "${small[@]}" --epochs 1 --json >watched/run.json
for name in run.json tensors.csv series.csv histograms.csv; do broken watched/$name none "$study/watch_report.py" watched report; done
broken report/training_runs.json none "$study/draw.py" drawn report/training_runs.json
broken report/training_runs.json none "$flx_root/docs/data/keep.py" report/training_runs.json
broken report/training_runs.json none "$study/networks.py" "$train" --check report/training_runs.json
for value in 0 -1 ' 1' 01 1e3 ² ٣ 9999999999 x; do TRAIN=$value expect 2 "^TRAIN is $value, expected a number" "$study/experiment.py" "$train" never; done
said 'what a refused study makes' "$(find . -maxdepth 1 -name never)" ''
echo "runs_test: $checks checks, $failed failed"
[ "$failed" = 0 ]
