#!/bin/bash
# formal.sh - SAT proofs with Yosys: the multiplier block by block, and the proof's own check. Twin: docs/datapath.md
set -euo pipefail
failed=0

prove() { # NAME TOP SIGNAL PARAMETERS...: SIGNAL is 0 for every input
    local name=$1 top=$2 signal=$3 chparam=
    shift 3
    for p in "$@"; do chparam="$chparam -chparam ${p%=*} ${p#*=}"; done
    if timeout 300 yosys -q -p "read_verilog -I${RTL:-rtl/array} rtl/array/flx_dot.v rtl/array/flx_dot_halves.v rtl/array/flx_dot_fast.v ${RECODE:-rtl/array/flx_recode.v} verif/formal/*.v; hierarchy -top $top $chparam;
            proc; flatten; opt -full; sat -verify -prove $signal 0 $top" >/dev/null 2>&1; then
        echo "proven: $name ($*)"
    else
        echo "NOT PROVEN: $name ($*)"
        failed=$((failed + 1))
    fi
}

for n in 8 9 10 11 12 13 14 15 16; do
    prove "a row is its digit times a" digit_lemmas wrong_row_o MANT_BITS=$n
    prove "the digits are b, one wire each" digit_lemmas wrong_digits_o MANT_BITS=$n
done
for n in 8 11 24; do
    prove "the digits are b, one wire each, unsigned" digit_lemmas wrong_digits_o MANT_BITS=$n SIGNED=0
done
prove "flx_dot = flx_dot_fast with every addend" dot_miter differ_o LANES=1 MANT_BITS=4 SUM_BITS=10
prove "flx_dot = flx_dot_fast with every addend" dot_miter differ_o LANES=2 MANT_BITS=4 SUM_BITS=10
prove "flx_dot_halves = flx_dot_fast" dot_miter differ_halves_o LANES=1 MANT_BITS=4 SUM_BITS=10
prove "flx_dot_halves = flx_dot_fast" dot_miter differ_halves_o LANES=2 MANT_BITS=3 SUM_BITS=8

# The prover must find defects: a row whose missing 1 is lost, a carry between digits that is.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed 's/flx_digit = {digit\[2\]/flx_digit = {digit[2] \&\& !a[0]/' rtl/array/flx_digit.vh >"$work/flx_digit.vh"
sed 's/(b\[2\*d-2\] || g_digit\[d-1\].carry)/b[2*d-2]/' rtl/array/flx_recode.v >"$work/flx_recode.v"
refute() { # WHAT FILE SIGNAL
    cmp -s "rtl/array/$2" "$work/$2" && { echo "formal.sh: the defect was not put into $2"; exit 1; }
    if (RTL=$work RECODE=$work/flx_recode.v prove "$1" digit_lemmas "$3" MANT_BITS=16; exit $failed) >/dev/null; then
        echo "formal.sh: $1 was proven correct"
        failed=$((failed + 1))
    else
        echo "$1 is refuted"
    fi
}
refute "a broken row" flx_digit.vh wrong_row_o
refute "a broken digit" flx_recode.v wrong_digits_o
[ "$failed" = 0 ]
