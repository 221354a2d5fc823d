#!/usr/bin/python3
"""report.py - area and timing of a synthesised core as a table and as JSON. Twin: synth/flow/core.sh

  report.py LIBRARY_JSON OUTDIR CONFIG OUT_JSON   prints the table
  report.py --markdown JSON..                     prints docs/gen/area.md

Refuses (exit 1) to print any figure unless OUTDIR/proof.json says that every module equals the RTL and OUTDIR/replay.json that
flx-netsim compared words of traces on that netlist, both being newer than OUTDIR/core.json."""
import collections
import json
import os
import re
import sys

from synth.flow.measure import path_of, write

# What a block belongs to: the product itself, what the shared exponent costs beside it, buffers, control.
GROUPS = [("array", "multiply-accumulate array", ("flx_pe", "flx_recode", "flx_array")),
          ("exponent", "requantisers, statistics, exponents", ("flx_requant", "flx_drain", "flx_stats", "flx_exp_unit", "flx_autoflex", "flx_exp_init",
                                                                "flx_secded_enc", "flx_secded_dec")),
          ("buffers", "operand and result FIFOs, in flip-flops", ("flx_fifo",)),
          ("control", "command decoder, sequencer, counters, masks", ("flx_decode", "flx_seq", "flx_perf", "flx_core"))]


def group_of(module):
    return next((key for key, _, names in GROUPS if any(module == n or module.startswith(n + "_") for n in names)), "control")


def measure(library, out, config):
    with open(os.path.join(out, "core.json"), encoding="utf-8") as file:
        modules = json.load(file)["modules"]
    with open(os.path.join(out, "core.sta.txt"), encoding="utf-8") as file:
        sections = dict(re.findall(r"^FLX block (\S+)\n(.*?)(?=^FLX block|^FLX done)", file.read(), re.S | re.M))
    with open(os.path.join(out, "ram", "flx_ram.area.json"), encoding="utf-8") as file:
        ram = json.load(file)
    area = library["area"]
    instances = collections.Counter()
    todo = [("flx_core", 1)]
    while todo:
        name, n = todo.pop()
        instances[name] += n
        children = collections.Counter(c["type"] for c in modules[name]["cells"].values() if c["type"] in modules and c["type"] not in area)
        todo += [(child, n * k) for child, k in children.items() if child != "flx_ram"]
    rows, ram_bits, memories = [], 0, []
    for name, n in instances.items():
        count = collections.Counter(c["type"] for c in modules[name]["cells"].values())
        for cell in modules[name]["cells"].values():
            if cell["type"] == "flx_ram":
                size = [int(cell["parameters"][p], 2) for p in ("WORDS", "WORD_BITS")]
                memories.append(size)
                ram_bits += n * size[0] * size[1]
        flops = sum(k for t, k in count.items() if t in library["flip_flops"])
        path = path_of(sections[name] + "FLX end\n", "worst") or (None, None, None)
        own = round(sum(area[t] * k for t, k in count.items() if t in area), 3)
        rows.append({"block": name, "group": group_of(name), "instances": n, "cells": sum(k for t, k in count.items() if t in area), "flip_flops": flops,
                     "area": own, "total": round(own * n, 3), "flip_flop_area": round(sum(area[t] * k for t, k in count.items() if t in library["flip_flops"]), 3),
                     "critical_ns": path[0], "from": path[1], "to": path[2]})
    total = sum(r["total"] for r in rows)
    for row in rows:
        row["share"] = round(row["total"] / total, 5)
    with open(os.path.join(out, "rtl.json"), encoding="utf-8") as file:     # the RTL that was proven
        parameter = {p: int(v, 2) for p, v in json.load(file)["modules"]["flx_core"]["parameter_default_values"].items()}
    macs = parameter["ROWS"] * parameter["COLS"] * parameter["LANES"]
    groups = {key: round(sum(r["total"] for r in rows if r["group"] == key), 3) for key, _, _ in GROUPS}
    ram_area = ram_bits * ram["area"] / (int(ram["parameters"]["WORDS"]) * int(ram["parameters"]["WORD_BITS"]))
    core = next(r for r in rows if r["block"] == "flx_core")
    return {"library": library["name"], "config": config, "parameters": parameter, "macs": macs, "area": round(total, 3), "groups": groups,
            "array_per_mac": round(groups["array"] / macs, 1), "overhead": round(groups["exponent"] / groups["array"], 4),
            "ram": {"bits": ram_bits, "memories": sorted(memories), "as_flip_flops": round(ram_area, 1)},
            "area_with_ram": round(total + ram_area, 1), "critical_ns": core["critical_ns"],
            "fmax_mhz": round(1000 / core["critical_ns"], 1), "blocks": sorted(rows, key=lambda r: -r["total"])}


