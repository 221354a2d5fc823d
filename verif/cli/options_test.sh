#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# options_test.sh - ends and errors of each kind of option, progress, exit codes; --help, --version and an unwritable stdout of each program. Twin: docs/cli.md
#   options_test.sh SAMPLE FLX TRACE PROGRAM...     SAMPLE: of sample.c; PROGRAM: others that answer --help and --version
set -uo pipefail
# shellcheck source=verif/cli_check.sh
. "$(dirname "$0")/../cli_check.sh"
sample=$1 flx=$2 trace=$3
shift 3

said() { # WHAT GOT WANTED
    checks=$((checks + 1))
    [ "$2" = "$3" ] && return
    echo "FAIL: $1: '$2', expected '$3'"
    failed=$((failed + 1))
}
took() { expect 0 "$@"; }
refused() { # EXPECTED OPTION VALUE...
    local expected=$1 option=$2 value
    shift 2
    for value in "$@"; do expect 2 "^sample: $option is .*, expected $expected\$" "$sample" "$option" "$value"; done
}

# Ends.
took 'flag 0 on 1 small 7 open 0 large 5 real 0.25 text .. word one own .. list operands$' "$sample"
took 'flag 1 on 0 ' "$sample" --flag --off
took 'small 2 ' "$sample" --small 2
took 'small 4000000000 ' "$sample" --small=4000000000
took 'large 18446744073709551615 ' "$sample" --large 18446744073709551615
took 'large 18446744073709551615 ' "$sample" --large 0xffffffffffffffff
took 'large 16 ' "$sample" --large 0x10
took 'real -0.5 ' "$sample" --real -0.5
took 'real 1000 ' "$sample" --real 1e3
took 'real 0.125 ' "$sample" --real=.125
took "text '-x= y' " "$sample" --text '-x= y'
took 'word twofold ' "$sample" --word twofold
took "own 'abc' " "$sample" --own abc
took 'list 0 10 9223372036854775807 3 ' "$sample" --list 0,10 --list 9223372036854775807,3
took 'small 8 ' "$sample" --small 9 --small 8
took 'small 9 .* operands a - b$' "$sample" a --small 9 - b
took 'small 7 .* operands a --small 9$' "$sample" a -- --small 9

