#!/bin/bash
# run.sh - breaks the RTL on purpose, one defect at a time, and demands that the co-simulation notices. Twin: verif/mutants/mutants.txt
#   run.sh BUILD_DIR     exit 0 if the RTL as it is passed in every configuration and every mutant was caught
# Caught: the programs name a cycle in which RTL and models differ. A mutant that does not apply, does not build, passes or fails otherwise is a failure.
set -euo pipefail
export build=$1
export FLX_COSIM_CASES=${FLX_COSIM_CASES:-300}
list=verif/mutants/mutants.txt
rm -rf "$build"
mkdir -p "$build"

run_one() { # NAME: reads its line, writes one result line
    local name=$1 file from to config difference dir=$build/$1
    mkdir -p "$dir"
    cp -r rtl "$dir/rtl"
    IFS=$'\x1f' read -r _ file from to config < <(grep "^$name|" verif/mutants/mutants.txt | sed 's/\\|/\x01/g; s/|/\x1f/g; s/\x01/|/g')
    if [ -n "$file" ]; then
        FROM=$from TO=$to perl -0pi -e 'BEGIN { $n = 0 } $n += s/\Q$ENV{FROM}\E/$ENV{TO}/g; END { exit($n == 1 ? 0 : 1) }' "$dir/$(sw/gen/rtl_list.py path "$file")" ||
            { echo "FAIL $name: the text to replace is not exactly once in $file"; return; }
    fi
    env -u MAKEFLAGS -u MAKELEVEL make -s -j1 RTL_ROOT="$dir/rtl" V="$dir/v" RTL_SO="$dir" SIM_OPT=-O1 "$dir/$config.so" >"$dir/build.log" 2>&1 ||
        { echo "FAIL $name: does not build, see $dir/build.log"; return; }
    local status=0
    timeout 300 build/bin/cosim_random_test "$dir/$config.so" --gtest_filter='Cosim.*' >"$dir/test.log" 2>&1 || status=$?
    difference=$(grep -m1 'cycle [0-9]' "$dir/test.log" | cut -c1-150) || true
    if [ -z "$file" ]; then
        if [ $status = 0 ]; then echo "ok   the RTL as it is passes as $config"; else echo "FAIL $name: the RTL as it is fails, see $dir/test.log"; fi
    elif [ $status = 1 ] && [ -n "$difference" ]; then
        echo "ok   $name: caught: $difference"
    else
        echo "FAIL $name: not caught (exit $status), see $dir/test.log"
    fi
}
export -f run_one

grep -v '^#' "$list" | cut -d'|' -f1 | xargs -P "${JOBS:-$(nproc)}" -I{} bash -c 'run_one {}' | tee "$build/result"
wanted=$(grep -cv '^#' "$list")
defects=$(grep -v '^#' "$list" | grep -cv '^[a-z0-9_]*||')
good=$(grep -c '^ok' "$build/result" || true)
echo "mutants: $defects defects, $((wanted - good)) failures"
[ "$good" = "$wanted" ]
