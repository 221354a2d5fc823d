#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""report.py - area, timing and power of a synthesised core as a table and as a report. Twins: synth/flow/core.sh, synth/study/power.py, docs/data/views/area.py

  report.py LIB LIBRARY_JSON OUTDIR CONFIG OUT_JSON   prints the table

Blocks and their cost groups are those of rtl/rtl.f. Refuses (exit 1) to print any figure unless OUTDIR/proof.json says that every module equals the RTL and OUTDIR/replay.json that
flx-netsim compared words of traces on that netlist, both being newer than OUTDIR/core.json. A netlist for a clock (OUTDIR/clock.json, synth/flow/clock.py) also gets its slack; a
period that is missed is a result, exit 0: results.clock.met is false. Power is at that clock, else at the highest that the netlist has. Exit 2 bad input: a module that rtl/rtl.f does not list as a block of its own."""
import collections
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from docs.data import macros, store
from sw.cli.flx_cli import MISMATCH, PASS, fail, read, read_json, start
from sw.gen import rtl_list
from synth.flow.measure import path_of
from synth.study.power import power

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
    """proof.json and replay.json, None for one that is missing or older than the netlist."""
    found, made = [], os.path.getmtime(os.path.join(out, "core.json"))
    for name in ("proof.json", "replay.json"):
        path = os.path.join(out, name)
        if not os.path.exists(path) or os.path.getmtime(path) < made:
            found.append(None)
            continue
        found.append(read_json(path))
    return found


def groups_of(r):
    """Area of each cost group."""
    return {key: sum(b["total"] for b in r["blocks"] if b["group"] == key) for key in GROUPS}


def core_ns(r):
    return next(b["critical_ns"] for b in r["blocks"] if b["block"] == rtl_list.SETS["core"])


def add_clock(r, clock):
    """Slack of every block, its own longest path against the period; the core's is that under all constraints."""
    r["clock"] = {key: clock[key] for key in clock if key != "recipe"}
    for b in r["blocks"]:
        own = None if b["critical_ns"] is None else round(clock["period_ns"] - clock["uncertainty_ns"] - b["critical_ns"], 3)
        b["slack_ns"] = own
        if b["block"] == rtl_list.SETS["core"]:
            b.update({"slack_ns": clock["slack_ns"], "from": clock["from"], "to": clock["to"]})


def timed(b):
    """Columns of a block: its path, and for a clock slack and where the path goes."""
    path = f"{b['critical_ns']:>9.2f}" if b["critical_ns"] else f"{'-':>9}"
    if "slack_ns" not in b:
        return path
    return path + (f"{'-':>9}" if b["slack_ns"] is None else f"{b['slack_ns']:>9.3f}{'':>10}  {b['from']} to {b['to']}")


def verdict(clock):
    """The line that says whether the period is met."""
    return f"period {clock['period_ns']:.9g} ns ({1000 / clock['period_ns']:.1f} MHz): {'met' if clock['met'] else 'MISSED'}, slack {clock['slack_ns']:.3f} ns, from {clock['from']} to {clock['to']}"


