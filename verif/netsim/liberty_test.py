#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""liberty_test.py - Liberty files as vendors write them: lexis, units, supplies, clear and preset. Never another number. Twin: synth/netsim/ns_tree.c, ns_library.c, synth/flow/library.py

  liberty_test.py FLX_NETSIM      exit 0, 1 a check failed"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if __name__ == "__main__":
    os.chdir(sys.path[0])   # files of the tree are named from its root
from sw.cli.flx_cli import MISMATCH, PASS, fail, start

HEAD = 'time_unit : "1ns"; voltage_unit : "1V"; leakage_power_unit : "1nW"; capacitive_load_unit (1, pf); nom_voltage : 2.0;\n'
ARC = 'related_pin : "A B"; '
NAND = ('cell (NAND2) {{\n {area} {leak}\n {pins}\n pin (Y) {{ {direction} function : {function};\n  timing () {{ ' + ARC + 'cell_rise (scalar) {{ values ("{delay}"); }} cell_fall (scalar) {{ values ("{delay}"); }} }}\n'
        '  internal_power () {{ ' + ARC + 'rise_power (scalar) {{ values ("{rise}"); }} fall_power (scalar) {{ values ("{fall}"); }} }}\n }}\n}}\n')
USUAL = {"area": "area : 2;", "leak": "cell_leakage_power : 1;", "direction": "direction : output;", "function": '"(A B)\'"', "delay": "0.1", "rise": "0.001", "fall": "0.002",
         "pins": " ".join(f"pin ({p}) {{ direction : input; capacitance : 0.01; }}" for p in "AB")}
DFF = ('cell (DFF) {{ area : 5; cell_leakage_power : 1; ff (IQ, IQN) {{ next_state : "D"; clocked_on : "CK"; {more} }}\n'
       ' pin (D) {{ direction : input; capacitance : 0.01; }} pin (CK) {{ direction : input; capacitance : 0.005; clock : true; }} {pins}\n'
       ' pin (Q) {{ direction : output; function : "IQ"; {q} }} {outputs} }}\n')
failed = checks = 0


def check(what, good, shown=""):
    global failed, checks
    checks += 1
    if not good:
        failed += 1
        print(f"FAIL: {what}: {shown}")


def library(head=HEAD, tail="", before="", **changes):
    return f"{before}library (small) {{\n {head}{NAND.format(**{**USUAL, **changes})}{DFF.format(more='', pins='', q='', outputs='')}{tail}}}\n"


