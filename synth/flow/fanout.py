#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""fanout.py - buffer trees behind flip-flops with many loads, in every module of a mapped netlist. Twin: synth/flow/flow.sh

  fanout.py LIBRARY_JSON NETLIST_JSON OUT_JSON     prints what it added

To ABC a flip-flop's output is an input of the logic, which it leaves with any number of loads. Beyond FLOP_LOADS cell pins, those inside instances
included, the pins get a tree of the library's smallest buffer, at most LOADS pins each, in the order of the netlist; an instance's pin stays whole, and ports stay
on the flip-flop. A library without a buffer leaves the netlist as it is."""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import fail, read_json, start, write

FLOP_LOADS = 24     # 0.2 ns in NanGate45
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


class Fanout:
    """Of a netlist's modules."""

    def __init__(self, modules, library, buffer):
        self.modules, self.library, self.buffer = modules, library, buffer
        self.inside = {}        # module -> {bit: cell pins on it, those inside instances included}

    def loads(self, name):
        """{bit: [(pins, connections of a pin, its bit's place)]} of a module."""
        found = {}
        for cell in self.modules[name]["cells"].values():
            for pin, bits in cell["connections"].items():
                if cell["port_directions"].get(pin) != "output":
                    for i, bit in enumerate(bits):
                        found.setdefault(bit, []).append((self.pins(cell["type"], pin, i), cell["connections"][pin], i))
        return found

    def pins(self, kind, pin, i):
        """Cell pins behind one bit of a cell's or an instance's port."""
        if kind in self.library["area"] or not self.modules.get(kind, {}).get("cells"):
            return 1
        if kind not in self.inside:
            self.inside[kind] = {bit: sum(load[0] for load in loads) for bit, loads in self.loads(kind).items()}
        return self.inside[kind].get(self.modules[kind]["ports"][pin]["bits"][i], 0)

    def widen(self, name):
        """Adds the trees; number of buffers."""
        module, loads = self.modules[name], self.loads(name)
        kind, source, target = self.buffer
        wires = [cell["connections"] for cell in module["cells"].values()] + [{"": info["bits"]} for info in (*module["netnames"].values(), *module["ports"].values())]
        free = 1 + max((bit for pins in wires for bits in pins.values() for bit in bits if isinstance(bit, int)), default=1)
        flops = [bit for cell in module["cells"].values() if cell["type"] in self.library["flip_flops"]
                 for pin, bits in cell["connections"].items() if cell["port_directions"].get(pin) == "output" for bit in bits]
        count = 0
        for bit in flops:
            level = loads.get(bit, [])
            if sum(load[0] for load in level) <= FLOP_LOADS:
                continue
            while len(level) > 1 and sum(load[0] for load in level) > LOADS:
                above = []
                for group in grouped(level):
                    pins = {source: [bit], target: [free]}
                    for _, place, i in group:
                        place[i] = free
                    module["cells"][f"$fanout${count}"] = {"hide_name": 1, "type": kind, "parameters": {}, "attributes": {},
                                                           "port_directions": {source: "input", target: "output"}, "connections": pins}
                    module["netnames"][f"$fanout${count}.out"] = {"hide_name": 1, "bits": [free], "attributes": {}}
                    above.append((1, pins[source], 0))
                    free, count = free + 1, count + 1
                level = above
        return count


def grouped(level):
    """Neighbours, at most LOADS pins together, or one load of more."""
    group = []
    for load in level:
        if group and sum(other[0] for other in group) + load[0] > LOADS:
            yield group
            group = []
        group.append(load)
    yield group


def main():
    if len(sys.argv) != 4:
        fail("usage: fanout.py LIBRARY_JSON NETLIST_JSON OUT_JSON")
    library_path, path, out = sys.argv[1:]
    library, netlist = read_json(library_path, "cells", "flip_flops"), read_json(path, "modules")
    buffer = buffer_cell(library)
    fanout = Fanout(netlist["modules"], library, buffer)
    for name, module in netlist["modules"].items():
        if buffer and module["cells"]:
            count = fanout.widen(name)
            if count:
                print(f"{name}: {count} {buffer[0]} behind flip-flops")
    write(out, json.dumps(netlist))
    return 0


if __name__ == "__main__":
    start(main, __doc__)
