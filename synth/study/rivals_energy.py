#!/usr/bin/python3
"""rivals_energy.py - the tables of docs/gen/energy_rivals_LIBRARY.md from what rivals_energy.sh measured. Twin: synth/study/rivals_energy.sh

  rivals.py OUTDIR OUT_MD"""
import json
import os
import sys

TEXT = {"flex16": "flex16, 48-bit sum", "int8": "int8, 32-bit sum (does not train)", "bf16": "BF16, BF16 sum", "fp16": "FP16, FP16 sum",
        "bf16_fp32": "BF16, FP32 sum", "fp16_fp32": "FP16, FP32 sum", "fp32": "FP32, FP32 sum"}


def read(out, name):
    path = os.path.join(out, name)
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError) as error:
        print(f"{path}: run is unreadable ({error}), expected one of rivals_energy.sh", file=sys.stderr)
        sys.exit(2)


def of_pass(report, phase):
    runs = [r for r in report["runs"] if r["trace"]["pass"] == phase]
    return sum(r["pj_per_operation"]["dynamic_glitch"] * r["operations"] for r in runs) / sum(r["operations"] for r in runs)


def table(reports):
    base = reports[0]["mean"]["dynamic_glitch"]
    lines = ["| PE | lanes | PIPE | rows | area per MAC | zero delay | with glitches | first row / this | fprop | bprop | update | leakage at 100 MHz | settles in, ns |",
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for report in reports:
        m, lanes = report["mean"], report["lanes"]
        settle = max(r["glitch"]["settle_ns"] for r in report["runs"])
        lines.append(f"| {TEXT[report['model']]} | {lanes} | {report['pipe']} | {report['rows']} | {report['netlist']['area'] / lanes + report['edge_area']:.0f} | {m['dynamic']:.3f} | "
                     f"{m['dynamic_glitch']:.3f} | {base / m['dynamic_glitch']:.2f} | " + " | ".join(f"{of_pass(report, p):.3f}" for p in ("fprop", "bprop", "update")) +
                     f" | {m['leakage']:.3f} | {settle:.2f} |")
    return lines


def main():
    if len(sys.argv) != 3:
        print("usage: rivals.py OUTDIR OUT_MD", file=sys.stderr)
        return 2
    out, markdown = sys.argv[1:]
    measured = read(out, "measured.json")
    reports = [read(out, f"run_{label}.json") for label in measured["labels"]]
    period = measured["period_ps"] / 1000
    first = reports[0]
    words = sum(r["words_compared"] for report in reports for r in report["runs"])
    lines = ["<!-- written by synth/study/rivals_energy.py (make energy-rivals); do not edit -->", f"# Energy per MAC beside other formats, {first['library']['name']}", "",
             f"One processing element each (operand registers, multiplier, accumulator; `rtl/array/flx_pe.v`, `rtl/rivals/flx_rival_pe.v`), the same {len(first['runs'])} shipped traces,",
             f"tiles and order, {first['library']['volt']:g} V, slew {first['library']['slew_ns']:g} ns, no wires. {words:,} output words equal their models. pJ per MAC; method and limits:",
             "[energy.md](../energy.md); the netlists are those of [rivals.md](rivals.md). int8 and FP16 operands are scaled by powers of two to a largest magnitude in [1, 2).",
             "PIPE: registers inside the rival's step. rows: AND rows, or of digits recoded at the array's edge; the recoders' share is in the area, not in the energy.",
             "Ratio: dynamic with glitches, over the table's first row.", "", "## Area recipe: no clock, no sizing", ""]
    lines += table([r for r in reports if r["recipe"] == "area"])
    lines += ["", f"## Clock recipe: {period:.3f} ns ({1000 / period:.0f} MHz)", ""]
    lines += table([r for r in reports if r["recipe"] == "clock"])
    os.makedirs(os.path.dirname(markdown) or ".", exist_ok=True)
    with open(markdown + ".part", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.rename(markdown + ".part", markdown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
