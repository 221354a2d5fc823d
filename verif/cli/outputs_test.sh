#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# outputs_test.sh - where outputs go: files, links, devices, pipes, by the C writer and by the Python one; what exists is never lost. Twin: cmodel/trace/flx_output.c, sw/cli/flx_output.py
#   outputs_test.sh SAMPLE FLX TRACE NETSIM FLX_GEN     SAMPLE: of sample.c
set -uo pipefail
# shellcheck source=verif/cli_check.sh
. "$(dirname "$0")/../cli_check.sh"
sample=$(realpath "$1") flx=$(realpath "$2") trace=$(realpath "$3") netsim=$(realpath "$4") gen=$(realpath "$5")
export PYTHONPATH=$flx_root
chmod 711 "$work"

said() { # WHAT GOT WANTED
    checks=$((checks + 1))
    [ "$2" = "$3" ] && return
    echo "FAIL: $1: '$2', expected '$3'"
    failed=$((failed + 1))
}
# Each writer puts TEXT into PATH, and says no more than a line.
by_c() { "$sample" --write "$1" --text "$2" >/dev/null; }
by_python() { /usr/bin/python3 -B -c 'import sys; from sw.cli.flx_cli import write; write(sys.argv[1], sys.argv[2])' "$1" "$2"; }
for writer in by_c by_python; do
    mkdir "$work/$writer" && cd "$work/$writer" || exit
    put() { # PATH TEXT
        $writer "$1" "$2" 2>"$work/err"
    }
    goes() { # PATH [FILE]: PATH can be written; the text is then in FILE
        put "$1" new
        said "$writer: $1" "$? $(cat "${2:-$1}")" '0 new'
    }
    fails() { # PATH WHY: exit 3, one line that says why
        put "$1" new
        said "$writer: $1" "$? $(grep -c "$2" "$work/err") $(wc -l <"$work/err")" '3 1 1'
    }
    # Files, their bits, their other names.
    (umask 027 && put fresh new)
    said "$writer: a new file" "$(cat fresh) $(stat -c %a fresh)" 'new 640'
    for mode in 600 644 755 4711; do
        echo old >kept && chmod $mode kept
        goes kept
        said "$writer: mode $mode" "$(stat -c %a kept)" $mode
    done
    echo old >one && ln one two
    goes one
    said "$writer: another hard link" "$(cat two)" old
    long=$(printf 'x%.0s' {1..250})
    goes "$long"
    goes 'a b'
    goes $'new\nline'
    # What stands where the content is put together stays.
    echo mine >busy.part && mkdir busy.1.part
    goes busy
    said "$writer: what was there" "$(cat busy.part) $(find . -name "busy.*.part" | sort | paste -sd " ")" "mine ./busy.1.part"
    rm busy.part && rmdir busy.1.part
    # Links.
    mkdir sub && echo old >real && chmod 604 real && ln -s ../real sub/link && ln -s sub/link chain && ln -s sub/made hanging && ln -s sub folder && ln -s "$PWD/absolute" rooted
    goes chain real
    goes hanging sub/made
    goes rooted absolute
    goes folder/inside sub/inside
    said "$writer: links stay" "$(readlink chain hanging sub/link rooted | paste -sd ' ') $(stat -c %a real)" "sub/link sub/made ../real $PWD/absolute 604"
    ln -s loop1 loop2 && ln -s loop2 loop1 && ln -s none/file lost
    fails loop1 'Too many levels of symbolic links'
    fails lost 'No such file or directory'
    for path in sub sub/ folder . .. / ./; do fails "$path" 'Is a directory'; done
    fails none/file 'No such file or directory'
    fails real/file 'Not a directory'
    # Devices and pipes.
    goes /dev/null /dev/fd/3 3< <(printf new)
    said "$writer: /dev/null" "$(stat -c %F /dev/null)" 'character special file'
    fails /dev/full 'No space left on device'
    mkfifo pipe
    cat pipe >piped &
    put pipe new
    said "$writer: a pipe" "$? $(wait && cat piped) $(stat -c %F pipe)" '0 new fifo'
    for path in /dev/fd/7 /proc/self/fd/7; do
        put $path new 7>opened
        said "$writer: $path" "$? $(cat opened)" '0 new'
    done
    echo old >log
    put /dev/fd/7 new 7>>log
    said "$writer: /dev/fd of a log" "$(paste -sd ' ' log)" 'old new'
    said "$writer: another program's pipe" "$(put >(cat >substituted; echo yes >ended) new; for _ in {1..200}; do [ -s ended ] && break; sleep 0.01; done; cat substituted)" new
    fails /dev/fd/97 'Bad file descriptor\|No such file or directory'
    put /dev/fd/7 new 7</dev/null
    said "$writer: a file open for reading" $? 3
    # A disk that is full, a last step that fails.
    echo old >small
    (trap '' XFSZ && ulimit -f 1 && put small "$(printf 'y%.0s' {1..9000})")
    said "$writer: a full disk" "$? $(cat small) $(grep -c 'File too large' "$work/err")" '3 old 1'
    # A user who may not.
    user=()
    [ "$(id -u)" != 0 ] || user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    if [ $writer = by_c ] && cp "$sample" "$work/sample"; then
        mkdir -m 755 closed && echo old >closed/open && echo old >closed/read && chmod 666 closed/open && chmod 444 closed/read
        [ "$(id -u)" = 0 ] || chmod 555 closed
        "${user[@]}" "$work/sample" --write closed/open --text new >/dev/null 2>"$work/err"
        said 'a file in a closed folder' "$? $(cat closed/open) $(stat -c %a closed/open)" '0 new 666'
        for path in closed/read closed/fresh; do
            "${user[@]}" "$work/sample" --write $path --text new >/dev/null 2>"$work/err"
            said "$path" "$? $(grep -c 'Permission denied' "$work/err")" '3 1'
        done
        said 'a file that may be read' "$(cat closed/read)" old
        chmod 755 closed
    fi
    said "$writer: what is left" "$(find . -name '*.part')" ''
    cd "$work" || exit
