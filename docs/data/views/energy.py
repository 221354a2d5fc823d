# SPDX-License-Identifier: Apache-2.0
"""energy.py - where the energy of PE, requantiser and core goes, a file for each library. Twin: synth/study/energy.py, docs/energy.md"""
from docs.data.cells import by_library, title
from docs.data.table import generated, table
from synth.study.pes import CLUSTERS

DATA = ["energy_*.json"]
PASSES = ("fprop", "bprop", "update")
LAYER = 16 * 16 * 32 * 32 * 9 * 64      # MACs of a convolution of ResNet-20's first stage, batch 64


def pj(value):
    return f"{value:.3f}"


def own_part(r, cluster=CLUSTERS[0]):
    """All of the PEs of 4 lanes."""
    return next(p for p in r["parts"] if p["lanes"] == 4 and p["cluster"] == cluster and p["part"] == "total")


def registers(cluster):
    return f"{cluster} x {cluster} share registers" if cluster > 1 else "registers of its own"


def bold(part):
    return f"**{part}**" if part == "total" else part


def pe(document):
    r = document["results"]
    yield "## Per layer and pass\n\nProcessing elements of 4 lanes, 2 x 2 on one set of operand registers (`flx_cluster`), on the operands of all 64 of an 8 x 8 grid, pJ per MAC.\n"
    yield table(("network", "layer", "pass", "traces", "zero delay", "with glitches", "and leakage"),
                [(x["network"], x["layer"], x["pass"], x["traces"], pj(x["dynamic"]), pj(x["dynamic_glitch"]), pj(x["total_glitch"])) for x in r["layers"]])
    yield "\n## Per pass\n\nMean over MACs; one lane beside four; random: uniform over the full range of mantissas.\n"
    yield table(("network", "pass", "4 lanes, zero delay", "with glitches", "1 lane, zero delay", "with glitches"),
                [(x["network"], x.get("pass", ""), *(pj(x[f"{k}_{lanes}"]) for lanes in (4, 1) for k in ("dynamic", "dynamic_glitch"))) for x in r["passes"]])
    shared, alone = own_part(r), own_part(r, CLUSTERS[1])
    yield (f"\n## Inside a cluster\n\nMean over all traces, pJ per MAC; leakage at {document['parameters']['clock_mhz']:g} MHz. Cells and area are of the whole cluster. Sharing operand registers takes "
           f"{100 * (1 - shared['dynamic_glitch'] / alone['dynamic_glitch']):.1f} % off the energy with glitches, {100 * (1 - shared['dynamic'] / alone['dynamic']):.1f} % off that without.\n")
    yield table(("PE", "operand registers", "part", "cells", "flops", "area", "switching", "internal", "clock", "dynamic", "with glitches", "leakage"),
                [(f"{x['lanes']} lane{'s' * (x['lanes'] > 1)}", registers(x["cluster"]), bold(x["part"]), x["cells"], x["flip_flops"], f"{x['area']:.0f}",
                  *(pj(x[k]) for k in ("switching", "internal", "clock", "dynamic", "dynamic_glitch", "leakage"))) for x in r["parts"]])


def requantiser(r):
    q = r["requantiser"]
    yield ("\n## Requantiser\n\n`flx_requant` at the rate of a 4-lane grid: a tile's rows back to back, then idle until the next tile (its clock runs on). "
           f"{q['cells']} cells, {q['flip_flops']} flip-flops, area {q['area']:.0f}. Mean {pj(q['dynamic'])} pJ per result, {pj(q['dynamic_glitch'])} with glitches; "
           f"a MAC of the 4-lane PE: {pj(own_part(r)['dynamic_glitch'])}.\n")
    yield table(("network", "pass", "mean K", "pJ per result", "with glitches", "per MAC, / K"),
                [(x["network"], x["pass"], f"{x['k']:.0f}", pj(x["dynamic"]), pj(x["dynamic_glitch"]), pj(x["dynamic_glitch_per_mac"])) for x in q["passes"]])


