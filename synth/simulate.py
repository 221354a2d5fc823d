#!/usr/bin/env python3
"""simulate.py - the mapped netlist as Verilog that Verilator compiles quickly: one expression per cell output. Twin: synth/synth.mk

  simulate.py LIBRARY_JSON NETLIST_JSON OUT_V

Every cell of the netlist is there, with its function from the liberty file; hierarchy and ports stay. flx_ram comes from rtl/flx_ram.v.
Instances of cell modules say the same and take Verilator ten times as long."""
import json
import os
import re
import sys

from gates import constant


def expression(function, pins):
    """The liberty function in Verilog: ' behind a factor becomes ~ in front of it, a space between factors becomes &."""
    tokens = re.findall(r"[A-Za-z_]\w*|[01]|[!'&*|+^()]", function)
    position = 0

    def peek():
        return tokens[position] if position < len(tokens) else None

    def take():
        nonlocal position
        position += 1
        return tokens[position - 1]

    def atom():
        token = take()
        if token == "!":
            return "~" + atom()
        if token == "(":
            text = "(" + either() + ")"
            take()
        else:
            text = f"1'b{token}" if token in "01" else pins[token]
        while peek() == "'":
            take()
            text = f"(~{text})"
        return text

    def differ():
        text = atom()
        while peek() == "^":
            take()
            text = f"({text} ^ {atom()})"
        return text

    def both():
        text = differ()
        while peek() is not None and peek() not in ("|", "+", ")"):
            if peek() in ("&", "*"):
                take()
            text = f"({text} & {differ()})"
        return text

    def either():
        text = both()
        while peek() in ("|", "+"):
            take()
            text = f"({text} | {both()})"
        return text

    return either()


def write_module(name, module, library, modules, out):
    net = {}
    for port, info in module["ports"].items():
        for i, bit in enumerate(info["bits"]):
            if info["direction"] == "input":
                net[bit] = f"{port}[{i}]" if len(info["bits"]) > 1 else port

    def of(bit):
        return f"1'b{constant(bit)}" if constant(bit) is not None else net.setdefault(bit, f"n{bit}")
    assigns, flops, instances, clock = [], [], [], None
    for label, cell in module["cells"].items():
        kind, pin = cell["type"], {p: b for p, b in cell["connections"].items() if b}
        model = library["cells"].get(kind)
        if model is None:
            parameters = ", ".join(f".{p}({int(v, 2)})" for p, v in cell["parameters"].items())
            ports = ", ".join(f".{p}({{{', '.join(of(b) for b in reversed(bits))}}})" for p, bits in pin.items())
            instances.append(f"  {kind} {'#(' + parameters + ') ' if parameters else ''}u_{re.sub(r'[^A-Za-z0-9_]', '_', label)} ({ports});\n")
        elif model["ff"] is None:
            values = {p: of(b[0]) for p, b in pin.items()}
            assigns += [f"  assign {of(pin[p][0])} = {expression(f, values)};\n" for p, f in model["outputs"].items() if p in pin]
        else:
            clock = next(of(b[0]) for p, b in pin.items() if p in model["inputs"] and of(b[0]) == "clk_i")
            for p, f in model["outputs"].items():
                if p in pin:
                    inverted = "~" if f == model["ff"]["inverse"] else ""
                    flops.append((of(pin[p][0]), inverted + of(pin["D"][0])))
    stay = "/*verilator no_inline_module*/" if name != "flx_core" else ""
    out.write(f"module {name} ({', '.join(module['ports'])}); {stay}\n")
    for port, info in module["ports"].items():
        size = f"[{len(info['bits']) - 1}:0] " if len(info["bits"]) > 1 else ""
        out.write(f"  {info['direction']} {size}{port};\n")
    registers = {q for q, _ in flops}
    outputs = [(f"{port}[{i}]" if len(info["bits"]) > 1 else port, of(bit)) for port, info in module["ports"].items()
               if info["direction"] == "output" for i, bit in enumerate(info["bits"])]
    inputs = {t for port, info in module["ports"].items() for t in [port]}
    wires = sorted({t for t in net.values() if "[" not in t} - registers - inputs)
    out.writelines(f"  wire {w};\n" for w in wires)
    out.writelines(f"  reg {q};\n" for q in sorted(registers))
    out.writelines(assigns)
    out.writelines(instances)
    if flops:
        out.write(f"  always @(posedge {clock}) begin\n")
        out.writelines(f"    {q} <= {d};\n" for q, d in flops)
        out.write("  end\n")
    out.writelines(f"  assign {port} = {source};\n" for port, source in outputs)
    out.write("endmodule\n")


def main():
    library_path, netlist_path, out = sys.argv[1:]
    with open(library_path, encoding="utf-8") as file:
        library = json.load(file)
    with open(netlist_path, encoding="utf-8") as file:
        modules = json.load(file)["modules"]
    with open(out + ".part", "w", encoding="utf-8") as file:
        for name, module in modules.items():
            if name not in library["area"] and not int(module["attributes"].get("blackbox", "0"), 2):
                write_module(name, module, library, modules, file)
    os.rename(out + ".part", out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