done
# Killed at any moment: the old content or the new, whole.
cat >"$work/kill.py" <<'PY'
import random, subprocess, sys, time
path, content = sys.argv[1] + ".out", {"a" * 90000, "b" * 90000}
source, seen = random.Random(1), set()
open(path, "w").write("a" * 90000)
start = time.monotonic()
subprocess.run([sys.argv[1], "--write", path, "--text", "a" * 90000], stdout=subprocess.DEVNULL)
whole = time.monotonic() - start
for turn in range(120):
    process = subprocess.Popen([sys.argv[1], "--write", path, "--text", "ab"[turn % 2] * 90000], stdout=subprocess.DEVNULL)
    time.sleep(source.random() * 2 * whole)
    process.kill()
    seen.add((process.wait(), open(path).read() in content))
print(len(seen), all(whole for _, whole in seen))
PY
cp "$sample" "$work/killed"
said 'killed while it writes' "$(/usr/bin/python3 "$work/kill.py" "$work/killed")" '2 True'
# The last rename fails: the content is kept, and the line says where.
cat >"$work/shim.c" <<'C'
#include <errno.h>
int rename(const char *from, const char *to) { (void)from, (void)to; errno = EIO; return -1; }
C
cc -shared -fPIC -o "$work/shim.so" "$work/shim.c"
mkdir "$work/last" && echo old >"$work/last/file"
for writer in by_c by_python; do
    LD_PRELOAD=$work/shim.so $writer "$work/last/file" new 2>"$work/err"
    said "$writer: last step" "$? $(cat "$work/last/file" "$work/last/file.part" | paste -sd ' ') $(grep -c "content is in $work/last/file.part" "$work/err")" '3 old new 1'
    rm "$work/last/file.part"
