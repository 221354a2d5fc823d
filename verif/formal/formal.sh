#!/bin/bash
# formal.sh - SAT proofs with Yosys: the multiplier block by block, and the proof's own check. Twin: docs/datapath.md
set -euo pipefail
failed=0

prove() { # NAME TOP SIGNAL PARAMETERS...: SIGNAL is 0 for every input
    local name=$1 top=$2 signal=$3 chparam=
    shift 3
    for p in "$@"; do chparam="$chparam -chparam ${p%=*} ${p#*=}"; done
    if timeout 300 yosys -q -p "read_verilog -I${RTL:-rtl} rtl/flx_dot.v rtl/flx_dot_halves.v rtl/flx_dot_fast.v verif/formal/*.v; hierarchy -top $top $chparam;
            proc; flatten; opt -full; sat -verify -prove $signal 0 $top" >/dev/null 2>&1; then
        echo "proven: $name ($*)"
    else
        echo "NOT PROVEN: $name ($*)"
        failed=$((failed + 1))
    fi
}

for n in 8 9 10 11 12 13 14 15 16; do
    prove "a Booth row is its digit times a" booth_lemmas wrong_row_o MANT_BITS=$n
    prove "the digits are b" booth_lemmas wrong_digits_o MANT_BITS=$n
done
prove "flx_dot = flx_dot_fast with every addend" dot_miter differ_o LANES=1 MANT_BITS=4 SUM_BITS=10
prove "flx_dot = flx_dot_fast with every addend" dot_miter differ_o LANES=2 MANT_BITS=4 SUM_BITS=10
prove "flx_dot_halves = flx_dot_fast" dot_miter differ_halves_o LANES=1 MANT_BITS=4 SUM_BITS=10
prove "flx_dot_halves = flx_dot_fast" dot_miter differ_halves_o LANES=2 MANT_BITS=3 SUM_BITS=8

# The prover must find a defect: a row whose missing 1 is lost.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed 's/flx_booth = {group\[2\],/flx_booth = {group[2] \& ~a[0],/' rtl/flx_booth.vh >"$work/flx_booth.vh"
cmp -s rtl/flx_booth.vh "$work/flx_booth.vh" && { echo "formal.sh: the defect was not put in"; exit 1; }
if (RTL=$work prove "a broken row" booth_lemmas wrong_row_o MANT_BITS=16; exit $failed) >/dev/null; then
    echo "formal.sh: a broken Booth row was proven correct"
    failed=$((failed + 1))
else
    echo "a broken Booth row is refuted"
fi
[ "$failed" = 0 ]
