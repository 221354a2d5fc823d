# SPDX-License-Identifier: Apache-2.0
"""lanes.py - arrays over lanes, accumulator width and pipeline depth. Twin: synth/study/lanes.py, docs/synth.md"""
from docs.data.cells import by_library
from docs.data.table import generated, table

DATA = ["lanes_*.json"]
HEAD = ("lanes", "grid", "ACC_BITS", "PE_PIPE", "CLUSTER", "PE", "PE per MAC", "array per MAC", "path, ns", "proofs", "PE, pJ per MAC", "with glitches", "skew", "words per MAC", "reads", "sum")


def cells(r):
    energy = [f"{r[key]:.3f}" for key in ("pe_pj", "pe_glitch_pj", "skew_pj", "reads_pj", "total_pj")] if r["proofs"] else ["-"] * 5
    return (r["lanes"], f"{r['rows']}x{r['cols']}", r["acc_bits"], r["pe_pipe"], r["cluster"], f"{r['pe']:,.0f}", f"{r['pe'] / r['lanes']:,.0f}", f"{r['array_per_mac']:,.0f}", f"{r['critical_ns']:.2f}",
            r["proofs"] or "unproven", *energy[:3], f"{r['words_per_mac']:.4g}", *energy[3:])


def section(library, document):
    r, reads = document["results"], document["results"]["reads"]
    return (f"## {library}\n\nArea in um2, energy in pJ per MAC. {r['traces']} traces in the PE, {r['words']:,} compared words equal the golden model's. Operand FIFO: {reads['word']:.3f} pJ per "
            f"16-bit operand ({reads['data']:.3f} data, {reads['clock']:.3f} clock), from {reads['traces']} traces on the gates of `mac256`.\n\n" + table(HEAD, map(cells, r["shapes"])) + "\n")


def text(data):
    return (generated("lanes") + "# Lanes, accumulator width, pipeline depth\n\nArrays of 256 MACs, recipe area, proven equal to the RTL. What the columns mean and what was tried: "
            "[synth.md](../notes/synth.md#lanes).\n\n" + "\n".join(section(*pair) for pair in by_library(data, "lanes")))


OUTPUTS = {"docs/gen/lanes.md": text}
