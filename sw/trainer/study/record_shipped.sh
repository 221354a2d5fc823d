#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# record_shipped.sh - records the traces of verif/traces on CIFAR-10. Twin: docs/trainer.md
#   record_shipped.sh TRAINER CIFAR10_DIR OUT_DIR
# Two runs of each network: one as in the experiment, whose products of an early and a late iteration are recorded, with changes of
# the exponent; one with the code profile, whose smaller head-room, and a high learning rate, make elements clip.
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../../sw/cli/flx_cli.sh"
[ $# = 3 ] || { sed -n "3s/^# *//p" "$0" >&2; exit 2; }
trainer=$1
data=$2
out=$3
mkdir -p "$out"
export OPENBLAS_NUM_THREADS=1

running=()
ended() { # a run that failed ends the script
    local process
    for process in "${running[@]}"; do wait "$process" || exit; done
    running=()
}
run() { # NETWORK OPTION...
    local network=$1
    shift
    "$trainer" --network "$network" --data "$data" --train 20000 --test 640 --epochs 3 --record "$out" --record-elements 24576 "$@" >&2
}
run alexnet --record-at 3,900 --record-layers conv1,conv2,conv5,fc6 --record-changed 4 --record-from 20 &
running+=($!)
run resnet --record-at 3,900 --record-layers conv0,s1b1conv2,s2b1conv1,s3b1conv2,s3b1project --record-changed 4 --record-from 20 &
running+=($!)
ended
run alexnet --profile code --rate 0.05 --seed 2 --record-saturated 4 --record-from 4 &
running+=($!)
run resnet --profile code --rate 0.3 --seed 2 --record-saturated 4 --record-from 4 &
running+=($!)
ended
