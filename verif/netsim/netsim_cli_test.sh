#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# netsim_cli_test.sh - flx-netsim from mapped processing elements to a figure; a wrong cell or a bad file gives none. Twin: docs/energy.md
#   netsim_cli_test.sh FLX_NETSIM LIB TRACE
set -uo pipefail
# shellcheck source=verif/cli_check.sh
. "$(dirname "$0")/../cli_check.sh"
netsim=$1
lib=$2
trace=$3

map() { # TOP NAME PARAMETER VALUE ..: maps TOP into NAME.json
    local top=$1 name=$2 chparam=""
    shift 2
    while [ $# != 0 ]; do
        chparam="$chparam -chparam $1 $2"
        shift 2
    done
    yosys -q -p "read_verilog $(sw/gen/rtl_list.py incdirs) $(sw/gen/rtl_list.py closure "$top"); hierarchy -top $top$chparam
        synth -flatten -top $top; dfflibmap -liberty $lib; abc -liberty $lib; opt_clean; write_json $work/$name.json" >"$work/yosys.log" 2>&1 ||
        { echo "yosys failed: $(tail -1 "$work/yosys.log")"; exit 1; }
}
map flx_cluster pe LANES 1
map flx_cluster one LANES 1 CLUSTER 1
map flx_rival_cluster int8 KIND 0 CLUSTER 4

# Broken on purpose: one cell of another function; a cell that no library has. And a library without power.
/usr/bin/python3 - "$work" "$lib" <<'PY'
import json, re, sys
work, lib = sys.argv[1:]
def broken(netlist, path, number, new):
    design = json.load(open(netlist))
    (module,) = (m for m in design["modules"].values() if "top" in m["attributes"])
    cell = [c for c in module["cells"].values() if c["type"] == "XNOR2X1"][number]
    cell["type"] = new
    json.dump(design, open(path, "w"))
broken(f"{work}/pe.json", f"{work}/flipped.json", 7, "XOR2X1")
broken(f"{work}/pe.json", f"{work}/unknown.json", 7, "XMAJ7X1")
broken(f"{work}/int8.json", f"{work}/last.json", -1, "XOR2X1")
text = open(lib).read()
text = re.sub(r"cell_leakage_power : [^;]*;", "", text).replace("internal_power()", "no_power()")
open(f"{work}/powerless.lib", "w").write(text)
design = json.load(open(f"{work}/pe.json"))
module = design["modules"]["flx_cluster"]
free = 1 + max(bit for net in module["netnames"].values() for bit in net["bits"] if isinstance(bit, int))
for of in "ports", "netnames":
    module[of]["last_i"]["bits"].append(free)
json.dump(design, open(f"{work}/three.json", "w"))
PY
pe=(--lib "$lib" --netlist "$work/pe.json" --groups synth/netsim/pe.groups)
no_figure() { # the last command printed none
    if grep -q pJ "$work/out"; then
        echo "FAIL: a figure was printed: $(grep -m1 pJ "$work/out")"
        failed=$((failed + 1))
    fi
}
expect 0 'usage: flx-netsim' "$netsim" --help
expect 0 '^total ' "$netsim" "${pe[@]}" --pe 1 --cycles 128 --glitch 16 "$trace"
expect 0 '"dynamic_glitch"' "$netsim" "${pe[@]}" --pe 1 --cycles 128 --glitch 16 --json --report "$work/report.json" "$trace"
expect 0 '"words_compared"' cat "$work/report.json"
expect 0 'uniform random' "$netsim" "${pe[@]}" --pe 1 --cycles 64 --random --write-stimulus "$work/s.txt"
expect 0 '^s.txt ' "$netsim" "${pe[@]}" --stimulus "$work/s.txt"

# The same figure from the file as from memory.
"$netsim" "${pe[@]}" --pe 1 --cycles 64 --random | grep '^total' >"$work/memory"
"$netsim" "${pe[@]}" --stimulus "$work/s.txt" | grep '^total' >"$work/file"
expect 0 'same' bash -c "cmp '$work/memory' '$work/file' && echo same"

# Clusters of 2 x 2 do the same multiply-accumulates as single elements: their operand registers are half as many, and the accumulators' clocks take as much.
for name in pe one; do "$netsim" --lib "$lib" --netlist "$work/$name.json" --groups synth/netsim/pe.groups --pe 1 --cycles 128 --json "$trace" >"$work/$name.energy"; done
cat >"$work/same.py" <<'PY'
import json, sys
four, one = (json.load(open(path)) for path in sys.argv[1:])
assert four["runs"][0]["operations"] == one["runs"][0]["operations"], [x["runs"][0]["operations"] for x in (four, one)]
for part, flops, energy in (("operand_a", 2, 0.5), ("operand_b", 2, 0.5), ("accumulator", 4, 1)):
    f, o = four["mean_groups"][part], one["mean_groups"][part]
    assert f["flip_flops"] == flops * o["flip_flops"], (part, f["flip_flops"], o["flip_flops"])
    assert abs(f["clock"] / o["clock"] - energy) < 0.01, (part, f["clock"], o["clock"])
print("the same work")
PY
expect 0 'the same work' /usr/bin/python3 "$work/same.py" "$work/pe.energy" "$work/one.energy"
expect 0 '^total ' "$netsim" --lib "$lib" --netlist "$work/int8.json" --rival int8:1 --cycles 128 --glitch 16 "$trace"
expect 2 'three.json: port last_i of module flx_cluster has 3 bits, expected 1, 2, 4 or 8, one for each row of a cluster' "$netsim" --lib "$lib" --netlist "$work/three.json" --pe 1 "$trace"
no_figure

expect 1 'mismatch: cycle [0-9]+, lane [0-9]+, acc_o: expected 0x[0-9a-f]{48}, actual 0x' "$netsim" --lib "$lib" --netlist "$work/flipped.json" --pe 1 --cycles 128 "$trace"
no_figure
# Of a wide port, the part with the wrong bit.
expect 1 'mismatch: cycle [0-9]+, lane [0-9]+, acc_o\[511:384\]: expected 0x[0-9a-f]{32}, actual 0x' "$netsim" --lib "$lib" --netlist "$work/last.json" --rival int8:1 --cycles 128 "$trace"
no_figure
expect 2 'type is XMAJ7X1, expected a cell of library' "$netsim" --lib "$lib" --netlist "$work/unknown.json" --pe 1 "$trace"
no_figure
expect 2 'annotated share of cells with power data is 0.0 %, expected at least 95 %' "$netsim" --lib "$work/powerless.lib" --netlist "$work/pe.json" --pe 1 --cycles 64 "$trace"
no_figure
expect 2 '--lib is missing, expected' "$netsim" --netlist "$work/pe.json" --pe 1 "$trace"
expect 2 'MODE is missing, expected' "$netsim" "${pe[@]}" "$trace"
expect 2 '--pe is 99, expected LANES or LANES:PE_PIPE, LANES of 1 to 32, PE_PIPE 0 or 1' "$netsim" "${pe[@]}" --pe 99 "$trace"
expect 2 '--pe is 1:2, expected LANES or LANES:PE_PIPE, LANES of 1 to 32, PE_PIPE 0 or 1' "$netsim" "${pe[@]}" --pe 1:2 "$trace"
for lanes in 0 33 1.7 01 ' 1' 1: 1:0:0; do expect 2 '--pe is .*, expected LANES' "$netsim" "${pe[@]}" --pe "$lanes" "$trace"; done
expect 2 '--requant is 1:0, expected an integer of 1 to 32' "$netsim" "${pe[@]}" --requant 1:0 "$trace"
for rival in int8 int9:1 int8:0 int8:1:3; do expect 2 "--rival is $rival, expected NAME:LANES" "$netsim" "${pe[@]}" --rival $rival "$trace"; done
expect 2 '--core is mac1, expected a configuration that flx configs lists' "$netsim" "${pe[@]}" --core mac1 "$trace"
expect 2 'MODE is given twice, expected one of' "$netsim" "${pe[@]}" --pe 1 --core tiny "$trace"
expect 2 '--acc is 99, expected an integer of 32 to 48' "$netsim" "${pe[@]}" --pe 1 --acc 99 "$trace"
expect 2 '--cycles is 1.7, expected an integer of 1 to 1000000' "$netsim" "${pe[@]}" --pe 1 --cycles 1.7 "$trace"
expect 2 '--slew is -1, expected a number of 0 to 100' "$netsim" "${pe[@]}" --pe 1 --slew -1 "$trace"
expect 2 '--report is .*none/r.json, expected a file that can be written \(No such file or directory\)' "$netsim" "${pe[@]}" --pe 1 --cycles 64 --report "$work/none/r.json" "$trace"
expect 2 'port acc_o is an output of 160 bits, module flx_cluster expects an output of 192' "$netsim" "${pe[@]}" --pe 1 --acc 40 "$trace"
expect 2 'TRACE is missing' "$netsim" "${pe[@]}" --pe 1
expect 2 'OPTION is --nonsense' "$netsim" --nonsense
expect 2 'port a_i is an input of 128 bits, module flx_cluster expects an input of 32' "$netsim" "${pe[@]}" --pe 4 "$trace"
expect 2 'none.lib: file is unreadable' "$netsim" --lib none.lib --netlist "$work/pe.json" --pe 1 "$trace"
expect 2 'none.npz' "$netsim" "${pe[@]}" --pe 1 none.npz
sed '20s/^[0-9a-f]*/zz/' "$work/s.txt" >"$work/bad.txt"
expect 2 'bad.txt:20: rst_ni is "zz", expected a hexadecimal word' "$netsim" "${pe[@]}" --stimulus "$work/bad.txt"
head -40 "$work/s.txt" >"$work/short.txt"
expect 2 'short.txt:41: file is "at its end", expected a row' "$netsim" "${pe[@]}" --stimulus "$work/short.txt"
printf 'tree any\n' >"$work/bad.groups"
expect 2 'bad.groups:1: rule is incomplete, expected GROUP KIND PATTERN' "$netsim" --lib "$lib" --netlist "$work/pe.json" --groups "$work/bad.groups" --pe 1 "$trace"
echo "netsim_cli_test: $checks checks, $failed failed"
[ "$failed" = 0 ]
