#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""fanout.py - buffer trees behind flip-flops with many loads, in every module of a mapped netlist. Twin: synth/flow/flow.sh

  fanout.py LIBRARY_JSON NETLIST_JSON OUT_JSON     prints what it added

To ABC a flip-flop's output is an input of the logic, which it leaves with any number of loads. Beyond FLOP_LOADS cell pins the pins get a tree of
the library's smallest buffer, at most LOADS pins each, in the order of the netlist; ports stay on the flip-flop.
A library without a buffer leaves the netlist as it is."""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import fail, read_json, start, write

FLOP_LOADS = 32     # 0.2 ns in NanGate45
LOADS = 16          # as of ABC's own buffers


def buffer_cell(library):
    """(cell, input, output) of the smallest buffer, None if there is none."""
    found = []
    for name, model in library["cells"].items():
        if model["ff"] is None and len(model["inputs"]) == 1 and len(model["outputs"]) == 1:
            (output, function), = model["outputs"].items()
            if function is not None and function.strip("() ") == model["inputs"][0]:
                found.append((library["area"][name], name, model["inputs"][0], output))
    return min(found)[1:] if found else None


def widen(module, library, buffer):
    """Adds the trees; number of buffers."""
    loads, flops, free = {}, [], 2
    for name, cell in module["cells"].items():
        for pin, bits in cell["connections"].items():
            driven = cell["port_directions"].get(pin) == "output"
            free = max([free] + [b + 1 for b in bits if isinstance(b, int)])
            if driven and cell["type"] in library["flip_flops"]:
                flops += bits
            elif not driven:
                for i, bit in enumerate(bits):
                    loads.setdefault(bit, []).append((cell["connections"][pin], i))
    for info in list(module["netnames"].values()) + list(module["ports"].values()):
        free = max([free] + [b + 1 for b in info["bits"] if isinstance(b, int)])
    count = 0
    kind, source, target = buffer
    for bit in flops:
        level = loads.get(bit, [])
        if len(level) <= FLOP_LOADS:
            continue
        while len(level) > LOADS:
            above = []
            for start in range(0, len(level), LOADS):
                pins = {source: [bit], target: [free]}
                for place, i in level[start:start + LOADS]:
                    place[i] = free
                module["cells"][f"$fanout${count}"] = {"hide_name": 1, "type": kind, "parameters": {}, "attributes": {},
                                                       "port_directions": {source: "input", target: "output"}, "connections": pins}
                module["netnames"][f"$fanout${count}.out"] = {"hide_name": 1, "bits": [free], "attributes": {}}
                above.append((pins[source], 0))
                free, count = free + 1, count + 1
            level = above
    return count


def main():
    if len(sys.argv) != 4:
        fail("usage: fanout.py LIBRARY_JSON NETLIST_JSON OUT_JSON")
    library_path, path, out = sys.argv[1:]
    library, netlist = read_json(library_path, "cells", "flip_flops"), read_json(path, "modules")
    buffer = buffer_cell(library)
    for name, module in netlist["modules"].items():
        if buffer and module["cells"]:
            count = widen(module, library, buffer)
            if count:
                print(f"{name}: {count} {buffer[0]} behind flip-flops")
    write(out, json.dumps(netlist))
    return 0


if __name__ == "__main__":
    start(main, __doc__)
