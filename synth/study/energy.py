#!/usr/bin/python3
"""energy.py - the tables of docs/gen/energy_LIBRARY.md from what flx-netsim measured. Twin: synth/study/energy.sh

  energy.py OUTDIR SUMMARY_JSON OUT_MD      OUTDIR: of energy.sh
Every number comes from OUTDIR/run_*.json; the networks' layers below are those of sw/trainer/net/trn_net.c."""
import collections
import json
import os
import sys

PASSES = ("fprop", "bprop", "update")


def read(out, name, needed=True):
    path = os.path.join(out, f"run_{name}.json")
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        if needed:
            print(f"{path}: file is missing, expected a run of energy.sh", file=sys.stderr)
            sys.exit(2)
        return None


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path + ".part", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(path + ".part", path)


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    return "\n".join(lines + ["| " + " | ".join(str(c) for c in row) + " |" for row in rows]) + "\n"


def pj(x):
    return f"{x:.3f}"


def mean(runs, key):
    """Over the operations of the runs."""
    return sum(r["pj_per_operation"][key] * r["operations"] for r in runs) / sum(r["operations"] for r in runs)


def by(report, *keys):
    groups = collections.OrderedDict()
    for run in report["runs"]:
        groups.setdefault(tuple(run["trace"][k] for k in keys), []).append(run)
    return groups


# ---- MACs of one image through one training step, per pass: (name, MACs of fprop, has bprop) --------
def resnet20():
    width, side, macs = 16, 32, [("conv0", 3 * 9 * 16 * 32 * 32, False)]
    channels = width
    for stage in range(3):
        wide = width << stage
        for block in range(3):
            first = stage > 0 and block == 0
            side = side // 2 if first else side
            macs += [("conv1", channels * 9 * wide * side * side, True), ("conv2", wide * 9 * wide * side * side, True)]
            if first:
                macs.append(("project", channels * wide * side * side, True))
            channels = wide
    return macs + [("fc", channels * 10, True)]


def alexnet():
    w = 32
    return [("conv1", 3 * 25 * w * 1024, False), ("conv2", w * 9 * 2 * w * 256, True), ("conv3", 2 * w * 9 * 3 * w * 64, True),
            ("conv4", 3 * w * 9 * 2 * w * 64, True), ("conv5", 2 * w * 9 * 2 * w * 64, True), ("fc6", 2 * w * 16 * 4 * w, True),
            ("fc7", 4 * w * 4 * w, True), ("fc8", 4 * w * 10, True)]


def step_macs(layers):
    forward = sum(m for _, m, _ in layers)
    return {"fprop": forward, "bprop": sum(m for _, m, b in layers if b), "update": forward}


def pe_tables(four, one, random_four, random_one):
    text = "## Per layer and pass\n\nOne processing element of 4 lanes (`flx_pe`, LANES = 4) on the operands of all 64 of an 8 x 8 grid, pJ per MAC.\n\n"
    rows = []
    for (network, layer, phase), runs in by(four, "network", "layer", "pass").items():
        rows.append((network, layer, phase, len(runs), pj(mean(runs, "dynamic")), pj(mean(runs, "dynamic_glitch")), pj(mean(runs, "total_glitch"))))
    text += table(("network", "layer", "pass", "traces", "zero delay", "with glitches", "and leakage"), rows)
    text += "\n## Per pass\n\nMean over MACs; one lane beside four; random: uniform over the full range of mantissas.\n\n"
    rows = []
    ones = by(one, "network", "pass")
    for (network, phase), runs in sorted(by(four, "network", "pass").items(), key=lambda r: (r[0][0], PASSES.index(r[0][1]))):
        single = ones[(network, phase)]
        rows.append((network, phase) + tuple(pj(mean(x, k)) for x in (runs, single) for k in ("dynamic", "dynamic_glitch")))
    rows.append(("random", "") + tuple(pj(mean(x["runs"], k)) for x in (random_four, random_one) for k in ("dynamic", "dynamic_glitch")))
    text += table(("network", "pass", "4 lanes, zero delay", "with glitches", "1 lane, zero delay", "with glitches"), rows)
    text += f"\n## Inside a processing element\n\nMean over all traces, pJ per MAC; leakage at {four['clock_mhz']:g} MHz.\n\n"
    rows = []
    for label, report in (("4 lanes", four), ("1 lane", one)):
        for part, g in report["mean_groups"].items():
            rows.append((label, part, g["cells"], g["flip_flops"], f"{g['area']:.0f}", pj(g["switching"]), pj(g["internal"]), pj(g["clock"]), pj(g["dynamic"]),
                         pj(g["dynamic_glitch"]), pj(g["leakage"])))
        m = report["mean"]
        rows.append((label, "**total**", report["netlist"]["cells"], report["netlist"]["flip_flops"], f"{report['netlist']['area']:.0f}", pj(m["switching"]),
                     pj(m["internal"]), pj(m["clock"]), pj(m["dynamic"]), pj(m["dynamic_glitch"]), pj(m["leakage"])))
    return text + table(("PE", "part", "cells", "flops", "area", "switching", "internal", "clock", "dynamic", "with glitches", "leakage"), rows)


