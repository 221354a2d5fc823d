#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# flx_test.sh - what flx prints of names, paths and numbers; that a failing run's command can be pasted, and that its wave holds the message's value at the message's
# time. Twin: docs/cosim.md, docs/cli.md
#   flx_test.sh FLX      FLX is build/bin/flx; beside it fst_read, build/broken and traced builds
# shellcheck disable=SC2016  # a name with a dollar
set -uo pipefail
root=$PWD
unset MAKEFLAGS MFLAGS MAKELEVEL # the make of a pasted command is no part of the make that runs this
# shellcheck source=verif/cli_check.sh
. "$(dirname "$0")/../cli_check.sh"
flx=$(realpath "$1")
cd "$work" || exit 3
said() { # WHAT GOT WANTED
    checks=$((checks + 1))
    [ "$2" = "$3" ] && return
    echo "FAIL: $1: '$2', expected '$3'"
    failed=$((failed + 1))
}

# Small traces: a sound one, names of all kinds, wrong words, every integer written in other ways; and one for flex12.
/usr/bin/python3 - <<'PY'
import io, json, shutil, zipfile
import numpy as np
def save(path, bits=16, acc=48, lanes=4, wrong=None, exp_bits=5, text=None, **extra):
    r = np.random.default_rng(1)
    a, b = (r.integers(-100, 100, s).astype(np.int16) for s in ((6, 8), (8, 9)))
    c = np.rint((a.astype(int) @ b) / 2**10).astype(int)
    meta = dict(format="flexpoint-trace", version=1, op="gemm", m=6, n=9, k=8, trans_a=False, trans_b=False, mant_bits=bits, exp_bits=exp_bits, acc_bits=acc, exp_a=12, exp_b=8,
                exp_c=10, rounding="nearest_even", chunk=0, lanes=lanes, expect=dict(gamma=int(abs(c).max()), overflow=False, saturated=0))
    meta.update(extra)
    if wrong:
        c[wrong] += 1
        open(path + ".sum", "w").write(str((a.astype(int) @ b)[wrong]))
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("meta.json", text(json.dumps(meta)) if text else json.dumps(meta))
        for name, x in dict(a=a, b=b, c=c.astype(np.int16)).items():
            f = io.BytesIO()
            np.save(f, x)
            z.writestr(name + ".npy", f.getvalue())
save("good.npz")
save("names.npz", source=dict(network="réseau-été", layer="日本語" * 15, iteration=1.7))
save("evil.npz", source=dict(network="\x1b[31mred", layer="a\nb\u009b1m", images=-3, **{"pass": 1234567}))
save("wrong.npz", wrong=(4, 7))
save("flex12.npz", bits=12, exp_bits=8, acc=40, lanes=1, wrong=(5, 4))
for name in ("wr ong.npz", "q'uo\"te$HOME.npz", "new\nline.npz", "-x.npz", "é.npz", b"n\xe9.npz", "~.npz", "back\\slash.npz", "\x1b[31m.npz", "a;b&c.npz"):
    shutil.copy("wrong.npz", name)
PY

# Bytes that are no UTF-8, wide and dangerous characters.
expect 0 '2 traces' "$flx" golden good.npz names.npz
said 'a table in columns' "$("$flx" golden names.npz | sed -n 2p | cut -d 6 -f 1)" 'réseau-ét 日本語日本語 -           -              '
said 'a name in JSON' "$("$flx" golden --json names.npz | jq -c '.results[0].source | [.network, .layer, .iteration]')" \
    '["réseau-été","日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語",null]'
said 'no escape reaches the terminal' "$({ "$flx" golden evil.npz $'\x1b[31m.npz'; "$flx" trace evil.npz; "$flx" golden --json evil.npz; } 2>&1 | LC_ALL=C grep -c $'\x1b\|\xc2\x9b')" 0
said 'an absent iteration' "$("$flx" trace evil.npz | grep -o 'iteration.*')" 'iteration -'
said 'a number as text' "$("$flx" golden --json evil.npz | jq -r '.results[0].source.pass')" 1234567
said 'a path in JSON' "$("$flx" golden --json $'n\xe9.npz' 2>/dev/null | jq -r '.results[0].trace')" $'n\xef\xbf\xbd.npz'
long=$(printf 'd%.0s' {1..250})
mkdir -p "$long/$long/$long"
cp wrong.npz "$long/$long/$long/"
said 'a long path does not hide the reason' "$("$flx" golden "$long/$long/$long/wrong.npz" 2>&1 >/dev/null | grep -c 'wrong.npz: tensor c .*expected (c.npy)')" 1
said 'nor that of a file that is not there' "$("$flx" golden "$long/$long/$long/none.npz" 2>&1 | grep -c '^flx golden: d.*none.npz: cannot be opened as a zip archive')" 1
expect 2 '^flx trace: absent.npz: cannot be opened' "$flx" trace absent.npz
expect 2 '^flx golden: .: cannot be opened' "$flx" golden .

