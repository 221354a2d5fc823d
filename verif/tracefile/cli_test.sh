#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# cli_test.sh - the flx command: exit codes, messages, JSON keys. Twin: docs/cli.md
#   cli_test.sh FLX TRACE      TRACE is a sound flex16+5 trace with an Autoflex history
# shellcheck disable=SC2016  # the markdown's backquotes
set -uo pipefail
# shellcheck source=verif/cli_check.sh
. "$(dirname "$0")/../cli_check.sh"
flx=$1
trace=$2

stdin() { # CODE PATTERN TEXT COMMAND...
    local code=$1 pattern=$2 text=$3
    shift 3
    printf '%b' "$text" | "$@" >"$work/out" 2>"$work/err"
    check $? "$code" "$pattern" "$*"
}

lacks() { # PATTERN COMMAND...: a command that passes and does not say it
    local pattern=$1
    shift
    expect 0 . "$@"
    grep -qE -- "$pattern" "$work/out" "$work/err" || return 0
    echo "FAIL: $*: says /$pattern/"
    failed=$((failed + 1))
}

# A trace whose c.npy has one wrong word, made by changing the sound one.
/usr/bin/python3 - "$trace" "$work" <<'PY'
import struct, sys, zipfile
source, work = sys.argv[1], sys.argv[2]
with zipfile.ZipFile(source) as z:
    members = {name: z.read(name) for name in z.namelist()}
def write(path, change):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in members.items():
            z.writestr(name, change(name, data))
