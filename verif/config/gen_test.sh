#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# gen_test.sh - lists that are broken on purpose: the generator, or its compiler, refuses each with a line that says why. Twin: sw/gen/flx_gen_lists.c
#   gen_test.sh FLX_GEN
# shellcheck disable=SC2016  # a backquote and $ of other languages, not the shell's
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
generator=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sources="sw/gen/*.c cmodel/interface/flx_config.c cmodel/interface/flx_rule.c cmodel/interface/flx_config_set.c cmodel/trace/flx_output*.c sw/cli/flx_cli.c sw/cli/flx_option.c"
count=0

fail() {
    echo "gen_test: $*" >&2
    exit 1
}

# A fresh copy of what the generator is made of, and what it has made.
copy() {
    rm -rf "$work/tree"
    mkdir -p "$work/tree/docs" "$work/tree/rtl"
    cp -r --parents cmodel sw/gen sw/cli rtl/gen docs/gen/interface.md docs/gen/layout_*.svg "$work/tree"
}

build() { # with the warnings that count as errors in the tree
    # shellcheck disable=SC2086
    (cd "$work/tree" && ${CC:-cc} -std=c11 -O0 -Wall -Wextra -Wconversion -Wshadow -pedantic -Werror -D_GNU_SOURCE -Icmodel/include -Icmodel -Isw $sources -o flx_gen) >"$work/out" 2>&1
}

# expect TEXT: the compiler or the generator says TEXT and stops.
expect() {
    count=$((count + 1))
    if build; then
        local status=0
        (cd "$work/tree" && ./flx_gen make) >/dev/null 2>"$work/out" || status=$?
        [ "$status" = 2 ] || fail "exit code is $status, expected 2: $1"
        [ "$(wc -l <"$work/out")" = 1 ] || fail "$(wc -l <"$work/out") lines, expected one: $1"
    fi
    grep -qF -- "$1" "$work/out" || { cat "$work/out" >&2; fail "expected: $1"; }
}

# edit FILE SED TEXT: the list, changed so, is refused with TEXT.
edit() {
    copy
    sed -i "$2" "$work/tree/cmodel/def/$1"
    ! cmp -s "cmodel/def/$1" "$work/tree/cmodel/def/$1" || fail "$1: '$2' changes nothing"
    expect "$3"
}

for list in op status rounding state profile cmd rsp perf word decode_state unit_state default rule reg; do
    edit flx_$list.def '/^FLX_/d' "flx_$list.def: table has no rows, expected at least one"
done
edit flx_config.def '/^FLX_CONFIG/d' "empty"
edit flx_config.def 's/\.rows = 3/.row = 3/' "no member named 'row'"
edit flx_config.def 's/\.rows = 3,/.rows = 3, .rows=4,/' "flx_config.def: flex12: .rows is given twice, expected once"
edit flx_config.def 's/\.lanes = 1,/.lanes = 24,/' "flx_config.def: flex12: LANES must be a power of two"
edit flx_config.def 's/\.acc_bits = 40/.acc_bits = 23/' "flx_config.def: flex12: ACC_BITS must be at least 2 MANT_BITS"
edit flx_config.def 's/\.c_depth = 128/.c_depth = 31/' "flx_config.def: mac4096: C_DEPTH must be at least ROWS"
edit flx_config.def 's/\.lanes = 1, \.cluster = 1/.lanes = 1/' "flx_config.def: flex12: CLUSTER must be a divisor of ROWS and of COLS"
edit flx_rule.def 's/^FLX_RULE(C_DEPTH, C_DEPTH >= ROWS/FLX_RULE(C_DEPTH, C_DEPTH >= ROW/' "ROW"
edit flx_rule.def 's/^FLX_RULE(C_DEPTH,/FLX_RULE(DEPTH,/' "flx_rule.def: key is DEPTH, expected a parameter of flx_param.def"
edit flx_rule.def '$p' "flx_rule.def: rule is flx_rule_c_depth_must_be_at_least_rows twice"
edit flx_op.def 's/FLX_OP(CONFIG, 5/FLX_OP(CONFIG, 16/' "flx_op.def: CONFIG is 16, expected a value of field op, 4 bits"
edit flx_state.def 's/FLX_STATE(RUN, 2/FLX_STATE(RUN, 4/' "flx_state.def: RUN is 4, expected a value of field state, 2 bits"
edit flx_default.def 's/FLX_DEFAULT(alpha, 2, 1/FLX_DEFAULT(alpha, 2, 16/' "flx_default.def: alpha is 2 and 16, expected values of a field of the command word"
edit flx_reg.def 's/FLX_REG_FIELD(writes, 7/FLX_REG_FIELD(writes, 8/' "flx_reg.def: CAPABILITIES: fields have 33 bits, expected at most 32"
edit flx_reg.def 's/FLX_REG_AT(0x100/FLX_REG_AT(0x074/' "flx_reg.def: CONTROL: offset is 0x074, expected a multiple of 4 from 0x078 on"

# Stale files are named; a missing one, too.
copy
build || { cat "$work/out" >&2; fail "the lists as they are do not compile"; }
cd "$work/tree"
./flx_gen compare || fail "fresh files are stale"
for file in rtl/gen/flx_defs.vh rtl/gen/flx_rules.vh rtl/gen/flx_regs.vh cmodel/include/flx/flx_reg.h docs/gen/interface.md docs/gen/layout_cmd.svg docs/gen/layout_rsp.svg docs/gen/layout_reg.svg; do
    count=$((count + 1))
    echo >>"$file"
    status=0
    ./flx_gen compare 2>"$work/out" || status=$?
    if [ "$status" != 1 ] || [ "$(cat "$work/out")" != "$file is stale: run make gen" ]; then fail "$file: exit code $status, $(cat "$work/out")"; fi
    rm "$file"
    if ./flx_gen compare 2>/dev/null; then fail "$file: missing and not stale"; fi
    ./flx_gen write
    ./flx_gen compare || fail "$file: stale behind write"
done

# A configuration is one line; every list of them has it.
echo 'FLX_CONFIG(wide, "one more", .rows = 12, .cols = 20, .lanes = 8)' >>cmodel/def/flx_config.def
build || { cat "$work/out" >&2; fail "a configuration more does not compile"; }
./flx_gen write
./flx_gen make | grep -qx 'CONFIG_wide := -GROWS=12 -GCOLS=20 -GLANES=8 -GCLUSTER=2 -GMANT_BITS=16 .*' || fail "make variables have no CONFIG_wide"
grep -q '^| `wide` | 1920 | 12 | 20 | 8 | 2 | 16 |' docs/gen/interface.md || fail "docs/gen/interface.md has no wide"

# The registers' macros are Verilog.
printf '`include "flx_regs.vh"\nmodule t (output wire [11:0] a_o); assign a_o = `FLX_REG_STATUS + `FLX_REG_STATUS_ERROR_LSB; endmodule\n' >t.v
if ! iverilog -g2005 -Wall -Irtl/gen -t null t.v >"$work/out" 2>&1 || [ -s "$work/out" ]; then cat "$work/out" >&2; fail "flx_regs.vh is not Verilog"; fi

# The generator refuses what flx refuses, with the same line.
status=0
"$generator" check LANES=24 2>"$work/out" || status=$?
if [ "$status" != 2 ] || ! grep -q '^--set: LANES is 24, expected a power of two' "$work/out"; then fail "check LANES=24: exit code $status, $(cat "$work/out")"; fi
"$generator" check ROWS=12,COLS=20,LANES=8 || fail "check ROWS=12,COLS=20,LANES=8 is refused"
echo "generator: $count broken lists and stale files refused"
