#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# trainer_cli_test.sh - flx-train: errors, recording, learning. Twin: docs/trainer.md
#   trainer_cli_test.sh FLX_TRAIN FLX
set -uo pipefail
# shellcheck source=verif/cli_check.sh
. "$(dirname "$0")/../cli_check.sh"
train=$1
flx=$2

small="--network alexnet --train 64 --test 32 --batch 16 --width 4 --epochs 1" # of two --network the last one counts
# shellcheck disable=SC2086  # a list of options
{
    expect 2 'flx-train: --network is missing, expected alexnet, alexnet2012, resnet, lenet or mlp' "$train"
    expect 2 '--network is missing' "$train" --epochs 1
    expect 2 '--network is vgg, expected' "$train" --network vgg
    expect 2 '--format is flex17\+5, expected' "$train" --network mlp --format flex17+5
    expect 2 '--train is many, expected' "$train" --train many
    expect 2 'OPTION is --nonsense' "$train" --nonsense
    expect 2 '--record is .*only with a flex format' "$train" --network mlp --format float32 --record "$work/r"
    expect 2 '--products is mkl, expected openblas or onednn' "$train" --network mlp --format float32 --products mkl
    for format in flex16+5 dfp16 fixed4.12 hbfp8 mxint8; do
        expect 2 '--products is onednn, expected it only with float32, float16 or bfloat16' "$train" --network mlp --format $format --products onednn
    done
    expect 2 '--record is beside --checkpoint' "$train" --network mlp --record "$work/r" --checkpoint "$work/s"
    expect 2 ': holds no images, expected data_batch_1.bin' "$train" --data "$work" $small
    expect 2 '--classes is 1, expected' "$train" --classes 1
    expect 2 '--side is 7, expected' "$train" --side 7
    head -c 3073000 /dev/zero >"$work/data_batch_1.bin"
    expect 2 'data_batch_1.bin: record 1000: file ends, expected' "$train" --data "$work" $small --train 2000
    head -c 307300 /dev/zero | tr '\0' '\014' >"$work/data_batch_1.bin"
    expect 2 'data_batch_1.bin: record 0: label is above 9' "$train" --data "$work" $small
    rm "$work/data_batch_1.bin"
    printf x >"$work/test_batch.bin"
    expect 2 'data_batch_1.bin: No such file' "$train" --data "$work" $small
    head -c 3073000 /dev/zero >"$work/data_batch_1.bin"
    expect 2 ': --side is 64, expected 32, that of cifar10' "$train" --data "$work" $small --side 64
    expect 2 ': --classes is 11, expected at most 10, those of cifar10' "$train" --data "$work" $small --classes 11
    expect 2 'test_batch.bin: size is 1 bytes, expected a multiple of 3073' "$train" --data "$work" $small
    head -c 3073001 /dev/zero >"$work/data_batch_1.bin"
    expect 2 'data_batch_1.bin: size is 3073001 bytes, expected a multiple of 3073' "$train" --data "$work" $small
    truncate -s 30733073 "$work/data_batch_1.bin"
    expect 2 'data_batch_1.bin: size is 30733073 bytes, expected a multiple of 3073, at most 10000 records' "$train" --data "$work" $small
    rm "$work/data_batch_1.bin"
    mkdir "$work/data_batch_1.bin"
    expect 2 'data_batch_1.bin: Is a directory, expected a CIFAR-10 binary file' "$train" --data "$work" $small
    rmdir "$work/data_batch_1.bin"
    ln -s /proc/self/mem "$work/data_batch_1.bin"
    expect 2 'data_batch_1.bin: record 0: (file ends|Input/output error), expected' "$train" --data "$work" $small
    rm "$work"/*_batch*.bin
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
    expect 2 'train-images-idx3-ubyte: size is 50192 bytes, expected 100368 for the 128 items' "$train" $small --train 65 --data "$work/mnist"
    mnist '\0100' '\0100'
    printf x >>"$work/mnist/t10k-images-idx3-ubyte"
    expect 2 't10k-images-idx3-ubyte: size is 50193 bytes, expected 50192 for the 64 items' "$train" $small --data "$work/mnist"
    mnist '\0100' '\0100'
    { printf '\0\0\10\1\0\0\0\77'; head -c 63 /dev/zero; } >"$work/mnist/train-labels-idx1-ubyte"
    expect 2 'train-labels-idx1-ubyte: 63 (items, expected 64, as asked for|labels, expected 64)' "$train" $small --data "$work/mnist"
    expect 2 'train-labels-idx1-ubyte: 63 labels, expected 64, one for each image' "$train" $small --data "$work/mnist" --train 32
    mnist '\0100' '\0100'
    gzip -k "$work/mnist/train-images-idx3-ubyte"
    mv "$work/mnist/train-images-idx3-ubyte" "$work/mnist/kept"
    expect 2 'mnist: holds train-images-idx3-ubyte.gz, expected what is in it' "$train" $small --data "$work/mnist"
    mv "$work/mnist/train-images-idx3-ubyte.gz" "$work/mnist/train-images-idx3-ubyte"
    expect 2 'train-images-idx3-ubyte: is compressed, expected' "$train" $small --data "$work/mnist"
    rm "$work/mnist/train-images-idx3-ubyte"
    mkdir "$work/mnist/train-images-idx3-ubyte"
    expect 2 'train-images-idx3-ubyte: Is a directory, expected' "$train" $small --data "$work/mnist"
    rmdir "$work/mnist/train-images-idx3-ubyte"
    mkfifo "$work/mnist/train-images-idx3-ubyte"
    expect 2 'train-images-idx3-ubyte: is no regular file, expected' timeout 20 "$train" $small --data "$work/mnist"
    rm "$work/mnist/train-images-idx3-ubyte"
    expect 2 'none: No such file or directory, expected a directory with' "$train" $small --data "$work/none"
    mnist '\0100' '\0100'
    printf '\0\0\10\2' | dd of="$work/mnist/train-labels-idx1-ubyte" conv=notrunc status=none
    expect 2 'train-labels-idx1-ubyte: wrong header' "$train" $small --data "$work/mnist"
    rm "$work/mnist/train-labels-idx1-ubyte"
    expect 2 'train-labels-idx1-ubyte: No such file' "$train" $small --data "$work/mnist"
    # Records of a label byte and three planes: side 8 in these files.
    mkdir "$work/records"
    records() { # NAME LABEL...
        local name=$work/records/$1.bin label
        shift
        for label in "$@"; do
            printf '%b' "\\0$(printf %o "$label")"
            head -c 192 /dev/urandom
        done >"$name"
    }
    tiny="--network mlp --width 4 --batch 4 --train 8 --test 4 --epochs 1 --data $work/records"
    records val 0 3 1 2
    expect 2 'records/train.bin: No such file' "$train" $tiny
    records train 0 1 2 3 0 1 2 3 0 1
    expect 0 '"classes": 4' "$train" $tiny --json
    expect 0 '"side": 8,' "$train" $tiny --json --side 8
    expect 0 '"dataset": "records"' "$train" $tiny --json --format float32
    expect 0 '"classes": 2' "$train" $tiny --json --classes 2 --train 4 --test 2 --batch 2
    expect 2 'train.bin: --train is 11, expected at most 10, its images with a label below 4' "$train" $tiny --train 11
    expect 2 'val.bin: --test is 4, expected at most 2, its images with a label below 2' "$train" $tiny --classes 2 --train 4
    expect 2 'records: --classes is 5, expected at most 4' "$train" $tiny --classes 5
    expect 2 'train.bin: size is 1930 bytes, expected a multiple of 244, records of --side 9' "$train" $tiny --side 9
    expect 2 "the images' side is 8, expected at least 16 for lenet" "$train" $tiny --network lenet --width 6
    records val 0 1 4 2
    expect 2 'val.bin: record 2: label is 4, expected 0 to 3, as in train.bin' "$train" $tiny
    printf x >>"$work/records/val.bin"
    expect 2 'val.bin: size is 773 bytes, expected a multiple of 193, the records of train.bin' "$train" $tiny
    printf x >>"$work/records/train.bin"
    expect 2 'train.bin: size is 1931 bytes, expected a multiple of 1 \+ 3 x S x S' "$train" $tiny
    rm "$work/records/val.bin"
    mkdir "$work/records/val.bin"
    expect 2 'val.bin: Is a directory, expected a file of records' "$train" $tiny
    rmdir "$work/records/val.bin"
    expect 2 'val.bin: No such file' "$train" $tiny
    records val 0
    : >"$work/records/train.bin"
    expect 2 'train.bin: size is 0 bytes, expected a multiple' "$train" $tiny
    records train 0 5 1 2 4
    expect 2 'train.bin: largest label is 5 and none is 3, expected labels without a gap' "$train" $tiny
    records train 0 0 0 0
    expect 2 'train.bin: all labels are 0, expected at least 2 classes' "$train" $tiny
    for set in train val; do head -c 47092 /dev/zero >"$work/records/$set.bin"; done # 193 x 244 bytes
    expect 2 'train.bin: size is 47092 bytes, records of side 8 or 9, expected one answer: give --side' "$train" $tiny
    expect 2 'train.bin: all labels are 0' "$train" $tiny --side 8
    # Other sides and classes.
    expect 0 '"classes": 50' "$train" $small --json --network resnet --side 64 --classes 50
    for network in alexnet lenet mlp; do expect 0 '"side": 33' "$train" $small --json --network $network --side 33 --classes 300; done
    # Sums deeper than any operands allow: what the operands hold decides. 32 images of 64 x 64 are 131,072 products.
    expect 0 '"network": "resnet"' "$train" --network resnet --blocks 1 --side 64 --width 4 --batch 32 --train 32 --test 32 --epochs 1 --json
    # AlexNet of 2012: a product per group is recorded.
    big="--network alexnet2012 --width 6 --batch 2 --train 8 --test 2 --epochs 1"
    expect 2 '--width is 8, expected a multiple of 6 for alexnet2012' "$train" $big --width 8
    expect 0 '[1-9][0-9]* traces in' "$train" $big --record "$work/big" --record-at 0,3 --record-elements 20000
    for pass in fprop bprop update; do
        for layer in conv2g1 conv2g2 conv4g1 conv5g2 fc6; do
            [ -s "$work/big/alexnet2012_${layer}_${pass}_000003.npz" ] || { echo "FAIL: no trace of $layer, $pass"; failed=$((failed + 1)); }
        done
    done
    expect 0 '0 mismatched words, 0 mismatched flags' "$flx" golden "$work"/big/*.npz
    expect 0 '"accuracy":' "$train" $big --json --format fixed4.12
    expect 0 '"accuracy":' "$train" $big --json --format mxint8
    expect 0 '[1-9][0-9]* traces in' "$train" $small --network resnet --record "$work/traces" --record-at 0,3
    expect 0 '0 mismatched words, 0 mismatched flags, cycle error 0' "$flx" cosim --fast "$work"/traces/*.npz
    expect 0 '[1-9][0-9]* traces in' "$train" $small --record "$work/cut" --record-at 2 --record-elements 2000
    expect 0 '0 mismatched words, 0 mismatched flags' "$flx" golden "$work"/cut/*.npz
}
# A run that is interrupted, and goes on, ends as one that was not: same weights, same CSV file.
small_resnet="--train 640 --test 64 --batch 32 --width 4 --epochs 2 --network resnet --json"
for case in float32 flex16+5 dfp16 fixed4.12 alexnet2012; do
    format=$case
    run=$small_resnet
    [ $case = alexnet2012 ] && format=flex16+5 && run="--train 48 --test 4 --batch 4 --width 6 --epochs 2 --network alexnet2012 --side 16 --json"
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
study=sw/trainer/study
export PYTHONPATH=${PYTHONPATH:-$PWD}
printf '#!/bin/bash\necho "{}"\n' >"$work/mute"
chmod +x "$work/mute"
quick() { NETWORKS=alexnet FORMATS="flex16+5" ROUNDS=1 IMAGES=64 "$study/bench_step.py" "$@"; }
expect 0 '^alexnet +flex16\+5 +exact +[0-9.]+ ms a step, [0-9]+\.[0-9]{2} of the fastest float32$' quick "$train" "$work/step.json"
expect 3 'alexnet float32 openblas: step_seconds is missing, expected a time' quick "$work/mute" "$work/none.json"
expect 3 "the trainer's exit code is 1" quick false "$work/none.json"
expect 0 'step.md' "$study/draw.py" "$work" "$work/step.json"
grep -qE '^\| flex16\+5 \| exact \| [0-9]+\.[0-9]{2} \|$' "$work/step.md" || { echo "FAIL: bench-step's step.md has no row of flex16+5"; failed=$((failed + 1)); }
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
