#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# example.sh - the example's testbench in both simulators, which must print the same. Twin: verif/example/flx_example_tb.v
#   example.sh BUILD_DIR     Exit 0, 1 it fails or the simulators differ, 3 a tool failed
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
out=$(realpath -m --relative-to="$flx_root" "$1") # Verilator knows no blanks, which the way to the tree may have
cd "$flx_root"
mkdir -p "$out"
files=(-f rtl/flx_core.f verif/example/flx_example.v verif/example/flx_example_tb.v)

tool() { # NAME WORDS..: what a tool says is shown if it fails
    "${@:2}" >"$out/$1.log" 2>&1 || { cat "$out/$1.log" >&2; echo "example: $1 failed" >&2; exit 3; }
}
tool iverilog iverilog -g2005 -Wall -s flx_example_tb -o "$out/icarus.vvp" "${files[@]}"
tool verilator verilator --binary --timing -j 2 -Wall --top-module flx_example_tb --Mdir "$out/verilator" -MAKEFLAGS "OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0" "${files[@]}"

echo "Icarus:"
status=0
# Behind the testbench's last line each simulator adds words of its own.
vvp -n "$out/icarus.vvp" >"$out/icarus_all.txt" || status=1
"$out/verilator/Vflx_example_tb" >"$out/verilator_all.txt" 2>&1 || status=1
sed -E '/^(PASS|FAIL)/q' "$out/icarus_all.txt" | tee "$out/icarus.txt"
sed -E '/^(PASS|FAIL)/q' "$out/verilator_all.txt" >"$out/verilator.txt"
if ! diff "$out/icarus.txt" "$out/verilator.txt"; then
    echo "example: Verilator differs from Icarus" >&2
    exit 1
fi
echo "Verilator: the same $(wc -l <"$out/verilator.txt") lines"
[ "$(tail -1 "$out/icarus.txt")" = PASS ] || status=1
exit "$status"