def requant_table(report, four):
    m = report["mean"]
    rows = []
    for (network, phase), runs in sorted(by(report, "network", "pass").items(), key=lambda r: (r[0][0], PASSES.index(r[0][1]))):
        k = sum(r["trace"]["k"] * r["operations"] for r in runs) / sum(r["operations"] for r in runs)
        rows.append((network, phase, f"{k:.0f}", pj(mean(runs, "dynamic")), pj(mean(runs, "dynamic_glitch")), pj(mean(runs, "dynamic_glitch") / k)))
    return ("\n## Requantiser\n\n`flx_requant` at the rate of a 4-lane grid: a tile's rows back to back, then idle until the next tile (its clock runs on). "
            f"{report['netlist']['cells']} cells, {report['netlist']['flip_flops']} flip-flops, area {report['netlist']['area']:.0f}. "
            f"Mean {pj(m['dynamic'])} pJ per result, {pj(m['dynamic_glitch'])} with glitches; a MAC of the 4-lane PE: {pj(four['mean']['dynamic_glitch'])}.\n\n"
            + table(("network", "pass", "mean K", "pJ per result", "with glitches", "per MAC, / K"), rows))


def core_figures(core):
    """Per part: joule that data move, per MAC; clock energy per cycle. None without a core run."""
    run = core["runs"][0]
    cycles_per_mac = run["lane_cycles"] / run["operations"]
    return {name: {"data": g["switching"] + g["internal"], "clock_cycle": g["clock"] / cycles_per_mac, "leakage_uw": g["leakage_uw"], "cells": g["cells"],
                   "flops": g["flip_flops"], "area": g["area"]} for name, g in run["groups"].items()}


def core_table(core, macs):
    run = core["runs"][0]
    parts = core_figures(core)
    total_area = core["netlist"]["area"]
    rows = []
    for name, p in parts.items():
        rows.append((name, p["cells"], p["flops"], f"{p['area']:.0f}", f"{100 * p['area'] / total_area:.1f} %", pj(p["data"]), pj(p["clock_cycle"]),
                     pj(p["data"] + p["clock_cycle"] / macs), f"{p['leakage_uw']:.0f}"))
    data, clock = sum(p["data"] for p in parts.values()), sum(p["clock_cycle"] for p in parts.values())
    rows.append(("**total**", core["netlist"]["cells"], core["netlist"]["flip_flops"], f"{total_area:.0f}", "", pj(data), pj(clock), pj(data + clock / macs),
                 f"{sum(p['leakage_uw'] for p in parts.values()):.0f}"))
    return (f"\n## The whole core\n\n`flx_core` as `mac256` ({macs} MACs), {run['lanes']} traces side by side, each product cut to 16 x 16 x 64; {run['words_compared']:,} output words "
            "equal the golden model's. Zero delay. `data` is what moving operands cost; `clock` is spent in every cycle, busy or not (no clock gating). "
            "The last column is their sum with every MAC busy. Memories (`flx_ram`) are simulated, their own energy is not in any figure.\n\n"
            + table(("part", "cells", "flops", "area", "share", "data, pJ per MAC", "clock, pJ per cycle", f"pJ per MAC at {macs} MACs a cycle", "leakage, uW"), rows))


def autoflex(core):
    """Figures of one tensor write."""
    run = core["runs"][0]
    parts, writes = core_figures(core), run["autoflex"]["tensor_writes"]
    cycles = run["autoflex"]["cycles"]
    result = {}
    for name in ("algorithm_1", "algorithm_2", "exponents", "statistics"):
        p = parts[name]
        job = cycles if name in ("algorithm_2", "exponents") else 1.0
        data = p["data"] * run["operations"] / writes
        result[name] = {"cells": p["cells"], "area": p["area"], "data": data, "cycles": job, "clock": p["clock_cycle"] * job, "energy": data + p["clock_cycle"] * job}
    return result, cycles


