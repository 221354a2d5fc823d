# SPDX-License-Identifier: Apache-2.0
"""area.py - area, timing and power of the core, block by block, by recipe area and for clocks. Twin: synth/study/report.py"""
from docs.data.macros import NONE, total
from docs.data.table import generated, table
from sw.gen.rtl_list import COSTS

DATA, MORE = ["core_*.json", "memories.json"], ["clock_*.json"]


def groups(document):
    """Area of each cost group."""
    return {cost: sum(b["total"] for b in document["results"]["blocks"] if b["group"] == cost) for cost in COSTS}


def critical_ns(document):
    return next(b["critical_ns"] for b in document["results"]["blocks"] if b["block"] == "flx_core")


def array_per_mac(document):
    return groups(document)["array"] / document["parameters"]["macs"]


def milliwatts(d):
    """- of one that was measured without."""
    power = d["results"].get("power")
    return f"{power['total']:,.1f}" if power else "-"


def memories(d, document):
    """Of MEMORIES, what stands beside every core's area."""
    flip_flops, macros = total(d, document)
    return f"{d['results']['ram_bits']:,}", f"{flip_flops:,.0f}", f"{macros:,.0f}" if macros else NONE


def summary(d, beside):
    r, of = d["results"], groups(d)
    return (d["config"], d["library"]["name"], f"{array_per_mac(d):,.0f}", f"{100 * of['exponent'] / of['array']:.1f} %", f"{r['area']:,.0f}", *memories(d, beside),
            f"{1000 / critical_ns(d):.0f}", milliwatts(d), r["proofs"], f"{r['replay']['traces']} traces, {r['replay']['words']:,} words")


def for_clock(d, beside):
    r, clock = d["results"], d["results"]["clock"]
    return (d["config"], d["library"]["name"], f"{clock['period_ns']:g}", f"{1000 / clock['period_ns']:.0f}", "met" if clock["met"] else "missed", f"{clock['slack_ns']:.3f}",
            f"{r['area']:,.0f}", *memories(d, beside), milliwatts(d), ", ".join(f"`{name}`" for name in clock["faster"]) or "none")


def block(row, area):
    ns = "" if row["critical_ns"] is None else f"{row['critical_ns']:.2f}"
    cells = (f"`{row['block']}`", row["instances"], f"{row['cells']:,}", f"{row['flip_flops']:,}", f"{row['area']:,.0f}", f"{row['total']:,.0f}", f"{100 * row['total'] / area:.1f} %", ns)
    if "slack_ns" not in row:
        return cells
    return (*cells, *(("", "") if row["slack_ns"] is None else (f"{row['slack_ns']:.3f}", f"`{row['from']}` to `{row['to']}`")))


def powers(d):
    """Of each cost group; nothing of one that was measured without."""
    power = d["results"].get("power")
    if not power:
        return ""
    kinds = ("switching", "internal", "clock", "leakage", "total")
    rows = [(group, *(f"{mw[kind]:.3f}" for kind in kinds)) for group, mw in power["mw"].items()]
    rows.append(("whole core", *(f"{sum(mw[kind] for mw in power['mw'].values()):.3f}" for kind in kinds)))
    return f"mW at {power['mhz']:.1f} MHz, MACs busy in {100 * power['busy']:.1f} % of the replay's cycles:\n\n" + table(("group", *kinds), rows) + "\n"


def tools(documents):
    """Named once if all are of the same."""
    names = {"yosys": "Yosys", "sta": "OpenSTA"}
    return "; ".join(sorted({", ".join(f"{names.get(k, k)} {v}" for k, v in d["tools"].items()) for d in documents}))


MEMORIES = ("memories, bits", "as flip-flops", "as macros")
HEAD = ("configuration", "library", "array, per MAC", "exponent logic on top", "whole core without memories", *MEMORIES, "MHz", "mW at that clock", "proofs", "replayed")
CLOCK_HEAD = ("configuration", "library", "period, ns", "MHz", "period", "slack, ns", "whole core without memories", *MEMORIES, "mW at that clock", "modules that are faster than in recipe area")
BLOCK_HEAD = ("block", "instances", "cells", "flip-flops", "area each", "area", "share", "critical path, ns")


def sections(documents, name, head):
    for d in documents:
        yield f"## {name(d)}\n\n" + table(head, [block(b, d["results"]["area"]) for b in d["results"]["blocks"]]) + "\n"
        if powers(d):
            yield powers(d)


def text(data):
    documents = sorted((d for name, d in data.items() if name != "memories"), key=lambda d: (d["parameters"]["macs"], d["library"]["name"], d["config"], d["results"].get("clock", {}).get("period_ns", 0)))
    area, clock = ([d for d in documents if ("clock" in d["results"]) == clocked] for clocked in (False, True))
    parts = [generated("area") + f"# Area, timing, power\n\n{tools(documents)}. Area in um2; power of the replay, without glitches, memories, wires and clock tree. How it is counted: [synth.md](../synth.md);\nthe memories: [memories.md](memories.md).\n"]
    parts += ["## Recipe area\n\n" + table(HEAD, [summary(d, data["memories"]) for d in area]) + "\n"]
    if clock:
        parts += ["## Recipe clock\n\n" + table(CLOCK_HEAD, [for_clock(d, data["memories"]) for d in clock]) + "\n"]
    parts += sections(area, lambda d: f"{d['config']}, {d['library']['name']}", BLOCK_HEAD)
    parts += sections(clock, lambda d: f"{d['config']}, {d['library']['name']}, {d['results']['clock']['period_ns']:g} ns", (*BLOCK_HEAD, "slack, ns", "worst path"))
    return "\n".join(parts)


OUTPUTS = {"docs/gen/area.md": text}
