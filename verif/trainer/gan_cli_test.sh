#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# gan_cli_test.sh - flx-train-gan: errors, outputs, recording, interrupted runs. Twin: docs/gan.md
#   gan_cli_test.sh FLX_TRAIN_GAN FLX
set -uo pipefail
# shellcheck source=verif/cli_check.sh
. "$(dirname "$0")/../cli_check.sh"
gan=$1
flx=$2

small="--train 64 --score 16 --batch 8 --width 4 --critic-steps 2 --iterations 3"
# shellcheck disable=SC2086  # a list of options
{
    expect 0 'usage: flx-train-gan' "$gan" --help
    expect 2 'flx-train-gan: --format is flex17\+5, expected' "$gan" --format flex17+5
    expect 2 '--profile is fast, expected paper or code' "$gan" --profile fast
    expect 2 '--iterations is many, expected an integer' "$gan" --iterations many
    expect 2 '--critic-steps is 0, expected an integer of 1' "$gan" --critic-steps 0
    expect 2 '--batch is 65537, expected an integer of 1 to 65536' "$gan" --batch 65537
    expect 2 '--clip is -1, expected a number of 0' "$gan" --clip -1
    expect 2 '--score is 1, expected 0, or at least 2' "$gan" --score 1
    expect 2 'OPTION is --network' "$gan" --network alexnet
    expect 2 'argument is more, expected none' "$gan" more
    expect 2 '--record is .*only with a flex format' "$gan" --format float32 --record "$work/r"
    expect 2 '--record is beside --checkpoint' "$gan" --record "$work/r" --checkpoint "$work/s"
    expect 2 '--record-at is 1,x, expected' "$gan" --record-at 1,x
    expect 2 'holds no images, expected data_batch_1.bin' "$gan" --data "$work" $small
    expect 2 '--csv is .*expected a file that can be written' "$gan" $small --csv "$work/none/x.csv"
    expect 2 '--samples is .*expected a file that can be written' "$gan" $small --samples "$work/none/x.svg"
    expect 2 '--record is .*expected a directory that can be made' "$gan" $small --record "$work/none/x"
    expect 0 'Frechet distance of random features over 16 images' "$gan" $small --csv "$work/x.csv" --samples "$work/x.svg"
    [ "$(wc -l <"$work/x.csv")" = 4 ] || { echo "FAIL: $work/x.csv has not a line per iteration"; failed=$((failed + 1)); }
    [ "$(grep -c "href='data:image/png;base64" "$work/x.svg")" = 1 ] || { echo "FAIL: $work/x.svg has no picture"; failed=$((failed + 1)); }
    expect 0 '"score": null' "$gan" $small --score 0 --json
    expect 0 '"wasserstein": 0.0' "$gan" $small --iterations 0 --json
    for format in float16 bfloat16 dfp16 fixed4.12 hbfp8 mxint8 flex12+6; do expect 0 '"score": [0-9]' "$gan" $small --iterations 1 --json --format "$format"; done
    expect 0 '[1-9][0-9]* traces in' "$gan" $small --record "$work/traces" --record-at 1
    for trace in wgan-real_critic2_fprop wgan-fake_critic3.01_bprop wgan-real_critic4_update wgan-fake_gen1_fprop wgan-generator_gen4.11_fprop \
        wgan-generator_gen3_bprop wgan-generator_gen2_update wgan-generator_critic1.10_bprop; do
        [ -s "$work/traces/${trace}_000001.npz" ] || { echo "FAIL: no trace $trace"; failed=$((failed + 1)); }
    done
    [ -e "$work/traces/wgan-generator_critic2_update_000001.npz" ] && { echo "FAIL: the generator's step computes gradients of the critic's weights"; failed=$((failed + 1)); }
    expect 0 '0 mismatched words, 0 mismatched flags' "$flx" golden "$work"/traces/*.npz
    expect 0 '[1-9][0-9]* traces in' "$gan" $small --record "$work/cut" --record-at 2 --record-elements 1000 --record-changed 5
    expect 0 '0 mismatched words, 0 mismatched flags, cycle error 0' "$flx" cosim --fast "$work"/cut/*.npz
}
# A run that is interrupted, and goes on, ends as one that was not: same weights, same CSV file, same score, same samples.
run="--train 64 --score 16 --batch 8 --width 4 --critic-steps 2 --iterations 40 --json"
for format in float32 flex16+5 fixed4.12; do
    # shellcheck disable=SC2015,SC2086
    {
        expect 0 '"weights"' "$gan" $run --format $format --csv "$work/whole.csv" --samples "$work/whole.svg"
        grep -v step_seconds "$work/out" >"$work/whole"
        rm -f "$work/state"
        "$gan" $run --format $format --csv "$work/cut.csv" --checkpoint "$work/state" --checkpoint-every 3 >"$work/out" 2>"$work/err" &
        for _ in $(seq 3000); do [ -s "$work/state" ] && break; sleep 0.01; done
        kill -INT $!
        wait $!
        [ $? = 130 ] && grep -q 'flx-train-gan: stopped after .* iterations; the same command goes on' "$work/err" || { echo "FAIL: $format: SIGINT"; cat "$work/err"; failed=$((failed + 1)); }
        expect 2 'state: is of a run with other options' "$gan" $run --format $format --checkpoint "$work/state" --clip 0.02
        head -c 3000 "$work/state" >"$work/short"
        expect 2 'short: ends too early' "$gan" $run --format $format --checkpoint "$work/short"
        for again in on complete; do
            expect 0 '"weights"' "$gan" $run --format $format --csv "$work/cut.csv" --checkpoint "$work/state" --samples "$work/cut.svg"
            grep -v step_seconds "$work/out" | cmp - "$work/whole" && cmp "$work/whole.csv" "$work/cut.csv" && cmp "$work/whole.svg" "$work/cut.svg" ||
                { echo "FAIL: $format: goes $again"; failed=$((failed + 1)); }
        done
    }
done
echo "gan_cli_test: $checks checks, $failed failed"
[ "$failed" = 0 ]