# Numbers.
said 'seed and stall in JSON' "$("$flx" model --json --seed 18446744073709551615 --stall 0.123456789 good.npz | grep -E '"(seed|stall)"' | tr -d ' \n')" '"seed":18446744073709551615,"stall":0.123456789,'
expect 0 'stall 0.123456789, seed 18446744073709551615: ' "$flx" model --seed 18446744073709551615 --stall 0.123456789 good.npz
expect 0 'MAC per cycle, .* GMAC/s at 399.5 MHz; simulated in .*million cycles/s$' "$flx" model --clock 399.5 good.npz
said "the machine's speed" "$("$flx" model --json --clock 500 good.npz | jq -c '[.mac_per_cycle == 432 / .results[0].cycles_model, .gmac_per_second == .mac_per_cycle * 0.5, .multiplier, .macs]')" \
    '[true,true,null,256]'
expect 0 'tiny \(16 MACs, fast multiplier\)' "$flx" cosim --config tiny --fast good.npz
said 'the multiplier in JSON' "$("$flx" cosim --json --config tiny --fast good.npz | jq -r .multiplier) $("$flx" cosim --json --config tiny good.npz | jq -r .multiplier)" 'fast structural'
"$flx" autoflex --profile paper --predict </ >out 2>err
said 'stdin that cannot be read' "$? $(cat err)" '2 flx autoflex: stdin: cannot be read: Is a directory'
said 'an integer as 1e3' "$(echo '{"gamma": 1e3, "exp": 8.0}' | "$flx" autoflex --profile paper --predict)" "$(echo '{"gamma": 1000, "exp": 8}' | "$flx" autoflex --profile paper --predict)"
echo '{"gamma": 1.7, "exp": 8}' | "$flx" autoflex --profile paper --predict >out 2>err
said 'but not as 1.7' "$? $(cat err)" '2 flx autoflex: stdin: line 1: gamma: expected an integer of 0 to 32768'

# A run that is stopped says so, and what it did not compare.
broken() { FLX_BREAK="$1" "$root/build/broken/bin/flx" cosim --config tiny "${@:2}" good.npz; }
broken 'ready 9999999' >out 2>err
said 'a break that never comes' "$?" 0
broken 'result 90' >out 2>err
said 'stopped' "$? $(grep -c ' STOPPED$' out) $(grep -c '1 mismatched words, .*; 1 trace stopped at the first difference, [1-9][0-9]* words not compared$' out)" '1 1 1'
said 'stopped in JSON' "$(broken 'result 90' --json 2>/dev/null | jq -c '[.stopped, .words_not_compared == 54 - .results[0].words, .words_not_compared > 0, .results[0].stopped, .results[0].cycles_rtl]')" \
    '[1,true,true,true,null]'
broken 'ready 30' >out 2>err
said 'stopped by a cycle' "$? $(grep -c '0 mismatched words, 0 mismatched flags, cycle error 1; 1 trace stopped' out) $(grep -c 'cmd_ready_o' err)" '1 1 1'
said 'where there is no tree, no make' "$(grep -c 'repeat.*: /.*/broken/bin/flx cosim --config tiny --stall 0 --seed 1 good.npz$' err)" 1

broken '' --fast >out 2>err
said 'a build that is not there, beside one that is' "$? $(sed 's/.*expected/expected/' err)" '2 expected a build of the core (in the source tree, make sim CONFIG=tiny FAST=1 makes it; without --fast there is one)'