wrong = lambda name, data: data[:-2] + struct.pack("<h", struct.unpack("<h", data[-2:])[0] ^ 1) if name == "c.npy" else data
write(work + "/wrong.npz", wrong)
write(work + "/same.npz", lambda name, data: data)
write(work + "/lying.npz", lambda name, data: data.replace(b'"k": ', b'"k": 1') if name == "meta.json" else data)
data = bytearray(open(source, "rb").read())
data[len(data) // 2] ^= 0x55
open(work + "/damaged.npz", "wb").write(data)
data = bytearray(open(work + "/same.npz", "rb").read())
at = data.rindex(b"PK\x01\x02")    # the last member, as the central directory has it
data[at + 24:at + 28] = struct.pack("<I", struct.unpack("<I", data[at + 24:at + 28])[0] + 7)
open(work + "/longer.npz", "wb").write(data)
PY
for command in golden model cosim; do
    expect 0 '0 mismatched words' "$flx" $command "$work/same.npz"
    expect 1 'element \[[0-9]+,[0-9]+\]: expected \(c.npy\) 0x' "$flx" $command "$work/wrong.npz"
    expect 1 '"mismatched_words": 1' "$flx" $command --json "$work/wrong.npz"
    expect 2 'lying.npz: ' "$flx" $command "$work/lying.npz"
    expect 2 'damaged.npz: ' "$flx" $command "$work/damaged.npz"
    expect 2 'longer.npz: .*npy: does not unpack to its [0-9]+ bytes: their number differs' "$flx" $command "$work/longer.npz"
done
expect 1 '^repeat with a waveform: .*--wave' "$flx" cosim "$work/wrong.npz"
for key in config set seed traces mismatched_words mismatched_flags cycle_error_max results trace m n k words cycles_rtl cycles_model utilisation gamma overflow saturated exp_next; do
    expect 0 "\"$key\":" "$flx" cosim --json "$trace"
done
expect 0 '"cycles_model": [1-9]' "$flx" model --json --config mac256 --stall 0.2 --seed 3 "$trace"
# Without RTL there is no error of its cycles, neither a column nor a number.
expect 0 'cycle_error_max": 0,' "$flx" cosim --json "$trace"
for command in model golden; do
    expect 0 'cycle_error_max": null,' "$flx" $command --json "$trace"
    expect 0 '"cycles_rtl": null,' "$flx" $command --json "$trace"
    lacks 'error' "$flx" $command "$trace"
done
# Any configuration that the rules allow runs on the cycle model.
expect 0 'mac256 with ROWS=12,COLS=20,LANES=8 \(1920 MACs\)' "$flx" model --set ROWS=12,COLS=20,LANES=8 "$trace"
expect 0 '"set": "COLS=1,CLUSTER=1"' "$flx" model --json --config tiny --set COLS=1,CLUSTER=1 "$trace"
expect 0 '\| `mac256 with COLS=3,CLUSTER=1` \| 96 \| 8 x 3 x 4 \|' "$flx" configs --set COLS=3,CLUSTER=1
expect 0 '\| `tiny` \| 16 \|' "$flx" configs --config tiny
expect 2 'flx model: --set: .*LANES' "$flx" model --set LANES=24 "$trace"
expect 2 'flx configs: --set: .*LANES' "$flx" configs --set LANES=24
expect 2 'flx model: --set: .*C_DEPTH' "$flx" model --set ROWS=34 "$trace"
expect 2 'flx model: --set: .*NONSENSE' "$flx" model --set NONSENSE=1 "$trace"
expect 2 'flx model: --set: .*ROWS' "$flx" model --set ROWS=1.5 "$trace"
expect 2 'flx model: --set: CLUSTER is 2, expected a divisor of ROWS and of COLS$' "$flx" model --set COLS=3 "$trace"
expect 2 'number of tensors is 3, configuration mac256 with ROWS=2,TENSORS=2 expects at most 2' "$flx" model --set ROWS=2,TENSORS=2 "$trace"
expect 0 '0 mismatched flags' "$flx" model --set ROWS=2,TENSORS=3 "$trace"
expect 2 'mant_bits is 16, configuration mac256 with MANT_BITS=8 expects 8' "$flx" model --set MANT_BITS=8 "$trace"
expect 2 'flx cosim: --set is ROWS=3, expected .*make sim CONFIG=NAME' "$flx" cosim --set ROWS=3 "$trace"
expect 0 'usage: flx' "$flx" --help
expect 2 'COMMAND is nonsense, expected cosim, golden, model, autoflex, trace or configs' "$flx" nonsense
expect 2 'COMMAND is missing, expected cosim' "$flx"
expect 2 'TRACE is missing' "$flx" golden
expect 2 'TRACE is missing' "$flx" trace
expect 2 'argument is more, expected none' "$flx" configs more
expect 2 '--config is mac1, expected' "$flx" model --config mac1 "$trace"
expect 2 '--stall is 2, expected' "$flx" model --stall 2 "$trace"
expect 2 '--seed is x, expected' "$flx" cosim --seed x "$trace"
expect 2 'OPTION is --wave' "$flx" model --wave "$trace"
expect 2 '^flx cosim: absent.npz: cannot be opened' "$flx" cosim absent.npz
expect 2 'mant_bits is 16, configuration flex8 expects 8' "$flx" cosim --config flex8 "$trace"
expect 2 '--wave is .*expected a file that can be written' "$flx" cosim --wave "$work/none/w.fst" "$trace"
expect 0 'gemm' "$flx" trace "$trace"
expect 2 'cannot be opened' "$flx" trace "$work/none"
expect 0 'cycle error 0' "$flx" cosim --wave "$work/w.fst" "$trace"
[ -s "$work/w.fst" ] || { echo "FAIL: no waveform"; failed=$((failed + 1)); }
expect 0 '0 mismatched words' "$flx" cosim --report "$work/report.json" "$trace"
grep -q '"results"' "$work/report.json" || { echo "FAIL: no report"; failed=$((failed + 1)); }

stdin 0 '^{"exp_next": 8, ' '{"gamma": 16284, "exp": 8}\n' "$flx" autoflex --profile paper --predict
stdin 0 '^{"exp_next": 7, ' '{"gamma": 16285, "exp": 8}\n' "$flx" autoflex --json --profile paper --predict
stdin 0 '"done": true, "tries": 2' '{"gamma": 32767, "exp": 8}\n{"gamma": 297, "exp": 1}\n' "$flx" autoflex --profile code --init
stdin 0 '^{"reset": true}' '{"reset": true}\n' "$flx" autoflex --profile code --predict
stdin 2 'line 2: gamma: expected an integer of 0 to 32768' '{"gamma": 1, "exp": 1}\n{"gamma": 32769, "exp": 1}\n' "$flx" autoflex --profile code --predict
stdin 2 'line 1: exp: expected' '{"gamma": 1, "exp": 32}\n' "$flx" autoflex --profile code --predict
stdin 2 'line 1: JSON: expected' 'what\n' "$flx" autoflex --profile code --predict
stdin 2 '--profile is missing' '' "$flx" autoflex --predict
stdin 2 'expected one of the two' '' "$flx" autoflex --profile paper
stdin 0 '"exp_next": 255' '{"gamma": 0, "exp": 250}\n' "$flx" autoflex --profile paper --predict --exp-bits 8
echo "cli_test: $checks checks, $failed failed"
[ "$failed" = 0 ]
