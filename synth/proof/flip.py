#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""flip.py - one wrong cell: writes a netlist in which one cell computes another function of the same pins. Twin: synth/flow/synth.sh --wrong

  flip.py LIBRARY_JSON NETLIST_JSON MODULE OUT_JSON [N]     the N-th such cell of the module (default: the middle one); prints which

Of the cells that drive a flip-flop, a full adder, an instance or an output, where the difference shows for sure: logic may be redundant, and then a
wrong cell deep inside is no wrong netlist.
"""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import fail, read_json, start, write


def main():
    if len(sys.argv) not in (5, 6):
        fail("usage: flip.py LIBRARY_JSON NETLIST_JSON MODULE OUT_JSON [N]")
    library_path, path, module, out = sys.argv[1:5]
    library, netlist = read_json(library_path, "cells", "full_adder"), read_json(path, "modules")
    cells = library["cells"]
    if module not in netlist["modules"]:
        fail(f"{path}: module {module} is missing, expected one of {', '.join(sorted(netlist['modules']))}")
    swap = {}
    for name, model in cells.items():
        if model["ff"] is None and len(model["inputs"]) == 2 and len(model["outputs"]) == 1:
            key = (tuple(model["inputs"]), tuple(model["outputs"]))
            other = next((n for n, m in cells.items() if (tuple(m["inputs"]), tuple(m["outputs"])) == key
                          and m["ff"] is None and m["outputs"] != model["outputs"]), None)
            if other:
                swap[name] = other
    here = netlist["modules"][module]
    seen = {bit for port in here["ports"].values() if port["direction"] == "output" for bit in port["bits"]}
    for cell in here["cells"].values():
        if cell["type"] not in cells or cells[cell["type"]]["ff"] is not None or cell["type"] == library["full_adder"]:
            seen.update(bit for bits in cell["connections"].values() for bit in bits)
    found = [n for n, c in here["cells"].items() if c["type"] in swap and any(c["connections"][pin][0] in seen for pin in cells[c["type"]]["outputs"])]
    if not found:
        fail(f"{path}: {module} has no cell to exchange, expected one with two inputs whose output is seen")
    chosen = found[int(sys.argv[5]) if len(sys.argv) > 5 else len(found) // 2]
    cell = here["cells"][chosen]
    print(f"one wrong cell: {module}.{chosen} is {swap[cell['type']]} instead of {cell['type']}", file=sys.stderr)
    cell["type"] = swap[cell["type"]]
    write(out, json.dumps(netlist))
    return 0


if __name__ == "__main__":
    start(main, __doc__)