def autoflex_table(core, mac, area):
    figures, cycles = autoflex(core)
    rows = []
    for name, f in figures.items():
        rows.append((name, f["cells"], f"{f['area']:.0f}", f"{100 * f['area'] / area:.2f} %", f"{f['cycles']:.0f}", f"{f['data']:.1f}", f"{f['energy']:.1f}", f"{f['energy'] / mac:.0f}"))
    total = sum(f["energy"] for f in figures.values())
    layer = 16 * 16 * 32 * 32 * 9 * 64  # conv of ResNet-20's first stage, batch 64
    text = (f"\n## What Algorithms 1 and 2 cost per tensor write\n\nFrom the same run: {core['runs'][0]['autoflex']['tensor_writes']} writes, each with its trace's history; Algorithm 2 takes "
            f"{cycles:.0f} cycles on average, beside the array. `data`: what moves, per write (Algorithm 1 only moves with its inputs here: the shipped traces are past initialisation). "
            "`exponents` (table, SECDED, responses) includes each write's SET and PUSH commands; `statistics` is for the 256 results or fewer of a cut product and grows with them. "
            "Energy: data and the part's clock during its cycles; outside them its clock runs on and is in the table above.\n\n"
            + table(("part", "cells", "area", "of the core", "cycles", "data, pJ", "energy, pJ", "as many MACs of the PE"), rows))
    return text + (f"\nTogether {total:.0f} pJ per tensor write. A 3x3 convolution of 16 to 16 channels on 32 x 32 with batch 64 has {layer:,} MACs: "
                   f"{100 * total / (layer * mac):.6f} % of their energy.\n"), total


def step_table(four, per_write):
    rows = []
    for network, layers in (("resnet", resnet20()), ("alexnet", alexnet())):
        macs = step_macs(layers)
        energy = {p: mean([r for r in four["runs"] if r["trace"]["network"] == network and r["trace"]["pass"] == p], "dynamic_glitch") for p in PASSES}
        total = sum(macs[p] * energy[p] for p in PASSES)
        rows.append((network + ("-20" if network == "resnet" else ""), *(f"{macs[p] / 1e6:.2f}" for p in PASSES), f"{total / 1e6:.1f}",
                     "-" if per_write is None else f"{per_write / total * 1e2:.7f} %"))
    return ("\n## A training step\n\nMACs of one image in each pass (`sw/trainer/net/trn_net.c`), times the pass's pJ per MAC of the 4-lane PE with glitches. One tensor write costs "
            "the last column of one image's MACs; a step writes each tensor once for the whole batch.\n\n"
            + table(("network", "MMAC fprop", "bprop", "update", "uJ per image and step", "one tensor write"), rows))


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: energy.py OUTDIR SUMMARY_JSON OUT_MD")
    out, summary, markdown = sys.argv[1:]
    four, one, random_four, random_one, requant = (read(out, n) for n in ("pe4", "pe1", "pe4_random", "pe1_random", "requant"))
    core = read(out, "core", needed=False)
    words = sum(r["words_compared"] for report in (four, one, random_four, random_one, requant) for r in report["runs"])
    library = four["library"]
    text = (f"<!-- written by synth/study/energy.py (make energy); do not edit -->\n# Energy in {library['name']}\n\nMethod, formulas and limits: [energy.md](../energy.md). "
            f"{library['volt']:g} V, input slew {library['slew_ns']:g} ns, wire {four['netlist']['wire_ff']:g} fF per fanout pin, mapped by `synth/flow/flow.sh`. "
            f"Every figure is of a netlist whose {words:,} compared output words equal the golden model's"
            f" ({len(four['runs'])} shipped traces); annotated: every net but the memories' outputs.\n\n")
    text += pe_tables(four, one, random_four, random_one) + requant_table(requant, four)
    data = {"library": library, "pe4": four["mean"], "pe1": one["mean"], "pe4_random": random_four["mean"], "pe1_random": random_one["mean"], "requant": requant["mean"]}
    per_write = None
    if core is not None:
        extra, per_write = autoflex_table(core, four["mean"]["dynamic_glitch"], core["netlist"]["area"])
        text += core_table(core, 256) + extra
        data["core"], data["autoflex"] = core_figures(core), autoflex(core)[0]
    text += step_table(four, per_write)
    write(summary, json.dumps(data, indent=1) + "\n")
    write(markdown, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