def replayed(d):
    return f"{d['replay']['traces']} traces, {d['replay']['words']:,} words"


def evidence(out):
    """proof.json and the replay's row, None for one that is missing or older than the netlist."""
    found, made = [], os.path.getmtime(os.path.join(out, "core.json"))
    for name in ("proof.json", "replay.json"):
        path = os.path.join(out, name)
        if not os.path.exists(path) or os.path.getmtime(path) < made:
            found.append(None)
            continue
        with open(path, encoding="utf-8") as file:
            found.append(json.load(file))
    return found[0], found[1] and found[1]["runs"][0]


def table(d):
    lines = [f"{d['config']}: {d['macs']} MACs, {d['library']}", "",
             f"{'block':<42}{'inst.':>6}{'cells':>8}{'flops':>7}{'area each':>12}{'area':>13}{'share':>8}{'path ns':>9}"]
    for key, title, _ in GROUPS:
        lines += [f"{title:<75}{d['groups'][key]:>13,.0f}{100 * d['groups'][key] / d['area']:>7.1f}%"]
        for r in (r for r in d["blocks"] if r["group"] == key):
            path = f"{r['critical_ns']:>9.2f}" if r["critical_ns"] else f"{'-':>9}"
            lines += [f"  {r['block']:<40}{r['instances']:>6}{r['cells']:>8}{r['flip_flops']:>7}{r['area']:>12,.1f}{r['total']:>13,.0f}{100 * r['share']:>7.1f}%{path}"]
    lines += [f"{'whole core, SRAMs as black boxes':<75}{d['area']:>13,.0f}{'100.0%':>8}{d['critical_ns']:>9.2f}",
              f"{'SRAMs as flip-flops: ' + format(d['ram']['bits'], ',') + ' bits':<75}{d['ram']['as_flip_flops']:>13,.0f}", "",
              f"array: {d['array_per_mac']:,.1f} per MAC; requantisers, statistics, exponents: {100 * d['overhead']:.1f} % on top",
              f"clock: {d['fmax_mhz']} MHz; every module proven equal to the RTL; replayed as gates: {replayed(d)}"]
    return "\n".join(lines)


def markdown(paths):
    print("<!-- generated by make synth-docs from build/report/synth_*.json; do not edit -->\n# Area and timing\n")
    print("Yosys 0.23, OpenSTA 2.0. Area in um2. How it is counted: [synth.md](../synth.md).\n")
    data = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            data.append(json.load(file))
    data.sort(key=lambda d: (d["macs"], d["library"]))
    print("| configuration | library | array, per MAC | exponent logic on top | whole core | with SRAMs as flip-flops | MHz | proofs | replayed |\n|" + " --- |" * 9)
    for d in data:
        print(f"| {d['config']} | {d['library']} | {d['array_per_mac']:,.0f} | {100 * d['overhead']:.1f} % | {d['area']:,.0f} | {d['area_with_ram']:,.0f} "
              f"| {d['fmax_mhz']:.0f} | {d['proofs']} | {replayed(d)} |")
    for d in data:
        print(f"\n## {d['config']}, {d['library']}\n\n| block | instances | cells | flip-flops | area each | area | share | critical path, ns |\n|" + " --- |" * 8)
        for r in d["blocks"]:
            path = f"{r['critical_ns']:.2f}" if r["critical_ns"] else ""
            print(f"| `{r['block']}` | {r['instances']} | {r['cells']:,} | {r['flip_flops']:,} | {r['area']:,.0f} | {r['total']:,.0f} | {100 * r['share']:.1f} % | {path} |")
    return 0


def main():
    if sys.argv[1] == "--markdown":
        return markdown(sys.argv[2:])
    library_path, out, config, target = sys.argv[1:5]
    proof, replay = evidence(out)
    if proof is None or proof["failed"] or proof["undecided"] or replay is None or not replay["words_compared"]:
        print(f"{out}: netlist is not both proven and replayed: no area, no timing", file=sys.stderr)
        return 1
    with open(library_path, encoding="utf-8") as file:
        library = json.load(file)
    data = measure(library, out, config)
    data["proofs"] = len(proof["proofs"]) + 1      # and synth/proof/tree.py
    data["replay"] = {"traces": replay["lanes"], "words": replay["words_compared"]}
    os.makedirs(os.path.dirname(target), exist_ok=True)
    write(target, json.dumps(data, indent=1) + "\n")
    print(table(data))
    return 0


if __name__ == "__main__":
    sys.exit(main())
