#!/bin/bash
# cost_cli_test.sh - cost tables refuse what does not belong together, and their ratios are those of the tables they are made of. Twins: synth/study/cost.py, synth/study/four_libraries.py
#   cost_cli_test.sh BASELINES_MD ENERGY_BASELINES_MD
set -uo pipefail
area=$1
energy=$2
scripts=synth/study
name=$(basename "$energy")
# shellcheck source=verif/cli_check.sh
. "$(dirname "$0")/../cli_check.sh"

least() { # TABLES PE LANES PIPE COLUMN: a cell of the energy tables, the least of the rows that fit
    sed 's/ *| */|/g' "$energy" | awk -F '|' -v n="$1" -v pe="$2" -v lanes="$3" -v pipe="$4" -v column="$5" '
        /^\|PE\|/ { t++ } index(n, t) && $2 == pe && $3 == lanes && (pipe == "" || $4 == pipe) { print $column }' | sort -g | head -1
}
ratio() { awk -v x="$1" -v y="$2" 'BEGIN { printf "%.2f", x / y }'; }

expect 0 '^\| flex16, 48-bit sum, 4 lanes \| [0-9]+ \| 1\.00 \| [0-9]+ \| 1\.00 \| [0-9.]+ \| 1\.00 \|$' "$scripts/cost.py" "$area" "$energy"
wanted=$(ratio "$(least 1 'flex16, 48-bit sum' 4 0 8)" "$(least 1 'BF16, BF16 sum' 1 0 8)")
expect 0 "^\| BF16, BF16 sum \| 0\.80 \| no clock, rival single-cycle \| energy \| $wanted, " "$scripts/four_libraries.py" "$area" "$energy"
wanted=$(ratio "$(least 12 'flex16, 48-bit sum' 4 0 8)" "$(least 12 'FP32, FP32 sum' 1 '' 8)")
expect 0 "^\| FP32, FP32 sum \| [0-9.]+ \| $wanted \| (no clock|at one clock) \| [01] \| (AND|digits) \| [0-9]+ \|$" "$scripts/four_libraries.py" "$area" "$energy"
wanted=$(ratio "$(least 2 'flex16, 48-bit sum' 4 0 6)" "$(least 2 'FP32, FP32 sum' 1 '' 6)")
library=${name#energy_rivals_}
# a star where FP32 is slower than the clock
late=$(awk -F ' *[|] *' -v section="## ${library%.md}" '/^## / { on = $0 == section } on && /^### Clock recipe: / { split($0, word, " "); period = word[4] }
    on && period && $2 == "FP32, FP32" { print ($9 > period + 0.005 ? "\\*" : "") }' "$area")
expect 0 "^\| FP32, FP32 sum \| 0\.25 \| at one clock \| area \| $wanted$late, " "$scripts/four_libraries.py" "$area" "$energy"
expect 0 "^\| FP32, FP32 sum \| [0-9]+ \| [0-9.]+ \| [0-9]+$late \| $wanted \| " "$scripts/cost.py" "$area" "$energy"
expect 0 '^library	flex16, 48-bit sum, 4 lanes	' "$scripts/four_libraries.py" --bars "$area" "$energy"

grep -v '^| BF16, FP32 sum | 1 |' "$energy" >"$work/$name"
expect 2 "$name: the area recipe has no row BF16, FP32 sum \| 1 \| 0 \| (AND|digits), expected one" "$scripts/four_libraries.py" "$area" "$work/$name"
sed 's/^\(| FP32, FP32 sum | 1 | 0 | AND | [0-9]*\)/\11/' "$energy" >"$work/$name"
expect 2 "$name: FP32, FP32 sum: area is [0-9]+, expected [0-9]+ .*of the same netlist" "$scripts/cost.py" "$area" "$work/$name"
sed '/^## Clock recipe/,$d' "$energy" >"$work/$name"
expect 2 "$name: tables are less than two, expected one of each recipe" "$scripts/cost.py" "$area" "$work/$name"
cp "$energy" "$work/energy_rivals_other.md"
expect 2 'section other is missing, expected' "$scripts/four_libraries.py" "$area" "$work/energy_rivals_other.md"
expect 2 'none.md: file is unreadable' "$scripts/cost.py" none.md "$energy"
expect 2 '^usage: libraries.py' "$scripts/four_libraries.py" "$area"
expect 2 'expected the JSON of synth/study/rivals_area.sh' "$scripts/rivals_area.py" "$energy.none"
expect 2 'none.lib: LIB is missing, expected a liberty file' "$scripts/rivals_area.sh" none.lib "$work/none.json"
echo "cost_cli_test: $checks checks, $failed failed"
[ "$failed" = 0 ]
