#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""split.py - a mapped netlist for OpenSTA: one-bit ports and nets, one assign per alias, flip-flops named after the register bit they hold.

  split.py LIBRARY_JSON NETLIST_JSON TOP OUT_V     every module of the netlist, TOP last

OpenSTA 2.0 neither takes the ports of more than one bit nor the concatenations that write_verilog leaves."""
import io
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import fail, read_json, start, write


def plain(name):
    return re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")


def write_module(name, module, library, modules, out):
    used, net = set(), {"0": "1'b0", "1": "1'b1", "x": "1'b0", "z": "1'b0"}

    def fresh(text):
        text = plain(text) or "n"
        if text[0].isdigit():
            text = "n" + text
        while text in used:
            text += "_"
        used.add(text)
        return text

    ports = {}      # name -> [(direction, one-bit name, bit)]
    for port, info in module["ports"].items():
        ports[port] = [(info["direction"], fresh(f"{port}_{i}_" if len(info["bits"]) > 1 else port), bit) for i, bit in enumerate(info["bits"])]
    for rows in ports.values():
        for direction, text, bit in rows:
            if direction == "input":
                net[bit] = text
    for rows in ports.values():
        for direction, text, bit in rows:
            if direction != "input" and bit not in net:
                net[bit] = text
    named = sorted(module["netnames"].items(), key=lambda row: (row[1].get("hide_name", 0), row[0].count("."), row[0]))
    register = {}
    for text, info in named:
        if info.get("hide_name", 0):
            continue
        for i, bit in enumerate(info["bits"]):
            if isinstance(bit, int):
                register.setdefault(bit, f"{text}_{i}" if len(info["bits"]) > 1 else text)
                if bit not in net:
                    net[bit] = fresh(register[bit])
    lines, wires = [], []
    for cell in module["cells"].values():
        for bits in cell["connections"].values():
            for bit in bits:
                if bit not in net:
                    net[bit] = fresh(f"n{bit}")
    port_names = {text for rows in ports.values() for _, text, _ in rows}
    wires = sorted({text for bit, text in net.items() if isinstance(bit, int)} - port_names)
    for instance, cell in module["cells"].items():
        kind, pins = cell["type"], []
        label = instance
        if kind in library["flip_flops"]:
            outputs = [bits[0] for pin, bits in cell["connections"].items() if cell["port_directions"].get(pin) == "output"]
            label = next((register[b] + "_reg" for b in outputs if b in register), instance)
        for pin, bits in cell["connections"].items():
            if kind in modules and len(bits) > 1:
                pins += [f".{plain(f'{pin}_{i}_')}({net[b]})" for i, b in enumerate(bits)]
            elif kind in library["area"] or kind in modules:
                pins += [f".{pin}({net[bits[0]]})"] if bits else []
        if kind in library["area"] or kind in modules:
            lines.append(f"  {plain(kind) if kind in modules else kind} {fresh(label)} ({', '.join(pins)});")
    out.write(f"module {plain(name)} ({', '.join(text for rows in ports.values() for _, text, _ in rows)});\n")
    for rows in ports.values():
        out.writelines(f"  {direction} {text};\n" for direction, text, _ in rows)
    out.writelines(f"  wire {w};\n" for w in wires)
    out.writelines(line + "\n" for line in lines)
    for rows in ports.values():
        out.writelines(f"  assign {text} = {net[bit]};\n" for direction, text, bit in rows if direction != "input" and net[bit] != text)
    out.write("endmodule\n")


def main():
    if len(sys.argv) != 5:
        fail("usage: split.py LIBRARY_JSON NETLIST_JSON TOP OUT_V")
    library_path, netlist_path, top, out = sys.argv[1:]
    library, netlist = read_json(library_path, "area", "flip_flops"), read_json(netlist_path, "modules")["modules"]
    modules = {name: m for name, m in netlist.items() if name not in library["area"] and not int(m["attributes"].get("blackbox", "0"), 2)}
    text = io.StringIO()
    for name in sorted(modules, key=lambda n: n == top):
        write_module(name, modules[name], library, modules, text)
    write(out, text.getvalue())
    return 0


if __name__ == "__main__":
    start(main, __doc__)