done
# Outputs and inputs that are one file.
cd "$work" || exit
echo old >it && ln -s it link && ln it hard && mkfifo both
refused() { # WORDS..: nothing changes
    expect 2 '^sample: --(write|other) is .*, expected another file than (--write|one that is read|stdout)' "$sample" --text new "$@"
    said "$*" "$(cat it)" old
}
refused --write it --other it
refused --write it --other ./it
refused --write link --other "$work/it"
refused --write it --other hard
refused --write made --other ./made
refused --write it --read it
refused --write hard --read link
# shellcheck disable=SC2094  # that is what is tested
"$sample" --text new --write it --other fine >>it 2>"$work/err"
said 'stdout leads there' "$? $(cat it) $(grep -c "another file than stdout's" "$work/err")" '2 old 1'
expect 0 . "$sample" --text new --write /dev/null --other /dev/null --read it
said 'what a refusal makes' "$(find . -name made -maxdepth 1)" ''
# Standard files that are closed: no content gets mixed.
"$sample" --write closed --text content >&- 2>"$work/err"
said 'stdout closed' "$? $(cat closed) $(cat "$work/err")" '3 content sample: stdout cannot be written'
"$sample" --write closed --text more >/dev/null 2>&- <&-
said 'stderr and stdin closed' "$? $(cat closed)" '0 more'
# Every program: a link is written through, an input is not an output, an unwritable place is refused before any work.
link_of() { # NAME COMMAND..: the last word is the link
    local name=$1
    shift
    echo old >target && chmod 640 target && ln -sf target through
    "$@" through "$trace" >"$work/out" 2>"$work/err"
    said "$name: a link" "$? $(readlink through) $(stat -c %a target) $(grep -cx old target)" "0 target 640 0"
}
for command in golden model; do link_of "flx $command" "$flx" $command --report; done
cp "$trace" t.npz
for command in golden model cosim; do
    expect 2 "^flx $command: --report is t.npz, expected another file than one that is read" "$flx" $command --report t.npz t.npz
    expect 2 "^flx $command: --report is none/r, expected a file that can be written \\(No such" "$flx" $command --report none/r t.npz
    expect 3 "^flx $command: --report /dev/full: cannot be written" "$flx" $command --report /dev/full t.npz
done
said 'the trace' "$(cmp t.npz "$trace" 2>&1)" ''
expect 2 '^flx cosim: --wave is w, expected another file than --report' "$flx" cosim --wave w --report w t.npz
expect 0 '^\{' "$flx" golden --report /dev/stdout t.npz
expect 2 '^flx-netsim: --write-stimulus is s, expected another file than --report' "$netsim" --lib l --netlist n --pe 1 --report s --write-stimulus s t.npz
expect 2 '^flx-netsim: --report is t.npz, expected another file than one that is read' "$netsim" --lib l --netlist n --pe 1 --report t.npz t.npz
mkdir -p gen/rtl/gen gen/cmodel/include/flx gen/docs/gen && ln -s ../../kept.vh gen/rtl/gen/flx_defs.vh
(cd gen && "$gen" write)
said 'flx_gen: a link' "$? $(readlink gen/rtl/gen/flx_defs.vh) $(grep -c define gen/kept.vh | grep -c '[1-9]')" '0 ../../kept.vh 1'
# JSON: integers of 64 bits with their digits, no number as null, in jansson's form.
"$sample" --json --large 18446744073709551615 --real 0.5 --text 'é"' >json
said 'numbers' "$(jq -c '[.reals, .text, .empty, .none]' json) $(grep -c '"large": 18446744073709551615,' json)" '[[0.5,null,null,null],"é\"",{},[]] 1'
said 'as Python reads it' "$(/usr/bin/python3 -c 'import json, sys; v = json.load(open("json")); print(v["large"], json.dumps(v, indent=2, ensure_ascii=False) + "\n" == open("json").read())')" '18446744073709551615 True'
said 'seed' "$("$flx" model --json --seed 18446744073709551615 t.npz | jq -r 'tostring' | grep -c '"seed":18446744073709551615\|"seed":18446744073709552000')" 1
expect 0 '"seed": 18446744073709551615' "$flx" model --json --seed 0xffffffffffffffff t.npz
echo "outputs_test: $checks checks, $failed failed"
[ "$failed" = 0 ]
