# SPDX-License-Identifier: Apache-2.0
"""rivals_energy.py - energy per MAC of the Flexpoint PE and its rivals, a file for each library. Twin: docs/energy.md"""
from docs.data.cells import by_library, title
from docs.data.table import generated, table
from synth.study.pes import FORMATS, OWN, name_of

DATA = ["rivals_energy_*.json"]
HEAD = ("PE", "lanes", "PE_PIPE", "rows", "CLUSTER", "order", "area per MAC", "zero delay", "with glitches", "first row / this", "fprop", "bprop", "update")


def rows(netlists):
    own = next(n for n in netlists if n["format"] == OWN)
    for n in netlists:
        yield (name_of(n["format"]), FORMATS[n["format"]].lanes, n["pe_pipe"], n["rows"], n["cluster"], n["order"], f"{n['area_per_mac']:.0f}", f"{n['dynamic']:.3f}", f"{n['dynamic_glitch']:.3f}",
               f"{own['dynamic_glitch'] / n['dynamic_glitch']:.2f}", *(f"{n[key]:.3f}" for key in ("fprop", "bprop", "update", "leakage")), f"{n['settle_ns']:.2f}")


def of_library(document):
    p, r, period = document["parameters"], document["results"], document["parameters"]["period_ns"]
    netlists = {recipe: [n for n in r["netlists"] if n["recipe"] == recipe] for recipe in ("area", "energy", "clock")}
    head = HEAD + (f"leakage at {p['clock_mhz']:g} MHz", "settles in, ns")
    return "\n".join([generated("rivals_energy") + f"# Energy per MAC beside other formats, {title(document['library']['name'])}", "",
        f"Processing elements in clusters (operand registers, multipliers, accumulators; `rtl/array/flx_cluster.v`, `rtl/rivals/flx_rival_cluster.v`), the same {r['traces']} shipped traces,",
        f"tiles and order, {p['volt']:g} V, slew {p['slew_ns']:g} ns, no wires. {r['words']:,} output words equal their models. pJ per MAC; method and limits:",
        "[energy.md](../energy.md); the netlists are those of [rivals.md](rivals.md). int8 and FP16 operands are scaled by powers of two to a largest magnitude in [1, 2).",
        "PE_PIPE: registers inside the rival's step. rows: AND rows, or of digits recoded at the array's edge; the recoders' share is in the area, not in the energy.",
        "Ratio: dynamic with glitches, over the table's first row.", "CLUSTER: PEs a side that share operand registers. order: of the bits in the carry-save trees (`synth/flow/orders.txt`).", "",
        "## Recipe area: no clock, no sizing", "", table(head, rows(netlists["area"])), "",
        "## Recipe energy: other orders of the bits in the trees", "", "Of each format the netlist of recipe area that takes least, in every other order.", "",
        table(head, rows(netlists["energy"])), "",
        f"## Recipe clock: {period:.3f} ns ({1000 / period:.0f} MHz)", "", table(head, rows(netlists["clock"])), ""])


def OUTPUTS(data):  # pylint: disable=invalid-name
    return {f"docs/gen/energy_rivals_{library}.md": lambda _, d=document: of_library(d) for library, document in by_library(data, "rivals_energy")}
