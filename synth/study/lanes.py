#!/usr/bin/python3
"""lanes.py - arrays of 256 MACs over lanes, accumulator width and pipeline depth: area, path, energy with operand reads. Twin: synth/study/lanes.sh

  lanes.py LIBRARY_JSON OUTDIR OUT_JSON     from the files that lanes.sh left in OUTDIR; prints the table
  lanes.py --markdown JSON..                prints docs/gen/lanes.md

A shape without a proof newer than its netlist, or with one that ran out of time, is marked unproven and has no energy."""
import collections
import json
import os
import re
import sys

from synth.flow.measure import path_of, write

WORD = 16           # bits of an operand
CORE = (8, 8, 4)    # rows, columns, lanes of the core whose FIFOs are measured
CUT = (16, 16, 64)  # its products are cut to these m, n, k


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return json.load(file)


def parts(module, library):
    """Area of a module's own cells, flip-flops, count of each type."""
    count = collections.Counter(c["type"] for c in module["cells"].values())
    return (sum(library["area"][t] * n for t, n in count.items() if t in library["area"]),
            sum(n for t, n in count.items() if t in library["flip_flops"]), count)


def reads_of(out, traces):
    """pJ of one 16-bit operand through its FIFO: pushed, kept, read. Data by the words that the replay moved, clock by 64 words a cycle."""
    run = read(out, "reads.json")["runs"][0]
    group = run["groups"]["operand_fifos"]
    rows, cols, lanes = CORE
    a_cycle = (rows + cols) * lanes
    words = 0
    for trace in traces[:run["lanes"]]:
        m, n, k = (min(trace[d], limit) for d, limit in zip("mnk", CUT))
        words += -(-m // rows) * -(-n // cols) * -(-k // lanes) * a_cycle
    data = (group["switching"] + group["internal"]) * run["operations"] / words
    clock = group["clock"] * run["operations"] / run["lane_cycles"] / a_cycle
    return {"data": data, "clock": clock, "word": data + clock, "area": group["area"], "flip_flops": group["flip_flops"],
            "words": words, "traces": run["lanes"], "compared": run["words_compared"]}


def shape(path, library):
    modules = read(path, "core.json")["modules"]
    with open(os.path.join(path, "core.sta.txt"), encoding="utf-8") as file:
        sections = dict(re.findall(r"^FLX block (\S+)\n(.*?)(?=^FLX block|^FLX done)", file.read(), re.S | re.M))
    parameter = {p: int(v, 2) for p, v in read(path, "rtl.json")["modules"]["flx_array"]["parameter_default_values"].items()}
    rows, cols, lanes = (parameter[p] for p in ("ROWS", "COLS", "LANES"))
    macs = rows * cols * lanes
    pe, flops, _ = parts(modules["flx_pe"], library)
    rest, rest_flops, count = parts(modules["flx_array"], library)
    rest += count["flx_recode"] * parts(modules["flx_recode"], library)[0]
    skew = lanes * (rows * (rows - 1) + cols * (cols - 1)) // 2     # operands in skew registers
    row = {"lanes": lanes, "rows": rows, "cols": cols, "acc_bits": parameter["ACC_BITS"], "pe_pipe": parameter["PE_PIPE"], "macs": macs, "pe": pe, "pe_flip_flops": flops, "rest": rest,
           "rest_flip_flops": rest_flops, "pe_per_mac": pe / lanes, "array_per_mac": (count["flx_pe"] * pe + rest) / macs,
           "critical_ns": path_of(sections["flx_array"] + "FLX end\n", "worst")[0], "words_per_mac": (rows + cols) * lanes / macs, "skew_words_per_mac": skew / macs}
    proof = os.path.join(path, "proof.json")
    proven = os.path.exists(proof) and os.path.getmtime(proof) >= os.path.getmtime(os.path.join(path, "core.json"))
    proofs = read(proof) if proven else {"failed": 0, "undecided": 1, "proofs": []}
    row["proofs"] = len(proofs["proofs"]) + 1 if not proofs["failed"] + proofs["undecided"] else 0     # and synth/proof/tree.py
    return row


def energies(row, report, word):
    mean = report["mean"]
    moved = report["mean_groups"]["operand_a"]["dynamic_glitch"]     # a mantissa; b is not recoded yet in its skew registers either
    row.update(pe_pj=mean["dynamic"], pe_glitch_pj=mean["dynamic_glitch"], skew_pj=row["skew_words_per_mac"] * moved,
               reads_pj=row["words_per_mac"] * word, leakage_pj=mean["leakage"], compared=sum(r["words_compared"] for r in report["runs"]), traces=len(report["runs"]))
    row["total_pj"] = row["pe_glitch_pj"] + row["skew_pj"] + row["reads_pj"]


HEAD = ("lanes", "grid", "ACC_BITS", "PE_PIPE", "PE", "PE per MAC", "array per MAC", "path, ns", "proofs", "PE, pJ per MAC", "with glitches", "skew", "words per MAC", "reads", "sum")


def cells(r):
    energy = ("-",) * 3
    reads = total = "-"
    if r["proofs"]:
        energy = tuple(f"{r[k]:.3f}" for k in ("pe_pj", "pe_glitch_pj", "skew_pj"))
        reads, total = f"{r['reads_pj']:.3f}", f"{r['total_pj']:.3f}"
    return (str(r["lanes"]), f"{r['rows']}x{r['cols']}", str(r["acc_bits"]), str(r["pe_pipe"]), f"{r['pe']:,.0f}", f"{r['pe_per_mac']:,.0f}", f"{r['array_per_mac']:,.0f}",
            f"{r['critical_ns']:.2f}", str(r["proofs"]) if r["proofs"] else "unproven", *energy, f"{r['words_per_mac']:.4g}", reads, total)


def markdown(paths):
    print("<!-- generated by make synth-lanes from build/report/lanes_*.json; do not edit -->\n# Lanes, accumulator width, pipeline depth\n")
    print("Arrays of 256 MACs, mapped by the core's recipe, proven equal to the RTL. What the columns mean and what was tried: [synth.md](../synth.md#lanes).\n")
    for path in sorted(set(paths)):
        data = read(path)
        first = next(r for r in data["rows"] if r["proofs"])
        print(f"## {data['library']}\n\nArea in um2, energy in pJ per MAC. {first['traces']} traces in the PE, {sum(r.get('compared', 0) for r in data['rows']):,} compared words equal "
              f"the golden model's. Operand FIFO: {data['reads']['word']:.3f} pJ per 16-bit operand ({data['reads']['data']:.3f} data, {data['reads']['clock']:.3f} clock), "
              f"from {data['reads']['traces']} traces on the gates of `mac256`.\n")
        print("| " + " | ".join(HEAD) + " |\n|" + " --- |" * len(HEAD))
        for r in data["rows"]:
            print("| " + " | ".join(cells(r)) + " |")
        print()
    return 0


def main():
    if sys.argv[1] == "--markdown":
        return markdown(sys.argv[2:])
    library_path, out, target = sys.argv[1:4]
    library = read(library_path)
    rows = [shape(os.path.join(out, name), library) for name in os.listdir(out) if re.fullmatch(r"lanes\d+_acc\d+_pipe\d", name)]
    rows.sort(key=lambda r: (r["pe_pipe"], r["acc_bits"] != 48, r["lanes"], -r["acc_bits"]))
    base = read(out, "lanes4_acc48_pipe0", "energy.json")
    reads = reads_of(out, [r["trace"] for r in base["runs"]])
    for row in rows:
        if row["proofs"]:
            energies(row, read(out, f"lanes{row['lanes']}_acc{row['acc_bits']}_pipe{row['pe_pipe']}", "energy.json"), reads["word"])
    write(target, json.dumps({"library": library["name"], "reads": reads, "rows": rows}, indent=1) + "\n")
    lines = [HEAD] + [cells(r) for r in rows]
    width = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    for line in lines:
        print("  ".join(c.rjust(w) for c, w in zip(line, width)))
    print(f"operand FIFO: {reads['word']:.3f} pJ per 16-bit operand")
    return 0


if __name__ == "__main__":
    sys.exit(main())
