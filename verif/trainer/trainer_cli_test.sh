#!/bin/bash
# trainer_cli_test.sh - flx-train: errors, recording, learning. Twin: docs/trainer.md
#   trainer_cli_test.sh FLX_TRAIN FLX
set -uo pipefail
train=$1
flx=$2
# shellcheck source=verif/cli_check.sh
. "$(dirname "$0")/../cli_check.sh"

small="--train 64 --test 32 --batch 16 --width 4 --epochs 1"
# shellcheck disable=SC2086  # a list of options
{
    expect 2 '--network is vgg, expected' "$train" --network vgg
    expect 2 '--format is flex17\+5, expected' "$train" --format flex17+5
    expect 2 '--train is many, expected' "$train" --train many
    expect 2 'OPTION is --nonsense' "$train" --nonsense
    expect 2 '--record is .*only with a flex format' "$train" --format float32 --record "$work/r"
    expect 2 '--products is mkl, expected openblas or onednn' "$train" --format float32 --products mkl
    for format in flex16+5 dfp16 fixed4.12 hbfp8 mxint8; do
        expect 2 '--products is onednn, expected it only with float32, float16 or bfloat16' "$train" --format $format --products onednn
    done
    expect 2 '--record is beside --checkpoint' "$train" --record "$work/r" --checkpoint "$work/s"
    expect 2 'data_batch_1.bin: No such file' "$train" --data "$work" $small
    head -c 3073000 /dev/zero >"$work/data_batch_1.bin"
    expect 2 'data_batch_1.bin: record 1000: file ends, expected' "$train" --data "$work" $small --train 2000
    head -c 307300 /dev/zero | tr '\0' '\014' >"$work/data_batch_1.bin"
    expect 2 'data_batch_1.bin: record 0: label is above 9' "$train" --data "$work" $small
    expect 2 '--csv is .*expected a file that can be written' "$train" $small --csv "$work/none/x.csv"
    expect 0 'test accuracy' "$train" $small --csv "$work/x.csv"
    [ "$(wc -l <"$work/x.csv")" = 5 ] || { echo "FAIL: $work/x.csv has not a line per iteration"; failed=$((failed + 1)); }
    expect 0 '"accuracy":' "$train" $small --json --network resnet --format flex12+6
    for format in float16 bfloat16 dfp16 fixed4.12 hbfp8 mxint8; do expect 0 '"accuracy":' "$train" $small --json --network resnet --format "$format"; done
    for network in lenet mlp; do expect 0 '"accuracy":' "$train" $small --json --network $network; done
    mkdir "$work/mnist"
    mnist() { # IMAGES LABELS: IDX files of zeros that say they hold that many
        for set in train t10k; do
            { printf '\0\0\10\3\0\0\0%b\0\0\0\34\0\0\0\34' "$1"; head -c 50176 /dev/zero; } >"$work/mnist/$set-images-idx3-ubyte"
            { printf '\0\0\10\1\0\0\0%b' "$2"; head -c 64 /dev/zero; } >"$work/mnist/$set-labels-idx1-ubyte"
        done
    }
    mnist '\0100' '\0100'
    expect 0 '"dataset": "mnist"' "$train" $small --json --network lenet --data "$work/mnist"
    expect 2 'train-images-idx3-ubyte: 64 items, expected 65' "$train" $small --train 65 --data "$work/mnist"
    mnist '\0200' '\0200'
    expect 2 'train-images-idx3-ubyte: file ends, expected 128 items' "$train" $small --train 65 --data "$work/mnist"
    printf '\0\0\10\2' | dd of="$work/mnist/train-labels-idx1-ubyte" conv=notrunc status=none
    expect 2 'train-labels-idx1-ubyte: wrong header' "$train" $small --data "$work/mnist"
    rm "$work/mnist/train-labels-idx1-ubyte"
    expect 2 'train-labels-idx1-ubyte: No such file' "$train" $small --data "$work/mnist"
    expect 0 '[1-9][0-9]* traces in' "$train" $small --network resnet --record "$work/traces" --record-at 0,3
    expect 0 '0 mismatched words, 0 mismatched flags, cycle error 0' "$flx" cosim --fast "$work"/traces/*.npz
    expect 0 '[1-9][0-9]* traces in' "$train" $small --record "$work/cut" --record-at 2 --record-elements 2000
    expect 0 '0 mismatched words, 0 mismatched flags' "$flx" golden "$work"/cut/*.npz
}
# A run that is interrupted, and goes on, ends as one that was not: same weights, same CSV file.
run="--train 640 --test 64 --batch 32 --width 4 --epochs 2 --network resnet --json"
for format in float32 flex16+5 dfp16 fixed4.12; do
    # shellcheck disable=SC2015,SC2086
    {
        expect 0 '"weights"' "$train" $run --format $format --csv "$work/whole.csv"
        grep -v step_seconds "$work/out" >"$work/whole"
        rm -f "$work/state"
        "$train" $run --format $format --csv "$work/cut.csv" --checkpoint "$work/state" --checkpoint-every 7 >"$work/out" 2>"$work/err" &
        for _ in $(seq 3000); do [ -s "$work/state" ] && break; sleep 0.01; done
        kill -INT $!
        wait $!
        [ $? = 130 ] && grep -q 'the same command goes on' "$work/err" || { echo "FAIL: $format: SIGINT"; cat "$work/err"; failed=$((failed + 1)); }
        expect 2 'state: is of a run with other options' "$train" $run --format $format --checkpoint "$work/state" --seed 9
        head -c 3000 "$work/state" >"$work/short"
        expect 2 'short: ends too early' "$train" $run --format $format --checkpoint "$work/short"
        { head -c 3000 "$work/state"; printf '\377\376'; tail -c +3003 "$work/state"; } >"$work/damaged"
        expect 2 'damaged: is' "$train" $run --format $format --checkpoint "$work/damaged"
        for again in on complete; do
            expect 0 '"weights"' "$train" $run --format $format --csv "$work/cut.csv" --checkpoint "$work/state"
            grep -v step_seconds "$work/out" | cmp - "$work/whole" && cmp "$work/whole.csv" "$work/cut.csv" || { echo "FAIL: $format: goes $again"; failed=$((failed + 1)); }
        done
    }
done
# oneDNN trains as OpenBLAS does: the same start, the same data, sums in another order.
declare -A loss=()
for products in openblas onednn; do
    expect 0 "\"products\": \"$products\"" "$train" --format float32 --products $products --train 960 --test 64 --epochs 2 --batch 32 --width 8 --network resnet --json
    loss[$products]=$(sed -n 's/.*"loss": \([0-9.]*\).*/\1/p' "$work/out")
done
echo "resnet of width 8, float32, 60 steps: loss ${loss[openblas]} with OpenBLAS, ${loss[onednn]} with oneDNN"
awk "BEGIN { d = ${loss[openblas]} - ${loss[onednn]}; exit !(d < 0.02 && d > -0.02) }" || { echo "FAIL: the losses are more than 0.02 apart"; failed=$((failed + 1)); }
for format in float16 bfloat16; do expect 0 '"accuracy":' "$train" --format $format --products onednn --train 64 --test 32 --batch 16 --width 4 --epochs 1 --network alexnet --json; done
# bench-step: a table of its runs, and no report when a run gives no time.
bench=$(dirname "$0")/../../sw/trainer/bench_step.sh
printf '#!/bin/bash\necho "{}"\n' >"$work/mute"
chmod +x "$work/mute"
quick() { NETWORKS=alexnet FORMATS="flex16+5" ROUNDS=1 IMAGES=64 "$bench" "$@"; }
expect 0 'flex16\+5 / fastest float32: alexnet [0-9.]+ \(o' quick "$train" "$work/step.json"
expect 1 'alexnet float32 openblas: step_seconds is missing, expected a time' quick "$work/mute" "$work/none.json"
expect 1 "the trainer's exit code is 1" quick false "$work/none.json"
if [ ! -s "$work/step.json" ] || [ -e "$work/none.json" ]; then echo "FAIL: reports of bench-step"; failed=$((failed + 1)); fi
# Both formats learn the generated images.
for format in float32 flex16+5; do
    expect 0 '"accuracy":' "$train" --format $format --train 3200 --test 1000 --epochs 2 --batch 32 --width 8 --network resnet --json
    accuracy=$(sed -n 's/.*"accuracy": \([0-9.]*\).*/\1/p' "$work/out")
    echo "resnet of width 8, $format, 200 steps on generated images: test accuracy $accuracy"
    awk "BEGIN { exit !($accuracy > 0.5) }" || { echo "FAIL: $format: accuracy $accuracy, expected above 0.5"; failed=$((failed + 1)); }
done
echo "trainer_cli_test: $checks checks, $failed failed"
[ "$failed" = 0 ]
