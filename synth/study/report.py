#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""report.py - area and timing of a synthesised core as a table and as a report. Twins: synth/flow/core.sh, docs/data/views/area.py

  report.py LIB LIBRARY_JSON OUTDIR CONFIG OUT_JSON   prints the table

Blocks and their cost groups are those of rtl/rtl.f. Refuses (exit 1) to print any figure unless OUTDIR/proof.json says that every module equals the RTL and OUTDIR/replay.json that
flx-netsim compared words of traces on that netlist, both being newer than OUTDIR/core.json. Exit 2 bad input: a module that rtl/rtl.f does not list as a block of its own."""
import collections
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from docs.data import store
from sw.cli.flx_cli import MISMATCH, PASS, fail, read, read_json, start
from sw.gen import rtl_list
from synth.flow.measure import path_of

GROUPS = {"array": "multiply-accumulate array", "exponent": "requantisers, statistics, exponents", "buffers": "operand and result FIFOs, in flip-flops",
          "control": "command decoder, sequencer, counters, masks"}


def group_of(block, modules):
    """Cost group of a netlist's module: that of the RTL module whose name it has, with its parameters behind."""
    names = [n for n in modules if block == n or block.startswith(n + "_")]
    module = modules[max(names, key=len)] if names else None
    if module is None or module.kind != "own" or module.cost not in GROUPS:
        fail(f"{rtl_list.LIST}: {block} is {'missing' if module is None else f'{module.cost} {module.kind}'}, expected a module with kind own and one of {', '.join(GROUPS)}")
    return module.cost


def instances_of(modules, top, area):
    """How often each module of the netlist is there; memories are black boxes."""
    instances, todo = collections.Counter(), [(top, 1)]
    while todo:
        name, n = todo.pop()
        instances[name] += n
        children = collections.Counter(c["type"] for c in modules[name]["cells"].values() if c["type"] in modules and c["type"] not in area)
        todo += [(child, n * k) for child, k in children.items() if child != "flx_ram"]
    return instances


def row_of(name, n, cells, library):
    """Area of one module's own cells."""
    area, flops = library["area"], library["flip_flops"]
    count = collections.Counter(c["type"] for c in cells if c["type"] in area)
    own = round(sum(area[t] * k for t, k in count.items()), 3)
    return {"block": name, "instances": n, "cells": sum(count.values()), "flip_flops": sum(k for t, k in count.items() if t in flops), "area": own, "total": round(own * n, 3),
            "flip_flop_area": round(sum(area[t] * k for t, k in count.items() if t in flops), 3)}


def measure(library, out):
    """(parameters, results)"""
    modules, listed = read_json(f"{out}/core.json", "modules")["modules"], rtl_list.read()[0]
    sections = dict(re.findall(r"^FLX block (\S+)\n(.*?)(?=^FLX block|^FLX done)", read(f"{out}/core.sta.txt"), re.S | re.M))
    ram = read_json(f"{out}/ram/flx_ram.area.json", "area", "parameters")
    rows, ram_bits, memories = [], 0, []
    for name, n in instances_of(modules, rtl_list.SETS["core"], library["area"]).items():
        cells = modules[name]["cells"].values()
        for cell in (c for c in cells if c["type"] == "flx_ram"):
            memories.append([int(cell["parameters"][p], 2) for p in ("WORDS", "WORD_BITS")])
            ram_bits += n * memories[-1][0] * memories[-1][1]
        path = path_of(sections[name] + "FLX end\n", "worst", library["period_ns"]) or (None, None, None)
        rows.append({**row_of(name, n, cells, library), "group": group_of(name, listed), "critical_ns": path[0], "from": path[1], "to": path[2]})
    parameters = {p: int(v, 2) for p, v in read_json(f"{out}/rtl.json", "modules")["modules"]["flx_core"]["parameter_default_values"].items()}     # of the RTL that was proven
    parameters["macs"] = parameters["ROWS"] * parameters["COLS"] * parameters["LANES"]
    as_flip_flops = ram_bits * ram["area"] / (int(ram["parameters"]["WORDS"]) * int(ram["parameters"]["WORD_BITS"]))
    return parameters, {"area": round(sum(r["total"] for r in rows), 3), "ram_bits": ram_bits, "memories": sorted(memories), "ram_as_flip_flops": round(as_flip_flops, 1),
                        "blocks": sorted(rows, key=lambda r: -r["total"])}


