#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""constraint.py - the clock that a netlist is mapped for: PERIOD or SDC of the environment, checked before anything is made. Twin: synth/flow/clock.py

  constraint.py LIB CONFIG     prints the netlist's folder below SYNTH_BUILD/LIBRARY: CONFIG without a clock, else CONFIG@PERIOD or CONFIG@FILE.sdc

PERIOD: ns. SDC: a file of constraints as OpenSTA reads it, with one create_clock on clk_i; a port of more than one bit is NAME_0, NAME_1, .. to it.
Writes into that folder clock.sdc, what OpenSTA reads, and given.json: {given, period_ns, uncertainty_ns}.
Exit 2 for a PERIOD or SDC that is none; nothing is left behind."""
import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import PASS, TOOL, fail, read, read_json, start, write, write_json
from sw.gen import rtl_list
from synth.flow import drive
from synth.flow.split import write_module

SHORTEST, LONGEST = 0.001, 1e6      # ns
CLOCK = "clk_i"
GIVEN = f"""create_clock -name clk -period {{}} [get_ports {CLOCK}]
set_input_delay 0 -clock clk [all_inputs]
set_output_delay 0 -clock clk [all_outputs]
"""
EXPECTED = f"expected constraints that OpenSTA reads, with one create_clock on {CLOCK}"
ASK = """read_liberty {liberty}
set_cmd_units -time ns -capacitance pF -resistance kOhm -voltage V -current mA -power mW
read_verilog {ports}
link_design {top}
puts "FLX read"
read_sdc {sdc}
write_sdc {out}
puts "FLX clocks [llength [all_clocks]]"
foreach clock [all_clocks] {{ puts "FLX period [get_property $clock period]" }}
puts "FLX done"
exit
"""


def number(text):
    """Of ns, None if it is none."""
    value = float(text) if re.fullmatch(r"\d+(\.\d*)?|\.\d+", text, re.A) else 0
    return value if SHORTEST <= value <= LONGEST else None


def ports(library, config, folder):
    """The core's ports as a netlist without cells: what an SDC file may name before anything is mapped."""
    top, stem = rtl_list.SETS["core"], os.path.join(folder, "ports")
    modules, directories = rtl_list.read()
    parameters = " ".join(f"-chparam {name} {value}" for name, value in drive.configuration(config).items())
    drive.run("yosys", "-q", "-p", f"read_verilog {' '.join(f'-I{d}' for d in directories)} {modules[top].path}; hierarchy -top {top} {parameters}; write_json {stem}.json")
    text, module = io.StringIO(), read_json(f"{stem}.json", "modules")["modules"][top]
    write_module(top, {"ports": module["ports"], "cells": {}, "netnames": {}}, library.facts(), {}, text)
    write(f"{stem}.v", text.getvalue())
    return f"{stem}.v"


def ask(library, config, path):
    """(period, uncertainty) of the clock in an SDC file, ns."""
    text = read(path, "a file of constraints, SDC")
    with tempfile.TemporaryDirectory() as folder:
        script, sdc, out = (os.path.join(folder, name) for name in ("ask.tcl", "clock.sdc", "written.sdc"))
        write(sdc, text)
        write(script, ASK.format(liberty=os.path.join(library.folder, "whole.lib"), ports=ports(library, config, folder), top=rtl_list.SETS["core"], sdc=sdc, out=out))
        try:
            done = subprocess.run(["sta", "-no_splash", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
        except OSError as error:
            fail(f"sta: cannot be run ({error.strerror})", TOOL)
        said = done.stdout.partition("FLX read\n")[2]
        if not said:
            fail(f"sta: does not read the core's ports: {done.stdout.strip()[:200]}", TOOL)
        wrong = re.search(r"^(?:Error: .*|Warning: .*not found.*)", said, re.M)      # OpenSTA goes on without what it does not find
        if wrong or "FLX done" not in said:
            line, what = re.fullmatch(r"\w+: (?:\S*clock\.sdc, (\d+) )?(.*?)\.?", wrong[0]).groups() if wrong else (None, "it ends early")
            fail(f"{path}{':' + line if line else ''}: SDC is refused by OpenSTA ({what}), {EXPECTED}")
        clocks = int(re.search(r"^FLX clocks (\d+)$", said, re.M)[1])
        if clocks != 1:
            fail(f"{path}: clocks are {clocks or 'missing'}, {EXPECTED}")
        written = read(out)
        if not re.search(rf"^create_clock .*\[get_ports {{{CLOCK}}}\]", written, re.M):
            fail(f"{path}: create_clock is not on {CLOCK}, {EXPECTED}")
        period = number(re.search(r"^FLX period (\S+)$", said, re.M)[1])
        if period is None:
            fail(f"{path}: period of create_clock is {re.search(r'^FLX period (.*)$', said, re.M)[1]}, expected {SHORTEST} to {LONGEST:.0f} ns")
        uncertain = re.findall(r"^set_clock_uncertainty (?:-setup )?(\S+) \S+$", written, re.M)
        return period, float(uncertain[-1]) if uncertain else 0.0


def main():
    if len(sys.argv) != 3:
        fail("usage: constraint.py LIB CONFIG")
    lib, config = sys.argv[1:]
    period, sdc = os.environ.get("PERIOD", "").strip(), os.environ.get("SDC", "").strip()
    if not period and not sdc:
        print(config)
        return PASS
    drive.configuration(config)     # it is one
    if period and sdc:
        fail(f"PERIOD is {period} and SDC is {sdc}, expected one of them")
    if period and number(period) is None:
        fail(f"PERIOD is {period}, expected ns from {SHORTEST} to {LONGEST:.0f}, as 2.6")
    library = drive.Library(lib)
    if period:
        period, uncertainty = number(period), 0.0
        name, text, given = f"{period:.9g}", GIVEN.format(f"{period:.9g}"), f"PERIOD={period:.9g}"
    else:
        period, uncertainty = ask(library, config, sdc)
        name, text, given = re.sub(r"[^A-Za-z0-9._-]", "_", os.path.basename(sdc).removesuffix(".sdc")) + ".sdc", read(sdc), f"SDC={os.path.basename(sdc)}"
    folder = f"{config}@{name}"
    os.makedirs(os.path.join(library.build, folder), exist_ok=True)
    write(os.path.join(library.build, folder, "clock.sdc"), text)
    write_json(os.path.join(library.build, folder, "given.json"), {"given": given, "period_ns": period, "uncertainty_ns": uncertainty})
    print(folder)
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
