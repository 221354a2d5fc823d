#!/usr/bin/env python3
"""rivals.py - the tables of docs/gen/energy_baselines_LIBRARY.md from what baselines.sh measured. Twin: synth/netsim/baselines.sh

  rivals.py OUTDIR OUT_MD"""
import json
import os
import sys

AREA = ("flex16_4", "flex16_1", "int8_4", "int8_1", "bf16_bf16", "fp16_fp16", "bf16_fp32", "fp16_fp32", "bf16_fp32_4", "fp16_fp32_4", "fp32",
        "bf16_bf16_pipe", "fp16_fp16_pipe", "bf16_fp32_pipe", "fp16_fp32_pipe", "bf16_fp32_4_pipe", "fp16_fp32_4_pipe", "fp32_pipe")
CLOCK = ("flex16_4", "flex16_1", "int8_4", "bf16_bf16", "fp16_fp16", "bf16_fp32", "fp16_fp32", "bf16_fp32_4", "fp16_fp32_4", "fp32")
TEXT = {"flex16": "flex16, 48-bit sum", "int8": "int8, 32-bit sum (does not train)", "bf16_bf16": "BF16, BF16 sum", "fp16_fp16": "FP16, FP16 sum",
        "bf16_fp32": "BF16, FP32 sum", "fp16_fp32": "FP16, FP32 sum", "fp32": "FP32, FP32 sum"}


def read(out, name):
    path = os.path.join(out, name)
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError) as error:
        print(f"{path}: run is unreadable ({error}), expected one of baselines.sh", file=sys.stderr)
        sys.exit(2)


def kind_of(name):
    """TEXT's key and the lanes of a PE's name."""
    name = name.removesuffix("_pipe")
    stem, _, last = name.rpartition("_")
    return (stem, int(last)) if last in ("1", "4") else (name, 1)


def of_pass(report, phase):
    runs = [r for r in report["runs"] if r["trace"]["pass"] == phase]
    return sum(r["pj_per_operation"]["dynamic_glitch"] * r["operations"] for r in runs) / sum(r["operations"] for r in runs)


def table(reports):
    base = reports["flex16_4"]["mean"]["dynamic_glitch"]
    lines = ["| PE | lanes | PIPE | area per MAC | zero delay | with glitches | flex16 4 lanes / this | fprop | bprop | update | leakage at 100 MHz | settles in, ns |",
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for name, report in reports.items():
        kind, lanes = kind_of(name)
        m = report["mean"]
        settle = max(r["glitch"]["settle_ns"] for r in report["runs"])
        lines.append(f"| {TEXT[kind]} | {lanes} | {report['pipe']} | {report['netlist']['area'] / lanes:.0f} | {m['dynamic']:.3f} | {m['dynamic_glitch']:.3f} | "
                     f"{base / m['dynamic_glitch']:.2f} | " + " | ".join(f"{of_pass(report, p):.3f}" for p in ("fprop", "bprop", "update")) +
                     f" | {m['leakage']:.3f} | {settle:.2f} |")
    return lines


def main():
    if len(sys.argv) != 3:
        print("usage: rivals.py OUTDIR OUT_MD", file=sys.stderr)
        return 2
    out, markdown = sys.argv[1:]
    area = {name: read(out, f"run_{name}.json") for name in AREA}
    clock = {name: read(out, f"run_{name}_clock.json") for name in CLOCK}
    period = read(out, "period_ps") / 1000
    first = area["flex16_4"]
    words = sum(r["words_compared"] for reports in (area, clock) for report in reports.values() for r in report["runs"])
    lines = ["<!-- written by synth/netsim/rivals.py (make energy-baselines); do not edit -->", f"# Energy per MAC beside other formats, {first['library']['name']}", "",
             f"One processing element each (operand registers, multiplier, accumulator; `rtl/flx_pe.v`, `rtl/base/flx_base_pe.v`), the same {len(first['runs'])} shipped traces,",
             f"tiles and order, {first['library']['volt']:g} V, slew {first['library']['slew_ns']:g} ns, no wires. {words:,} output words equal their models. pJ per MAC; method and limits:",
             "[energy.md](../energy.md); the netlists are those of [baselines.md](baselines.md). int8 and FP16 operands are scaled by powers of two to a largest magnitude in [1, 2).",
             "Ratio: dynamic with glitches. PIPE: registers inside the rival's step.", "", "## Area recipe: no clock, no sizing", ""]
    lines += table(area)
    lines += ["", f"## Clock recipe: {period:.3f} ns ({1000 / period:.0f} MHz)", ""]
    lines += table(clock)
    os.makedirs(os.path.dirname(markdown) or ".", exist_ok=True)
    with open(markdown + ".part", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.rename(markdown + ".part", markdown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