def table(title, macs, r, as_macros):
    groups, ns, mw, clock = groups_of(r), core_ns(r), r["power"]["mw"], r.get("clock")
    gap = 18 if clock else 9
    head = f"{'block':<42}{'inst.':>6}{'cells':>8}{'flops':>7}{'area each':>12}{'area':>13}{'share':>8}{'path ns':>9}"
    lines = [title, "", f"{head}{'slack ns':>9}{'mW':>10}  worst path" if clock else f"{head}{'mW':>10}"]
    for key, name in GROUPS.items():
        lines.append(f"{name:<75}{groups[key]:>13,.0f}{100 * groups[key] / r['area']:>7.1f}%{'':>{gap}}{mw[key]['total']:>10.3f}")
        for b in (b for b in r["blocks"] if b["group"] == key):
            lines.append(f"  {b['block']:<40}{b['instances']:>6}{b['cells']:>8}{b['flip_flops']:>7}{b['area']:>12,.1f}{b['total']:>13,.0f}{100 * b['total'] / r['area']:>7.1f}%{timed(b)}")
    slack = f"{clock['slack_ns']:>9.3f}" if clock else ""
    lines += [f"{'whole core, SRAMs as black boxes':<75}{r['area']:>13,.0f}{'100.0%':>8}{ns:>9.2f}{slack}{r['power']['total']:>10.3f}",
              f"{'SRAMs as flip-flops: ' + format(r['ram_bits'], ',') + ' bits':<75}{r['ram_as_flip_flops']:>13,.0f}",
              f"{'SRAMs as published macros: docs/gen/memories.md':<75}{'none' if as_macros is None else format(as_macros, ',.0f'):>13}", ""]
    if clock:
        faster = ", ".join(f"{name} (mapping {rung})" for name, rung in clock["faster"].items())
        lines += [verdict(clock), f"recipe clock: {'faster than the area recipe: ' + faster if faster else 'the netlist of the area recipe'}"]
    p = r["power"]
    lines += [f"array: {groups['array'] / macs:,.1f} per MAC; requantisers, statistics, exponents: {100 * groups['exponent'] / groups['array']:.1f} % on top",
              f"{'highest clock' if clock else 'clock'}: {1000 / ns:.1f} MHz; every module proven equal to the RTL; replayed as gates: {r['replay']['traces']} traces, {r['replay']['words']:,} words",
              f"power: {p['total']:.3f} mW at {p['mhz']:.1f} MHz, MACs busy in {100 * p['busy']:.1f} % of the replay's cycles; without glitches, memories, wires, clock tree"]
    return "\n".join(lines)


def main():
    if len(sys.argv) != 6:
        fail("usage: report.py LIB LIBRARY_JSON OUTDIR CONFIG OUT_JSON")
    path, library_path, out, config, target = sys.argv[1:]
    proof, replay = evidence(out)
    if proof is None or proof["failed"] or proof["undecided"] or replay is None or not replay["runs"][0]["words_compared"]:
        fail(f"{out}: netlist is not both proven and replayed: no area, no timing", MISMATCH)
    library = read_json(library_path, "name", "area", "flip_flops", "period_ns")
    parameters, results = measure(library, out)
    results["proofs"] = len(proof["proofs"]) + 1      # and synth/proof/tree.py
    results["replay"] = {"traces": replay["runs"][0]["lanes"], "words": replay["runs"][0]["words_compared"]}
    clock = read_json(f"{out}/clock.json", "recipe", "given", "period_ns", "met", "slack_ns") if os.path.exists(f"{out}/clock.json") else None
    results["order"] = read(f"{out}/order").strip()
    results["recipe"] = clock["recipe"] if clock else "energy" if os.path.basename(out).endswith("@energy") else "area"
    if clock:
        add_clock(results, clock)
    results["power"] = power(f"{out}/replay.json", replay, 1000 / (clock["period_ns"] if clock else core_ns(results)), parameters["macs"], groups_of(results))
    store.write(target, what=f"Area, timing and power of the whole core {config}, proven equal to the RTL and replayed",
                command=f"make synth LIB={library['name']}.lib CONFIG={config}{' ' + clock['given'] if clock else ' RECIPE=energy' * (results['recipe'] == 'energy')}",
                tools=store.tools("yosys", "sta"), library=store.library(path), config=config, rtl=store.rtl(rtl_list.SETS["core"]), parameters=parameters, results=results)
    core = {"config": config, "library": store.library(path), "parameters": parameters, "results": results}
    as_macros = macros.total(core, store.load("docs/data/memories.json"))[1]
    print(table(f"{config}: {parameters['macs']} MACs, {library['name']}, recipe {results['recipe']}", parameters["macs"], results, as_macros))
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
