# SPDX-License-Identifier: Apache-2.0
"""area.py - area and timing of the core, block by block. Twin: synth/study/report.py"""
from docs.data.table import generated, table
from sw.gen.rtl_list import COSTS

DATA = ["core_*.json"]


def groups(document):
    """Area of each cost group."""
    return {cost: sum(b["total"] for b in document["results"]["blocks"] if b["group"] == cost) for cost in COSTS}


def critical_ns(document):
    return next(b["critical_ns"] for b in document["results"]["blocks"] if b["block"] == "flx_core")


def array_per_mac(document):
    return groups(document)["array"] / document["parameters"]["macs"]


def summary(d):
    r, of = d["results"], groups(d)
    return (d["config"], d["library"]["name"], f"{array_per_mac(d):,.0f}", f"{100 * of['exponent'] / of['array']:.1f} %", f"{r['area']:,.0f}", f"{r['area'] + r['ram_as_flip_flops']:,.0f}",
            f"{1000 / critical_ns(d):.0f}", r["proofs"], f"{r['replay']['traces']} traces, {r['replay']['words']:,} words")


def block(row, area):
    ns = "" if row["critical_ns"] is None else f"{row['critical_ns']:.2f}"
    return (f"`{row['block']}`", row["instances"], f"{row['cells']:,}", f"{row['flip_flops']:,}", f"{row['area']:,.0f}", f"{row['total']:,.0f}", f"{100 * row['total'] / area:.1f} %", ns)


def tools(documents):
    """Named once if all are of the same."""
    names = {"yosys": "Yosys", "sta": "OpenSTA"}
    return "; ".join(sorted({", ".join(f"{names.get(k, k)} {v}" for k, v in d["tools"].items()) for d in documents}))


def text(data):
    documents = sorted(data.values(), key=lambda d: (d["parameters"]["macs"], d["library"]["name"], d["config"]))
    head = ("configuration", "library", "array, per MAC", "exponent logic on top", "whole core", "with SRAMs as flip-flops", "MHz", "proofs", "replayed")
    parts = [generated("area") + f"# Area and timing\n\n{tools(documents)}. Area in um2. How it is counted: [synth.md](../synth.md).\n", table(head, map(summary, documents)) + "\n"]
    head = ("block", "instances", "cells", "flip-flops", "area each", "area", "share", "critical path, ns")
    parts += [f"## {d['config']}, {d['library']['name']}\n\n" + table(head, [block(b, d["results"]["area"]) for b in d["results"]["blocks"]]) + "\n" for d in documents]
    return "\n".join(parts)


OUTPUTS = {"docs/gen/area.md": text}