class Folder:
    def __init__(self, netsim, folder):
        self.netsim, self.folder = netsim, folder
        self.put("nand.json", netlist("NAND2", {"A": 3, "B": 4, "Y": 5}, ["a", "b"]))
        rows = [(i // 32, i // 16 % 2, 1 - (i // 32 & i // 16 % 2)) for i in range(64)]     # leakage is looked at in every 16th cycle
        self.put("nand.txt", stimulus(["a", "b"], "y", rows))

    def put(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return path

    def run(self, text, design="nand", rows="nand", *more):
        self.put("x.lib", text)
        return subprocess.run([self.netsim, "--lib", f"{self.folder}/x.lib", "--netlist", f"{self.folder}/{design}.json", "--stimulus", f"{self.folder}/{rows}.txt", "--json", *more],
                              capture_output=True, text=True, check=False)

    def figures(self, text):
        """Area, energy and leakage of the gate, or the line that refuses it."""
        done = self.run(text)
        if done.returncode:
            return done.stderr.strip()
        group = json.loads(done.stdout)["mean_groups"]["other"]
        return [round(group[key], 9) for key in ("area", "switching", "internal", "leakage_uw")]

    def facts(self, text):
        """What synthesis takes from it."""
        path = self.put("x.lib", text)
        done = subprocess.run([sys.executable, "synth/flow/library.py", path, f"{self.folder}/out"], capture_output=True, text=True, check=False)
        if done.returncode:
            return done.stderr.strip()
        with open(f"{self.folder}/out/library.json", encoding="utf-8") as file:
            facts = json.load(file)
        return [facts["area"], facts["cells"], facts["flip_flops"], facts["period_ns"]]


def netlist(cell, pins, inputs, output="y"):
    ports = {"clk_i": {"direction": "input", "bits": [2]}, output: {"direction": "output", "bits": [5]}}
    ports.update({name: {"direction": "input", "bits": [3 + i]} for i, name in enumerate(inputs)} if len(inputs) < 3 else
                 {name: {"direction": "input", "bits": [(3, 4, 6)[i]]} for i, name in enumerate(inputs)})
    return json.dumps({"modules": {"top": {"attributes": {"top": "1"}, "ports": ports, "cells": {"c0": {"type": cell, "connections": {p: [n] for p, n in pins.items()}}},
                                           "netnames": {"n": {"bits": list(range(2, 9))}}}}})


def stimulus(inputs, output, rows, unit="MAC"):
    return (f"flx-netsim-stimulus 1\nunit {unit}\noperations {len(rows)}\nlanes 1\ncycles {len(rows)}\ncount_from 0\n" + "".join(f"input {i} 1\n" for i in inputs)
            + f"output {output} 1\ndata\n" + "".join(" ".join(map(str, row)) + "\n" for row in rows))


def lexis(folder):
    """However it is written, it is the same library."""
    plain = library()
    want, facts = folder.figures(plain), folder.facts(plain)
    check("plain", isinstance(want, list) and want[0] == 2 and isinstance(facts, list), f"{want} {facts}")
    variants = {
        "comment behind a value": library(area="area : 2 /* um2 */ ;", direction="direction : output /* Y */ ;"),
        "comment that holds a cell": library(before="/* cell (NAND2) { area : 9; } */\n", tail="// cell (GHOST) { area : 1; }\n"),
        "comment to the line's end": library(area="// area : 9;  old\n area : 2; // new\n"),
        "comment before a value": library(area="area : /* was 9 */ 2;"),
        "line ends of DOS": plain.replace("\n", "\r\n"),
        "lines that go on": library(area="area \\\n : \\\n 2;", function='"(A \\\n B)\'"'),
        "a name at whose end the line goes on": library(head=HEAD.replace("time_unit :", "time_unit\\\n :").replace("capacitive_load_unit (", "capacitive_load_unit\\\n (")),
        "several pins in a group": library(pins='pin (A, B) { direction : input; capacitance : 0.01; }'),
        "names in quotes": library(pins='pin ("A") { direction : "input"; capacitance : "0.01"; } pin("B"){direction:input;capacitance:0.01;}'),
        "attributes and groups on a line": plain.replace("\n", " "),
        "no blanks": plain.replace(" : ", ":").replace(" (", "(").replace(" {", "{"),
        "a number in quotes": library(area='area : "2";'),
        "attributes that end with the line": library(area="area : 2\n", leak="cell_leakage_power : 1\n"),
        "a cell name in quotes": plain.replace("cell (NAND2)", 'cell ("NAND2")'),
    }
    for what, text in variants.items():
        check(what, folder.figures(text) == want, folder.figures(text))
        check(f"{what}, synthesis", folder.facts(text) == facts, folder.facts(text))
    refused = {
        "no ; behind a value": (library(area="area : 2 cell_footprint : nand;"), "x.lib:4: value is \"2 cell_footprint : nand\", expected ;"),
        "text behind a string": (library(function='"(A B)\'" "A"'), "text behind a value"),
        "an open comment": (library(tail="/* open"), "comment is open, expected */"),
        "an unknown direction": (library(direction="direction : out;"), "direction is \"out\", expected input, output, inout or internal"),
        "no direction": (library(direction=""), "direction is \"\", expected input, output, inout or internal"),
        "an area that is no number": (library(area="area : two;"), "area is"),
        "a cell twice": (library(tail=NAND.format(**USUAL)), "cell NAND2 is there twice"),
    }
    for what, (text, message) in refused.items():
        check(what, message in str(folder.figures(text)), folder.figures(text))
    check("area that is no number, synthesis", "NAND2: area is two, expected a number" in str(folder.facts(refused["an area that is no number"][0])), folder.facts(refused["an area that is no number"][0]))


def units(folder):
    """Other units, other numbers, the same library."""
    want = folder.figures(library())
    ten = {"delay": "10", "rise": "0.1", "fall": "0.2"}   # of 10 ps, and of 1 pF (100 mV)^2
    hundredth = HEAD.replace("1ns", "10ps").replace("1V", "100mV").replace("2.0", "20.0")
    check("10ps, 100mV", folder.figures(library(head=hundredth, **ten)) == want, folder.figures(library(head=hundredth, **ten)))
    for unit, cap in (("(1, ff)", 10), ("(1000, ff)", 0.01), ("(10, ff)", 1), ("(0.001, nf)", 0.01)):
        factor = cap / 0.01
        pins = " ".join(f"pin ({p}) {{ direction : input; capacitance : {cap}; }}" for p in "AB")
        text = library(head=HEAD.replace("(1, pf)", unit), pins=pins, rise=0.001 * factor, fall=0.002 * factor)
        check(f"capacitive_load_unit {unit}", folder.figures(text) == want, folder.figures(text))
    for unit, value in (("1pW", 1000), ("1uW", 0.001), ("100uW", 0.00001), ("1mW", 0.000001)):
        text = library(head=HEAD.replace("1nW", unit), leak=f"cell_leakage_power : {value};")
        check(f"leakage_power_unit {unit}", folder.figures(text) == want, folder.figures(text))
    for name, text in (("time_unit", "1 fortnight"), ("voltage_unit", "volt"), ("leakage_power_unit", "1 horse")):
        old = {"time_unit": "1ns", "voltage_unit": "1V", "leakage_power_unit": "1nW"}[name]
        answer = folder.figures(library(head=HEAD.replace(f'{name} : "{old}"', f'{name} : "{text}"')))
        check(f"{name} {text}", name in str(answer) and "expected a number and a unit" in str(answer), answer)
    for unit, period in (("1ps", 1.0), ("100ps", 100.0), ("1us", 1e6)):
        facts = folder.facts(library(head=HEAD.replace("1ns", unit)))
        check(f"time_unit {unit}, synthesis", abs(facts[3] / period - 1) < 1e-9, facts)
    check("time_unit of no time, synthesis", "time_unit is 1 fortnight, expected a number and a unit" in str(folder.facts(library(head=HEAD.replace("1ns", "1 fortnight")))))


def leakage(folder):
    """Watts add up over supplies; a group without `when` serves the states that no `when` names."""
    def group(value, *more):
        return "leakage_power () { " + " ".join(more) + f" value : {value}; }} "

    def microwatts(leak):
        answer = folder.figures(library(leak=leak))
        return answer[3] * 1000 if isinstance(answer, list) else answer
    vdd, vnw, high = "related_pg_pin : VDD;", "related_pg_pin : VNW;", 'when : "A & B";'
    cases = {
        "one number": ("cell_leakage_power : 5;", 5),
        "two supplies": (group(4, vdd) + group(1, vnw), 5),
        "two supplies, one with states": (group(4, vdd, high) + group(2, vdd) + group(1, vnw), (4 + 3 * 2) / 4 + 1),
        "two supplies, states of both": (group(4, vdd, high) + group(8, vdd, 'when : "!(A & B)";') + group(1, vnw, high) + group(2, vnw, 'when : "!(A & B)";'), (5 + 3 * 10) / 4),
        "a group without when, before and behind": (group(2) + group(6, high), (6 + 3 * 2) / 4),
        "it counts more than the cell's number": ("cell_leakage_power : 9; " + group(6, high) + group(2), (6 + 3 * 2) / 4),
        "states, and the cell's number for the others": ("cell_leakage_power : 2; " + group(6, high), (6 + 3 * 2) / 4),
        "power levels": (group(4, 'power_level : "V1";') + group(1, 'power_level : "V2";'), 5),
    }
    for what, (leak, want) in cases.items():
        got = microwatts(leak)
        check(f"leakage: {what}", isinstance(got, float) and abs(got - want) < 1e-6, f"{got}, expected {want}")
    check("leakage: two plain groups of a supply", "expected one for each supply" in str(microwatts(group(4, vdd) + group(1, vdd))), microwatts(group(4, vdd) + group(1, vdd)))


def flip_flops(folder):
    """Clear and preset act at once; what is not understood is refused by name where it is used."""
    def dff(more, pins=("RN",), q="", outputs=""):
        text = " ".join(f"pin ({p}) {{ direction : input; capacitance : 0.01; }}" for p in pins)
        return library().rsplit("cell (DFF)", 1)[0] + DFF.format(more=more, pins=text, q=q, outputs=outputs) + "}\n"

    def run(text, inputs, rows, pins):
        folder.put("dff.json", netlist("DFF", {"D": 3, "CK": 2, **pins, "Q": 5}, inputs, "q"))
        folder.put("dff.txt", stimulus(inputs, "q", rows))
        return folder.run(text, "dff", "dff")
    at_once = [(1, 1, "-"), (1, 1, 1), (1, 0, 0), (1, 1, 0), (0, 1, 1), (1, 1, 0), (1, 1, 1), (1, 0, 0)]
    at_edge = [(1, 1, "-"), (1, 1, 1), (1, 0, 1), (1, 1, 0), (0, 1, 1), (1, 1, 0), (1, 1, 1), (1, 0, 1)]
    clear = dff('clear : "!RN";')
    check("clear acts at once", run(clear, ["d", "rn"], at_once, {"RN": 4}).returncode == 0, run(clear, ["d", "rn"], at_once, {"RN": 4}).stderr)
    check("and not at the edge alone", run(clear, ["d", "rn"], at_edge, {"RN": 4}).returncode == 1)
    preset = [(0, 1, "-"), (0, 1, 0), (0, 0, 1), (0, 1, 1), (1, 1, 0), (0, 1, 1)]
    check("preset", run(dff('preset : "!RN";'), ["d", "rn"], preset, {"RN": 4}).returncode == 0, run(dff('preset : "!RN";'), ["d", "rn"], preset, {"RN": 4}).stderr)
    for both, value in (("L", 0), ("H", 1), ("N", 1)):
        text = dff(f'clear : "!RN"; preset : "!SN"; clear_preset_var1 : {both}; clear_preset_var2 : L;', ("RN", "SN"))
        rows = [(1, 1, 1, "-"), (1, 1, 1, 1), (1, 0, 0, value), (1, 0, 1, 0), (1, 1, 0, 1)]
        done = run(text, ["d", "rn", "sn"], rows, {"RN": 4, "SN": 6})
        check(f"clear and preset together, {both}", done.returncode == 0, done.stderr)
    odd = {
        "no clear_preset_var1 of L, H, N or T": dff('clear : "!RN"; preset : "!SN";', ("RN", "SN")),
        "no clear_preset_var2": dff('clear : "!RN"; preset : "!SN"; clear_preset_var1 : L; clear_preset_var2 : X;', ("RN", "SN")),
        "three_state": dff("", ("RN",), 'three_state : "RN";'),
        "clocked_on_also": dff('clocked_on_also : "!CK";'),
        "a pin that is inout or internal": dff("", ("RN",), "", "pin (Z) { direction : inout; }"),
        "it has latch": library().rsplit("cell (DFF)", 1)[0] + DFF.format(more="", pins="pin (RN) { direction : input; }", q="", outputs="").replace("ff (IQ, IQN)", "latch (IQ, IQN)").replace("clocked_on", "enable") + "}\n",
    }
    for what, text in odd.items():
        done = run(text, ["d", "rn"], at_once, {"RN": 4})
        check(f"refused where it is used: {what}", done.returncode == 2 and what in done.stderr and "type is DFF" in done.stderr, f"{done.returncode} {done.stderr}")
        check(f"harmless where it is not: {what}", folder.run(text).returncode == 0, folder.run(text).stderr)
    done = run(clear, ["d", "rn"], at_once, {"RN": 4})
    done = folder.run(clear, "dff", "dff", "--glitch", "4")
    check("no glitch figure with a clear", done.returncode == 2 and "without clear and preset" in done.stderr, done.stderr)


def main():
    if len(sys.argv) != 2:
        fail("usage: liberty_test.py FLX_NETSIM")
    with tempfile.TemporaryDirectory() as path:
        folder = Folder(sys.argv[1], path)
        for part in (lexis, units, leakage, flip_flops):
            part(folder)
    print(f"liberty_test: {checks} checks, {failed} failed")
    return MISMATCH if failed else PASS


if __name__ == "__main__":
    start(main, __doc__)
