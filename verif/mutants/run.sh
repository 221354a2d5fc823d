#!/bin/bash
# run.sh - breaks the RTL on purpose, one defect at a time, and demands that the co-simulation notices.
#   run.sh BUILD_DIR     reads verif/mutants/mutants.txt; exit 0 if every mutant was caught
# A mutant that does not apply, does not build, or passes is a failure. The unbroken RTL runs first and must pass.
set -euo pipefail
build=$1
list=verif/mutants/mutants.txt
mkdir -p "$build"

run_one() { # NAME FILE FROM TO -> one result line
    local name=$1 file=$2 from=$3 to=$4 dir=$build/$1
    rm -rf "$dir"
    mkdir -p "$dir"
    cp -r rtl "$dir/rtl"
    if [ "$name" != unbroken ]; then
        FROM=$from TO=$to perl -0pi -e 'BEGIN { $n = 0 } $n += s/\Q$ENV{FROM}\E/$ENV{TO}/g; END { exit($n == 1 ? 0 : 1) }' "$dir/rtl/$file" ||
            { echo "FAIL $name: the text to replace is not exactly once in $file"; return 1; }
    fi
    nice make -s -j1 mutant MUTANT_RTL="$dir/rtl" MUTANT_DIR="$dir" >"$dir/build.log" 2>&1 ||
        { echo "FAIL $name: does not build, see $dir/build.log"; return 1; }
    local status=0
    "$dir/mutant_test" >"$dir/test.log" 2>&1 || status=$?
    if [ "$name" = unbroken ]; then
        [ $status = 0 ] || { echo "FAIL unbroken: the RTL as it is fails, see $dir/test.log"; return 1; }
        echo "ok   unbroken RTL passes"
    else
        [ $status != 0 ] || { echo "FAIL $name: NOT caught"; return 1; }
        echo "ok   $name: caught: $(grep -m1 -iE 'mismatch|expected|differ|failure|cycle' "$dir/test.log" | cut -c1-110)"
    fi
}
export -f run_one
export build

failed=0
while IFS='|' read -r name file from to; do
    case $name in '' | '#'*) continue ;; esac
    run_one "$name" "$file" "$from" "$to" || failed=$((failed + 1))
done <"$list"
echo "mutants: $(grep -cvE '^(#|$|unbroken)' "$list") broken on purpose, $failed escaped"
[ $failed = 0 ]
