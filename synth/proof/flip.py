#!/usr/bin/python3
"""flip.py - one wrong cell: writes a netlist in which one cell computes another function of the same pins. Twin: synth/flow/synth.sh --wrong

  flip.py LIBRARY_JSON NETLIST_JSON MODULE OUT_JSON [N]     the N-th such cell of the module (default: the middle one); prints which

Of the cells that drive a flip-flop, a full adder, an instance or an output, where the difference shows for sure: logic may be redundant, and then a
wrong cell deep inside is no wrong netlist.
"""
import json
import sys


def main():
    library_path, path, module, out = sys.argv[1:5]
    with open(library_path, encoding="utf-8") as file:
        library = json.load(file)
    cells = library["cells"]
    with open(path, encoding="utf-8") as file:
        netlist = json.load(file)
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
        print(f"{path}: {module} has no cell to exchange, expected one with two inputs whose output is seen", file=sys.stderr)
        return 2
    chosen = found[int(sys.argv[5]) if len(sys.argv) > 5 else len(found) // 2]
    cell = here["cells"][chosen]
    print(f"one wrong cell: {module}.{chosen} is {swap[cell['type']]} instead of {cell['type']}", file=sys.stderr)
    cell["type"] = swap[cell["type"]]
    with open(out, "w", encoding="utf-8") as file:
        json.dump(netlist, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