# The command to repeat, pasted as it is: the same message, a wave, and a view of it.
pasted() { # FROM OPTION.. TRACE
    cd "$1" || exit 3
    "$flx" cosim --seed 3 "${@:2}" >"$work/out" 2>"$work/first"
    sed -n 's/^repeat with a waveform: //p' "$work/first" >"$work/command"
    said "lines of ${*:2}" "$(wc -l <"$work/first") $(LC_ALL=C grep -c '[^ -~]' "$work/command")" '2 0'
    rm -f fail.fst fail.gtkw
    bash "$work/command" >"$work/out" 2>"$work/second"
    said "pasted: ${*:2}" "$? $(cmp "$work/first" "$work/second" && [ -s fail.fst ] && [ -s fail.gtkw ] && echo both)" '1 both'
    cd "$work" || exit 3
}
for name in 'wr ong.npz' q*.npz new*.npz $'n\xe9.npz' '~.npz' back*.npz $'\x1b[31m.npz' 'a;b&c.npz'; do pasted "$work" --config tiny --stall 0.123456789 "$name"; done
pasted "$work" --config tiny -- -x.npz
pasted "$work" --config tiny --fast wrong.npz
pasted "$root" --config tiny "$work/wrong.npz"
said 'from the root, short' "$(cat "$work/command")" "make -s build/rtl/tiny_fst.so && build/bin/flx cosim --config tiny --stall 0 --seed 3 --wave fail.fst $work/wrong.npz"
rm -f "$root/fail.fst" "$root/fail.gtkw"

# At the message's time the wave has the message's value; every signal of the view is in the wave.
wave() { # CONFIG TRACE BITS COLS STALL
    local config=$1 bits=$3 time actual col beat
    "$flx" cosim --config "$config" --stall "$5" --wave w.fst good16.npz "$2" >out 2>all
    head -1 all >err
    time=$(sed -n 's/.*(time \([0-9]*\) in the wave).*/\1/p' err)
    actual=$(sed -n 's/.*actual 0x\([0-9a-f]*\) .*/\1/p' err)
    col=$(sed -n 's/.*element \[[0-9]*,\([0-9]*\)\].*/\1/p' err)
    beat=$("$root/build/bin/fst_read" w.fst "$time" "TOP.flx_core.c_data_o[$(($4 * bits - 1)):0]")
    said "$config: value at $time" "$((2#${beat:$(((($4 - 1) - col % $4) * bits)):$bits}))" "$((16#$actual))"
    said "$config: handshake and clock at $time" "$("$root/build/bin/fst_read" w.fst "$time" TOP.flx_core.c_valid_o TOP.flx_core.c_ready_i TOP.flx_core.clk_i | paste -sd ' ')" '1 1 0'
    said "$config: marker of the view" "$(sed -n 's/^\*-5.0 \([0-9]*\) .*/\1/p' w.gtkw)" "$time"
    grep '^TOP' w.gtkw | sort -u >view
    said "$config: signals" "$(wc -l <view) $("$root/build/bin/fst_read" w.fst | sort | comm -13 - view)" '44 '
}
# Without stalls the PE of the view holds the element's sum so many cycles before the message's, and drives its bus (docs/core.md).
sum() { # CONFIG TRACE CYCLES PE_ROW
    local time acc ends
    "$flx" cosim --config "$1" --wave w.fst "$2" >out 2>err
    time=$(($(sed -n 's/.*(time \([0-9]*\) in the wave).*/\1/p' err) - 10 * $3))
    acc=$("$root/build/bin/fst_read" w.fst "$time" "$(grep '^TOP.*u_pe.acc_q' w.gtkw)")
    ends=$("$root/build/bin/fst_read" w.fst "$time" "$(grep '^TOP.*u_cluster.done_q' w.gtkw)")
    said "$1: sum at $time" "$((2#$acc - (${acc:0:1} << ${#acc})))" "$(cat "$2.sum")"
    said "$1: its bus at $time" "${ends:$((${#ends} - 1 - $4)):1}" 1
    said "$1: not a cycle before" "$("$root/build/bin/fst_read" w.fst $((time - 10)) "$(grep '^TOP.*u_cluster.done_q' w.gtkw)" | tr -d 0)" ''
}
cp good.npz good16.npz
wave tiny wrong.npz 16 4 0
wave tiny wrong.npz 16 4 0.4
wave mac256 wrong.npz 16 8 0.3
/usr/bin/python3 -c 'import shutil; shutil.copy("flex12.npz", "good16.npz")'
wave flex12 flex12.npz 12 5 0.2 # twice the same: the first of two programs in one wave
# 3 + COLS / CLUSTER + i - I - J: row i of the tile, cluster (I, J); row 4, column 7, and row 5, column 4
sum tiny wrong.npz $((3 + 2 + 0 - 0 - 1)) 0
sum mac256 wrong.npz $((3 + 4 + 4 - 0 - 3)) 1
sum flex12 flex12.npz $((3 + 5 + 2 - 2 - 4)) 0
echo "flx_test: $checks checks, $failed failed"
[ "$failed" = 0 ]