def whole_core(document):
    c, config = document["results"]["core"], document["config"]
    area = next(p["area"] for p in c["parts"] if p["part"] == "total")
    yield (f"\n## The whole core\n\n`flx_core` as `{config}` ({c['macs']} MACs), {c['traces']} traces side by side, each product cut to 16 x 16 x 64; {c['words']:,} output words "
           "equal the golden model's. Zero delay. `data` is what moving operands cost; `clock` is spent in every cycle, busy or not (no clock gating). "
           "The last column is their sum with every MAC busy. Memories (`flx_ram`) are simulated, their own energy is not in any figure.\n")
    yield table(("part", "cells", "flops", "area", "share", "data, pJ per MAC", "clock, pJ per cycle", f"pJ per MAC at {c['macs']} MACs a cycle", "leakage, uW"),
                [(bold(p["part"]), p["cells"], p["flip_flops"], f"{p['area']:.0f}", "" if p["part"] == "total" else f"{100 * p['area'] / area:.1f} %", pj(p["data"]), pj(p["clock_cycle"]),
                  pj(p["busy"]), f"{p['leakage_uw']:.0f}") for p in c["parts"]])


def tensor_write(r):
    a, mac = r["autoflex"], own_part(r)["dynamic_glitch"]
    area = next(p["area"] for p in r["core"]["parts"] if p["part"] == "total")
    yield (f"\n## What Algorithms 1 and 2 cost per tensor write\n\nFrom the same run: {a['writes']} writes, each with its trace's history; Algorithm 2 takes {a['cycles']:.0f} cycles on average, "
           "beside the array. `data`: what moves, per write (Algorithm 1 only moves with its inputs here: the shipped traces are past initialisation). "
           "`exponents` (table, SECDED, responses) includes each write's SET and PUSH commands; `statistics` is for the 256 results or fewer of a cut product and grows with them. "
           "Energy: data and the part's clock during its cycles; outside them its clock runs on and is in the table above.\n")
    yield table(("part", "cells", "area", "of the core", "cycles", "data, pJ", "energy, pJ", "as many MACs of the PE"),
                [(p["part"], p["cells"], f"{p['area']:.0f}", f"{100 * p['area'] / area:.2f} %", f"{p['cycles']:.0f}", f"{p['data']:.1f}", f"{p['energy']:.1f}", f"{p['energy'] / mac:.0f}")
                 for p in a["parts"]])
    yield (f"\nTogether {a['total']:.0f} pJ per tensor write. A 3x3 convolution of 16 to 16 channels on 32 x 32 with batch 64 has {LAYER:,} MACs: "
           f"{100 * a['total'] / (LAYER * mac):.6f} % of their energy.")


def step(r):
    yield ("\n## A training step\n\nMACs of one image in each pass (`sw/trainer/net`), times the pass's pJ per MAC of the 4-lane PE with glitches. One tensor write costs "
           "the last column of one image's MACs; a step writes each tensor once for the whole batch.\n")
    rows = []
    for x in r["step"]:
        energy = {p["pass"]: p["dynamic_glitch_4"] for p in r["passes"] if p["network"] == x["network"]}
        total = sum(x["macs"][p] * energy[p] for p in PASSES)
        write = f"{100 * r['autoflex']['total'] / total:.7f} %" if "autoflex" in r else "-"
        rows.append((x["network"].replace("resnet", "resnet-20"), *(f"{x['macs'][p] / 1e6:.2f}" for p in PASSES), f"{total / 1e6:.1f}", write))
    yield table(("network", "MMAC fprop", "bprop", "update", "uJ per image and step", "one tensor write"), rows)


def of_library(document):
    p, r = document["parameters"], document["results"]
    parts = [generated("energy") + f"# Energy in {title(document['library']['name'])}\n\nMethod, formulas and limits: [energy.md](../energy.md). "
             f"{p['volt']:g} V, input slew {p['slew_ns']:g} ns, wire {p['wire_ff']:g} fF per fanout pin, recipe area (`synth/flow/flow.sh`). "
             f"Every figure is of a netlist whose {r['words']:,} compared output words equal the golden model's ({r['traces']} shipped traces); annotated: every net but the memories' outputs.\n"]
    parts += [*pe(document), *requantiser(r)]
    if "core" in r:
        parts += [*whole_core(document), *tensor_write(r)]
    return "\n".join(parts + [*step(r)]) + "\n"


def OUTPUTS(data):  # pylint: disable=invalid-name
    return {f"docs/gen/energy_{library}.md": lambda _, d=document: of_library(d) for library, document in by_library(data, "energy")}