# Errors, each with one line.
integers=('' ' 7' '7 ' ' -7' 07 +7 1.7 7. 7e0 1e3 inf nan seven 99999999999999999999999999 $'7\t' '7
')
refused 'an integer of 2 to 4000000000' --small -1 0 1 4000000001 4294967303 0x7 "${integers[@]}"
refused 'an integer of 1 to 2\^64 - 1' --large -1 0 18446744073709551616 0x10000000000000000 0x 0xg 0X7 010 "${integers[@]}"
refused 'a number of -0.5 to 1000' --real -0.51 1000.1 '' ' 1' '1 ' 0x1 0x1p3 nan NaN inf infinity 1e999 1e-999 +1 ' -1' 1,5 . 1e one 01 -00.5
refused 'one, two or twofold' --word three tw One '' 'one|two' 'one '
refused 'up to 4 integers, such as 0,10,100' --list '' , 1, ,1 1,,2 1,-2 '1, 2' 1,02 1,2,3,4,5 9223372036854775808
refused 'three letters' --own ab abcd ''
refused 'a value that is not empty' --text ''
expect 2 '^sample: --flag is 1, expected no value$' "$sample" --flag=1
expect 2 '^sample: --small is without a value, expected an integer of 2 to 4000000000$' "$sample" --small
for option in --nonsense --smal --small= -s -hx --Small '--nonsense
--small'; do expect 2 '^sample: (OPTION is .*, expected one that --help names|--small is "", expected .*)$' "$sample" "$option"; done
refused 'an integer of 2 to 4000000000' --small "$(head -c 5000 /dev/zero | tr '\0' 7)"

# Help: from the table, wherever it is asked for; ranges, choices and defaults.
for line in 'usage: sample \[OPTION...\] \[OPERAND...\]' '^each kind$' '^and more$' '--small N .*32 bits, 2 to 4000000000 \(7\)$' '--open N .*without a default, 1 to 9$' \
    '--large N .*64 bits, 1 to 2\^64 - 1 \(5\)' '--real X .*-0.5 to 1000 \(0.25\)' '--word WORD .*a choice: one, two or twofold \(one\)$' '--flag  *sets$' \
    '^exit: 0 pass, 1 mismatch, 2 usage or bad input, 3 tool failure, 4 time-out$'; do
    expect 0 "$line" "$sample" --small 9 --nonsense --help
done

# Whole files.
expect 0 . "$sample" --write "$work/file" --text content
said 'a file' "$(cat "$work/file")" content
expect 3 'sample: --write .*/none/file: cannot be written' "$sample" --write "$work/none/file" --text content
mkdir "$work/directory"
expect 3 'directory: cannot be written' "$sample" --write "$work/directory" --text content
said 'what is left behind' "$(find "$work" -name '*.part')" ''

# Progress: a line if 30 s have passed, a bar on a terminal.
"$sample" --progress 2 --seconds 60 >"$work/out" 2>"$work/err"
said 'progress' "$(cat "$work/err")" 'sample: 2 of 8 steps, loss 0.5, about 3 min 00 s left
sample: 2 of 8 steps, half of the next, about 2 min 12 s left'
"$sample" --progress 8 --seconds 60 >"$work/out" 2>"$work/err"
said 'progress at the end' "$(head -1 "$work/err")" 'sample: 8 of 8 steps, loss 0.5, about 0 s left'
"$sample" --progress 1 --seconds 14 >"$work/out" 2>"$work/err"
said 'progress too early' "$(cat "$work/err")" ''
script -qec "$sample --progress 4 --seconds 9000" /dev/null </dev/null >"$work/out" 2>&1
said 'a bar' "$(grep -ac $'^\r\\[################                \\] 4/8 steps, loss 0.5, 2 h 30 min left \033\\[K' "$work/out")" 1
script -qec "$sample --small 1" /dev/null </dev/null >"$work/out" 2>&1
said 'a message where a bar stood' "$(grep -ac $'^\r\033\\[Ksample: --small is 1, expected' "$work/out")" 1

# The Python scripts' side: the same exit codes, the same lines.
/usr/bin/python3 - >"$work/out" 2>"$work/err" <<'PY'
import sys
from sw.cli import flx_cli
print("exit:", ", ".join(f"{getattr(flx_cli, name)}" for name in ("PASS", "MISMATCH", "INPUT", "TOOL", "TIMEOUT")))
progress = flx_cli.Progress("sample", 8, "steps")
progress.start -= 60
progress.last -= 60
progress.show(2, "loss 0.5")
progress.show(2, "twice at once, which is not shown")
flx_cli.fail("two\nlines", flx_cli.TIMEOUT)
PY
said "Python's exit" $? 4
said "Python's lines" "$(cat "$work/err")" 'sample: 2 of 8 steps, loss 0.5, about 3 min 00 s left
two lines'
said 'exit codes' "$(cat "$work/out")" "exit: $("$sample" --help | sed -n 's/^exit: //p' | grep -oE '[0-9]+' | paste -sd ' ' | sed 's/ /, /g')"
python() { PYTHONUNBUFFERED='' expect "$1" "$2" /usr/bin/python3 -c "from sw.cli.flx_cli import *; $3"; }
printf '{"a": 1,\n"b" 2}' >"$work/broken.json"
printf '[1]' >"$work/list.json"
printf '{"a": 1}' >"$work/a.json"
printf '\377' >"$work/bytes.json"
python 2 'none.json: file is unreadable \(No such file or directory\), expected a JSON file' "read_json('$work/none.json')"
python 2 'broken.json:2: JSON is broken' "read_json('$work/broken.json')"
python 2 'bytes.json: byte 0 is no UTF-8, expected a JSON file' "read_json('$work/bytes.json')"
python 2 'list.json: JSON is no object, expected one with a, b' "read_json('$work/list.json', 'a', 'b')"
python 2 'a.json: b is missing, expected an object with a, b' "read_json('$work/a.json', 'a', 'b')"
python 0 '^1$' "print(read_json('$work/a.json', 'a')['a'])"
python 0 . "write('$work/python', 'content'); print('done')"
said "Python's file" "$(cat "$work/python")" content
python 3 'none/python: file cannot be written \(No such file or directory\)' "write('$work/none/python', 'content')"
python 3 'directory: file cannot be written' "write('$work/directory', 'content')"
said 'what Python leaves behind' "$(find "$work" -name '*.part')" ''
PYTHONUNBUFFERED='' /usr/bin/python3 -c "from sw.cli.flx_cli import write; write('-', 'content')" 2>"$work/err" >/dev/full
said 'Python, stdout full' "$? $(cat "$work/err")" '3 stdout cannot be written (No space left on device)'

# Each program: help, version, and a stdout that cannot be written.
version=$(sed -n 's/^#define FLX_VERSION "\(.*\)"/\1/p' cmodel/include/flx/flx_version.h)
mkfifo "$work/fifo"
# shellcheck disable=SC2094  # a pipe that nobody reads
exec 8<>"$work/fifo" 9>"$work/fifo" 8<&-
full() { # COMMAND...: exit 3 and one line
    "$@" >/dev/full 2>"$work/err" </dev/null
    said "$*, stdout full" "$? $(cat "$work/err")" "3 $name: stdout cannot be written"
    "$@" >&9 2>"$work/err" </dev/null
    said "$*, stdout without a reader" "$? $(cat "$work/err")" "3 $name: stdout cannot be written"
    "$@" >&- 2>"$work/err" </dev/null
    said "$*, stdout closed" "$? $(cat "$work/err")" "3 $name: stdout cannot be written"
}
# Every option of a program that takes an integer or a number refuses what is none.
numbers() { # COMMAND...
    local option value
    for option in $("$@" --help | grep -E ', -?[0-9.e+]+ to [0-9^][0-9.e+^ -]*(\(|$)' | grep -oE '^  --[a-z0-9-]+'); do
        for value in '' ' 1' '1 ' ' -1' +1 01 1.2.3 1e 0x 0x1g inf nan one 1e999 99999999999999999999; do
            expect 2 "^$name: $option is .*, expected (an integer|a number) of " "$@" "$option" "$value" --nonsense
        done
        counted=$((counted + 1))
    done
}
counted=0
program() { # NAME COMMAND...
    name=$1
    shift
    expect 0 "^usage: $name" "$@" --help
    expect 0 "^usage: $name" "$@" -h
    expect 0 "^$name $version\$" "$@" --version
    full "$@" --help
    full "$@" --version
    numbers "$@"
}
program sample "$sample"
program flx "$flx"
for command in cosim golden model autoflex trace configs; do program "flx $command" "$flx" "$command"; done
for path in "$@"; do program "$(basename "$path")" "$path"; done
name=sample
full "$sample"
for command in golden model trace 'golden --json' 'model --json'; do
    name="flx ${command%% *}"
    # shellcheck disable=SC2086  # words
    full "$flx" $command "$trace"
done
tiny=(--network mlp --train 8 --test 8 --batch 8 --width 8 --epochs 1)
for path in "$@"; do
    name=$(basename "$path")
    case $name in
    flx-train) full "$path" "${tiny[@]}" && full "$path" "${tiny[@]}" --json && full "$path" --network mlp --shapes ;;
    flx-train-gan) full "$path" --train 8 --score 0 --batch 4 --width 4 --iterations 0 && full "$path" --train 8 --score 0 --batch 4 --width 4 --iterations 0 --json ;;
    flx_gen) full "$path" make ;;
    esac
done
said 'options with a range' "$((counted > 40))" 1
name='flx configs'
full "$flx" configs --config tiny
echo "options_test: $checks checks, $failed failed"
[ "$failed" = 0 ]
