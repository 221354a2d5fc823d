#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# scripts_test.sh - every script starts from any folder, answers --help and --version, names a stdout that cannot be written; all work the same in a locale with a decimal comma. Twin: sw/cli/flx_cli.py, sw/cli/flx_cli.sh
#   scripts_test.sh FLX TRACE FLX_TRAIN
set -uo pipefail
# shellcheck source=verif/cli_check.sh
. "$(dirname "$0")/../cli_check.sh"
flx=$(realpath "$1") trace=$(realpath "$2") train=$(realpath "$3")
unset PYTHONPATH MAKEFLAGS MAKELEVEL MFLAGS

said() { # WHAT GOT WANTED
    checks=$((checks + 1))
    [ "$2" = "$3" ] && return
    echo "FAIL: $1: '$2', expected '$3'"
    failed=$((failed + 1))
}
cd "$flx_root" || exit
mapfile -t python < <(find sw synth docs verif -name '*.py' -exec grep -l '^    start(main' {} + | sort)
mapfile -t shell < <(find sw synth docs verif -name '*.sh' -exec grep -l '^#!' {} + | sort)
version=$(sed -n 's/^#define FLX_VERSION "\(.*\)"/\1/p' cmodel/include/flx/flx_version.h)
cd "$work" || exit
asked() { # COMMAND..: help, from another folder
    expect 0 "${script##*/}" "$@" --help
    said "$script --help: stderr" "$(cat "$work/err")" ''
}
version() { # COMMAND..
    local name=${script##*/}
    expect 0 "^$name ${version//./\\.}\$" "$@" --version
    "$@" -h >/dev/full 2>"$work/err"
    said "$script, stdout full" "$? $(grep -c "^$name: stdout cannot be written" "$work/err") $(wc -l <"$work/err")" '3 1 1'
}
for script in "${python[@]}"; do asked /usr/bin/python3 -B "$flx_root/$script"; done
for script in "${python[0]}" "${python[-1]}"; do version "$flx_root/$script"; done # start() is one for all
for script in "${shell[@]}"; do
    asked "$flx_root/$script"
    version "$flx_root/$script"
    expect 2 "^${script##*/}: OPTION is --nonsense, expected" "$flx_root/$script" --nonsense
    expect 2 "^usage: ${script##*/}" "$flx_root/$script"
done
said 'scripts' "$((${#python[@]} > 30)) $((${#shell[@]} > 15))" '1 1'
"$flx_root/sw/gen/rtl_list.py" --help >&- 2>"$work/err"
said 'Python, stdout closed' "$? $(grep -c 'stdout cannot be written' "$work/err")" '3 1'
expect 2 '^none.json: file is unreadable' "$flx_root/docs/data/keep.py" none.json
expect 0 '^rtl.f: ' python3 -B "$flx_root/sw/gen/rtl_list.py" check
ln -s "$flx_root/sw/gen/rtl_list.py" linked.py
expect 0 '^rtl.f: ' ./linked.py check

# What no script foresees: one line, never a traceback.
door() { # CODE PATTERN BODY
    printf 'import sys\nsys.path.insert(0, %s)\nfrom sw.cli.flx_cli import *\ndef main():\n    %s\nstart(main, "door.py - a test")\n' "'$flx_root'" "$3" >door.py
    expect "$1" "$2" python3 -B door.py
    said "door: $3: lines" "$(wc -l <"$work/err")" 1
}
door 3 "^door.py: not foreseen: KeyError: 'x' \(.*door.py:5" '{}["x"]'
door 2 '^none: No such file or directory' 'open("none")'
door 2 '^\.: Is a directory' 'open(".")'
door 3 'out of memory' 'raise MemoryError'
door 130 '^door.py: stopped' 'raise KeyboardInterrupt'
door 2 '^two lines\?$' 'fail("two\nlines\x1b")'
door 2 'd.json: a.b is "x", expected an integer or null' 'write("d.json", "{\"a\": {\"b\": \"x\"}}"); field("d.json", read_json("d.json"), "a.b", int, None)'
door 2 'd.json: a.c is missing, expected a number' 'field("d.json", read_json("d.json"), "a.c", float)'
door 2 'd.json: a.b is "x", expected an object with c' 'field("d.json", read_json("d.json"), "a.b.c", float)'
door 2 'd.json: a is true, expected an integer' 'field("d.json", {"a": True}, "a", int)'
door 2 'deep.json: JSON is broken' 'write("deep.json", "[" * 100000); read_json("deep.json")'
door 2 'empty.json: is empty, expected a JSON file' 'write("empty.json", ""); read_json("empty.json")'
door 2 'sub: file is unreadable \(Is a directory\)' 'import os; os.makedirs("sub", exist_ok=True); read_json("sub")'
door 2 'c.csv: column b is missing' 'write("c.csv", "a\n1\n"); read_csv("c.csv", "b")'
door 2 'c.csv:3: columns are 2, expected the 1' 'write("c.csv", "a\n1\n1,2\n"); read_csv("c.csv", "a")'
door 2 'c.csv: a is "x", expected a number' 'number_of("c.csv", {"a": "x"}, "a")'
door 3 'stdout cannot be written \(Broken pipe\)' 'import os; r, w = os.pipe(); os.close(r); os.dup2(w, 1); print("x" * 100000)'
expect 0 '"x": null' python3 -B -c "import sys; sys.path.insert(0, '$flx_root'); from sw.cli.flx_cli import write_json; write_json('-', {'x': float('nan'), 'y': [float('inf')]})"

# A locale with a decimal comma: the same bytes.
mkdir locale
if localedef -i de_DE -f UTF-8 "$work/locale/de_DE.UTF-8" 2>/dev/null && [ "$(LOCPATH=$work/locale LC_ALL=de_DE.UTF-8 bash -c "printf %.1f 1,5" 2>/dev/null)" = 1,5 ]; then
    alike() { # COMMAND..
        LC_ALL=C "$@" >plain 2>&1
        LOCPATH=$work/locale LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 "$@" >comma 2>&1
        sed -i -E '/second/d; s/[0-9.]+ (ms per step|s, [0-9.]+ MMAC|MMAC|million cycles)//g' plain comma
        said "in a locale with a comma: $*" "$(cmp plain comma 2>&1)" ''
    }
    alike "$flx" golden "$trace"
    alike "$flx" golden --json "$trace"
    alike "$flx" trace "$trace"
    alike "$flx" configs
    alike "$flx_root/synth/study/configs.py" "$flx" --check "$flx_root/docs/data/configs.json"
    alike "$train" --network mlp --train 64 --test 64 --batch 32 --width 8 --epochs 2 --rate 0.05
    alike "$train" --network mlp --train 64 --test 64 --batch 32 --width 8 --epochs 2 --csv /dev/stdout --json
    alike "$flx_root/sw/setup/install_packages.sh" "$flx_root/packages.txt" "$work/stamp"
    alike make -s -C "$flx_root" help
    # shellcheck disable=SC2016  # make's
    alike make -s -C "$flx_root" --eval 'locale: ; @printf "%.1f %s\n" 1.5 "$$LC_ALL"; awk "BEGIN { print 3/2 }"' locale
    # shellcheck disable=SC2016  # the script's
    printf '#!/bin/bash\n. "$1"\nprintf "%%.1f " 2.5; awk "BEGIN { print 3/2 }"\n' >numbers.sh
    alike bash numbers.sh "$flx_root/sw/cli/flx_cli.sh"
else
    echo 'left out: a locale with a decimal comma, which needs the package locales'
    mkdir -p "$flx_root/build/left_out" && echo 'left out: a locale with a decimal comma, which needs the package locales' >"$flx_root/build/left_out/scripts.txt"
fi
echo "scripts_test: $checks checks, $failed failed"
[ "$failed" = 0 ]