def evidence(out):
    """proof.json and the replay's row, None for one that is missing or older than the netlist."""
    found, made = [], os.path.getmtime(os.path.join(out, "core.json"))
    for name in ("proof.json", "replay.json"):
        path = os.path.join(out, name)
        if not os.path.exists(path) or os.path.getmtime(path) < made:
            found.append(None)
            continue
        found.append(read_json(path))
    return found[0], found[1] and found[1]["runs"][0]


def table(title, macs, r):
    lines = [title, "", f"{'block':<42}{'inst.':>6}{'cells':>8}{'flops':>7}{'area each':>12}{'area':>13}{'share':>8}{'path ns':>9}"]
    groups = {key: sum(b["total"] for b in r["blocks"] if b["group"] == key) for key in GROUPS}
    for key, name in GROUPS.items():
        lines.append(f"{name:<75}{groups[key]:>13,.0f}{100 * groups[key] / r['area']:>7.1f}%")
        for b in (b for b in r["blocks"] if b["group"] == key):
            path = f"{b['critical_ns']:>9.2f}" if b["critical_ns"] else f"{'-':>9}"
            lines.append(f"  {b['block']:<40}{b['instances']:>6}{b['cells']:>8}{b['flip_flops']:>7}{b['area']:>12,.1f}{b['total']:>13,.0f}{100 * b['total'] / r['area']:>7.1f}%{path}")
    ns = next(b["critical_ns"] for b in r["blocks"] if b["block"] == rtl_list.SETS["core"])
    lines += [f"{'whole core, SRAMs as black boxes':<75}{r['area']:>13,.0f}{'100.0%':>8}{ns:>9.2f}",
              f"{'SRAMs as flip-flops: ' + format(r['ram_bits'], ',') + ' bits':<75}{r['ram_as_flip_flops']:>13,.0f}",
              "", f"array: {groups['array'] / macs:,.1f} per MAC; requantisers, statistics, exponents: {100 * groups['exponent'] / groups['array']:.1f} % on top",
              f"clock: {1000 / ns:.1f} MHz; every module proven equal to the RTL; replayed as gates: {r['replay']['traces']} traces, {r['replay']['words']:,} words"]
    return "\n".join(lines)


def main():
    if len(sys.argv) != 6:
        fail("usage: report.py LIB LIBRARY_JSON OUTDIR CONFIG OUT_JSON")
    path, library_path, out, config, target = sys.argv[1:]
    proof, replay = evidence(out)
    if proof is None or proof["failed"] or proof["undecided"] or replay is None or not replay["words_compared"]:
        fail(f"{out}: netlist is not both proven and replayed: no area, no timing", MISMATCH)
    library = read_json(library_path, "name", "area", "flip_flops", "period_ns")
    parameters, results = measure(library, out)
    results["proofs"] = len(proof["proofs"]) + 1      # and synth/proof/tree.py
    results["replay"] = {"traces": replay["lanes"], "words": replay["words_compared"]}
    store.write(target, what=f"Area and timing of the whole core {config}, proven equal to the RTL and replayed", command=f"make synth LIB={library['name']}.lib CONFIG={config}",
                tools=store.tools("yosys", "sta"), library=store.library(path), config=config, rtl=store.rtl(rtl_list.SETS["core"]), parameters=parameters, results=results)
    print(table(f"{config}: {parameters['macs']} MACs, {library['name']}", parameters["macs"], results))
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
