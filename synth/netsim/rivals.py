#!/usr/bin/env python3
"""rivals.py - the table of docs/gen/energy_baselines_LIBRARY.md from what baselines.sh measured. Twin: synth/netsim/baselines.sh

  rivals.py OUTDIR OUT_MD"""
import json
import os
import sys

# name, lanes, PIPE
NAMES = [("flex16", 4, 0), ("int8", 4, 0), ("bf16_fp32", 4, 0), ("bf16_fp32", 4, 2), ("fp16_fp32", 4, 0), ("fp16_fp32", 4, 2), ("flex16", 1, 0), ("int8", 1, 0),
         ("bf16", 1, 0), ("bf16", 1, 1), ("fp16", 1, 0), ("bf16_fp32", 1, 0), ("bf16_fp32", 1, 1), ("fp16_fp32", 1, 0), ("fp32", 1, 0)]
TEXT = {"flex16": "flex16, 48-bit sum", "int8": "int8, 32-bit sum (does not train)", "bf16": "BF16, BF16 sum", "fp16": "FP16, FP16 sum", "bf16_fp32": "BF16, FP32 sum",
        "fp16_fp32": "FP16, FP32 sum", "fp32": "FP32, FP32 sum"}


def of_pass(report, phase):
    runs = [r for r in report["runs"] if r["trace"]["pass"] == phase]
    return sum(r["pj_per_operation"]["dynamic_glitch"] * r["operations"] for r in runs) / sum(r["operations"] for r in runs)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: rivals.py OUTDIR OUT_MD")
    out, markdown = sys.argv[1:]
    reports = {}
    for name, lanes, pipe in NAMES:
        path = os.path.join(out, f"run_{name}_{lanes}" + (f"_pipe{pipe}" if pipe else "") + ".json")
        try:
            with open(path, encoding="utf-8") as file:
                reports[name, lanes, pipe] = json.load(file)
        except FileNotFoundError:
            print(f"{path}: file is missing, expected a run of baselines.sh", file=sys.stderr)
            return 2
    first = reports["flex16", 4, 0]
    words = sum(r["words_compared"] for report in reports.values() for r in report["runs"])
    lines = ["<!-- written by synth/netsim/rivals.py (make energy-baselines); do not edit -->", f"# Energy per MAC beside other formats, {first['library']['name']}", "",
             f"One processing element each (operand registers, multiplier, accumulator; `rtl/flx_pe.v`, `rtl/base/flx_base_pe.v`), the same {len(first['runs'])} shipped traces,",
             f"tiles and order, {first['library']['volt']:g} V, slew {first['library']['slew_ns']:g} ns, no wires. {words:,} output words equal their models. pJ per MAC; method and limits:",
             "[energy.md](../energy.md). int8 and FP16 operands are scaled by powers of two to a largest magnitude in [1, 2). Ratio: dynamic with glitches over flex16 of 4 lanes.",
             "PIPE: registers inside the rival's step; with 0 all are single-cycle like flex16's, and long shift and normalise paths glitch most.", "",
             "| PE | lanes | PIPE | area per MAC | zero delay | with glitches | ratio | fprop | bprop | update | leakage at 100 MHz | settles in, ns |",
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for (name, lanes, pipe), report in reports.items():
        m = report["mean"]
        settle = max(r["glitch"]["settle_ns"] for r in report["runs"])
        lines.append(f"| {TEXT[name]} | {lanes} | {pipe} | {report['netlist']['area'] / lanes:.0f} | {m['dynamic']:.3f} | {m['dynamic_glitch']:.3f} | "
                     f"{m['dynamic_glitch'] / first['mean']['dynamic_glitch']:.2f} | " + " | ".join(f"{of_pass(report, p):.3f}" for p in ("fprop", "bprop", "update")) +
                     f" | {m['leakage']:.3f} | {settle:.2f} |")
    os.makedirs(os.path.dirname(markdown) or ".", exist_ok=True)
    with open(markdown + ".part", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.rename(markdown + ".part", markdown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
