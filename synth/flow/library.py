#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""library.py - what the flow needs to know of a liberty file. Twin: synth/flow/flow.sh

  library.py LIB OUTDIR     writes OUTDIR/whole.lib  the library without comments, a statement a line: what Yosys and OpenSTA read
                                   OUTDIR/used.lib   the cells that synthesis may choose
                                   OUTDIR/period     of the clock for timing, ns
                                   OUTDIR/map.v      techmap of $fa to the library's full adder, if it has one
                                   OUTDIR/library.json  areas, flip-flops, the full adder, functions of the usable cells
Cells are found by their functions, never by their names; names only exclude (clock buffers, delay and power cells).
Exit 2 if the file is no cell library."""
import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import TOOL, fail, rooted, start, write

ODD = ("statetable", "latch", "clock_gating_integrated_cell", "test_cell", "three_state", "bus", "bundle", "ff_bank", "latch_bank")   # groups and attributes of cells that synthesis leaves alone
EXCLUDED = re.compile(r"clk|dly|delay|lpflow|probe|macro|diode|decap|fill|antenna|tap", re.I)


NETSIM = rooted("build/bin/flx-netsim")


def liberty(path, *options):
    """What flx-netsim, the project's one reader of Liberty files, prints of the library."""
    try:
        done = subprocess.run([NETSIM, "--lib", path, "--liberty", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    except OSError as error:
        fail(f"{NETSIM}: cannot be run ({error.strerror}), expected it built: make build/bin/flx-netsim", TOOL)
    if done.returncode:
        fail(done.stderr.decode(errors="replace").strip().removeprefix("flx-netsim: "), done.returncode)
    return done.stdout.decode(errors="replace")


def named(group, name):
    return [child for child in group["children"] if child["name"] == name]


def attribute(group, name):
    """The value of an attribute, None without it."""
    found = named(group, name)
    return " ".join(found[0]["args"][0].split()) if found and found[0]["args"] else None


def pins(cell):
    """name -> (direction, function) of a cell's pins."""
    return {name: (attribute(pin, "direction"), attribute(pin, "function")) for pin in named(cell, "pin") for name in pin["args"]}


def evaluate(function, values):
    """Value of a liberty expression: ! ' & * space | + ^ ( ). Binds: ! and ', then ^, then and, then or."""
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
            return 1 - atom()
        if token == "(":
            value = either()
            take()
        else:
            value = int(token) if token in "01" else values[token]
        while peek() == "'":
            take()
            value = 1 - value
        return value

    def differ():
        value = atom()
        while peek() == "^":
            take()
            value ^= atom()
        return value

    def both():
        value = differ()
        while peek() is not None and peek() not in ("|", "+", ")"):
            if peek() in ("&", "*"):
                take()
            value &= differ()
        return value

    def either():
        value = both()
        while peek() in ("|", "+"):
            take()
            value |= both()
        return value

    return either()


def state(cell):
    """{state, inverse, next, clear, preset} of a flip-flop, None of a gate."""
    groups = named(cell, "ff")
    if not groups:
        return None
    names = groups[0]["args"] + ["", ""]
    result = {"state": names[0], "inverse": names[1]}
    for key, name in (("next", "next_state"), ("clear", "clear"), ("preset", "preset")):
        result[key] = attribute(groups[0], name)
    return result


def table(function, inputs):
    return [evaluate(function, dict(zip(inputs, row))) for row in itertools.product((0, 1), repeat=len(inputs))]


def full_adder(where, cell_pins):
    """(inputs, sum pin, carry pin) if the cell is a full adder."""
    inputs = [n for n, (d, _) in cell_pins.items() if d == "input"]
    outputs = {n: f for n, (d, f) in cell_pins.items() if d == "output" and f}
    if len(inputs) != 3 or len(outputs) != 2:
        return None
    rows = list(itertools.product((0, 1), repeat=3))
    found = {}
    for name, function in outputs.items():
        try:
            values = table(function, inputs)
        except (KeyError, IndexError):
            fail(f"{where}: function of {name} is {function}, expected an expression of {' '.join(inputs)}")
        if values == [sum(r) & 1 for r in rows]:
            found["sum"] = name
        elif values == [sum(r) >> 1 for r in rows]:
            found["carry"] = name
    return (inputs, found["sum"], found["carry"]) if len(found) == 2 else None


FA_MAP = """// map.v - the full adder of synth/flow/split_fa.v as {cell}. Generated by synth/flow/library.py
(* techmap_celltype = "$fa" *)
module flx_map_fa (A, B, C, X, Y);
    parameter WIDTH = 1;
    input A, B, C;
    output X, Y;
    {cell} fa (.{a}(A), .{b}(B), .{c}(C), .{carry}(X), .{sum}(Y));
endmodule
"""


def texts(lines):
    """({cell: its text}, (text before and between the cells, the library's end)), as flx-netsim prints them."""
    bodies, rest, name = {}, [], None
    for line in lines[:-1]:
        begins = re.match(r'  cell \("?(.*?)"?\) \{$', line.rstrip("\n"))
        if begins and name is None:
            name, bodies[begins[1]] = begins[1], ""
        if name is None:
            rest.append(line)
        else:
            bodies[name] += line
            name = None if line.rstrip("\n") == "  }" else name
    return bodies, ("".join(rest), lines[-1])


UNITS = {"": 1e9, "m": 1e6, "u": 1e3, "n": 1.0, "p": 1e-3, "f": 1e-6}   # in ns


def time_unit(path, tree):
    """Of the library, in ns."""
    text = attribute(tree, "time_unit")
    found = re.fullmatch(r"\s*([0-9.]+)\s*([munpf]?)s\s*", text or "", re.I)
    if not found or number(f"{path}: time_unit", found[1]) <= 0:
        fail(f"{path}: time_unit is {text or 'missing'}, expected a number and a unit, such as 1ns")
    return float(found[1]) * UNITS[found[2].lower()]


def number(what, text):
    """0 without a text."""
    try:
        return float(text or 0)
    except ValueError:
        fail(f"{what} is {text}, expected a number")


def main():
    if len(sys.argv) != 3:
        fail("usage: library.py LIB OUTDIR")
    path, out = sys.argv[1:]
    tree, lines = json.loads(liberty(path, "--json")), liberty(path).splitlines(keepends=True)
    bodies, others = texts(lines)
    cells, models, adders, flops, kept = {}, {}, [], [], []
    for group in named(tree, "cell"):
        where = f"{path}:{group['line']}"
        if len(group["args"]) != 1 or "children" not in group:
            fail(f"{where}: cell has names {' '.join(group['args']) or '-'}, expected one name and a group")
        name, area = group["args"][0], attribute(group, "area")
        cells[name] = number(f"{where}: {name}: area", area)
        if named(group, "ff"):
            flops.append(name)
        three_state = any(named(pin, "three_state") for pin in named(group, "pin"))
        if cells[name] <= 0 or any(named(group, odd) for odd in ODD) or three_state or EXCLUDED.search(name) or attribute(group, "dont_use") == "true":
            continue
        kept.append(bodies[name])
        cell_pins = pins(group)
        models[name] = {"inputs": [n for n, (d, _) in cell_pins.items() if d == "input"],
                        "outputs": {n: f for n, (d, f) in cell_pins.items() if d == "output"}, "ff": state(group)}
        adder = None if named(group, "ff") else full_adder(where, cell_pins)
        if adder:
            adders.append((cells[name], name, adder))
    if not cells or not flops:
        fail(f"{path}: library has {len(cells)} cells and {len(flops)} flip-flops, expected a liberty file with both")
    os.makedirs(out, exist_ok=True)
    period = 1000 * time_unit(path, tree)     # of the clock under which paths are looked at: long, in a unit that keeps their digits
    write(os.path.join(out, "whole.lib"), "".join(lines))
    write(os.path.join(out, "period"), f"{period:.12g}\n")
    write(os.path.join(out, "used.lib"), others[0] + "".join(kept) + others[1])
    fa = None
    if adders:
        area, fa, (inputs, total, carry) = min(adders)
        write(os.path.join(out, "map.v"), FA_MAP.format(cell=fa, a=inputs[0], b=inputs[1], c=inputs[2], sum=total, carry=carry))
    else:
        write(os.path.join(out, "map.v"), "// map.v - empty: the library has no full adder. Generated by synth/flow/library.py\n")
    name = os.path.splitext(os.path.basename(path))[0]
    write(os.path.join(out, "library.json"), json.dumps(
        {"name": name, "period_ns": period, "full_adder": fa, "flip_flops": sorted(flops), "area": cells, "cells": models}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    start(main, __doc__)
