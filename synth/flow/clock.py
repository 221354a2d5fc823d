#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""clock.py - the recipe `clock`: a core's netlist for a clock, the area recipe's with faster modules where paths are late. Twin: synth/flow/clock.sh

  clock.py LIB AREA OUT
    AREA   folder of the area recipe's netlist (synth/flow/core.sh): core.json, core.gates.json, core.mapped.json
    OUT    holds clock.sdc and given.json (synth/flow/constraint.py); gets core.json.part, the netlist, core.sta.v, the same for OpenSTA, and clock.json:
           {recipe, given, period_ns, uncertainty_ns, met, slack_ns, from, to, rounds, faster: {module: mapping of ladder.sh}}

A round: OpenSTA's slack of the whole core, and of every module in which late paths end the latest. In each of those paths the module with most of the delay is replaced by the smallest
of its mappings (synth/flow/ladder.sh) that is faster by what is missing, or by its fastest; one that is at its fastest leaves the turn to the next. It ends when nothing is late, or when
nothing on the worst path can be faster. Then the period is missed, and all is searched again for the slack that was reached, so that nothing is faster than the slowest path lets it be of use.
Modules that nothing asks for stay as they are, all of them if nothing is late. Half a picosecond is not late."""
import collections
import json
import os
import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import PASS, TOOL, fail, read, read_json, start, write, write_json
from sw.gen import rtl_list
from synth.flow import drive
from synth.flow.measure import path_of

Mapping = collections.namedtuple("Mapping", "name ns area module")
TOP = rtl_list.SETS["core"]


def plain_box(module):
    """A module as its parents see it."""
    names = {name: {"hide_name": 0, "bits": port["bits"], "attributes": {}} for name, port in module["ports"].items()}
    return {"attributes": {"blackbox": "1"}, "ports": module["ports"], "cells": {}, "netnames": names}


class Module:
    """Its mappings, from the area recipe's to the fastest, each the smallest of those that are as fast."""

    def __init__(self, name, maker):
        self.name, self.maker, self.at = name, maker, 0
        self.mappings = None    # made when asked for

    def all(self):
        if self.mappings is None:
            first, *others = self.maker(self.name)
            kept = []
            for row in sorted(others, key=lambda m: (m.ns, m.area)):
                if row.ns < first.ns and (not kept or row.area < kept[-1].area):
                    kept.append(row)
            self.mappings = [first] + kept[::-1]
        return self.mappings

    def now(self):
        return self.all()[self.at]

    def faster(self, missing):
        """Whether it now is, by what is missing if it can."""
        if self.at == len(self.all()) - 1:
            return False
        wanted = self.now().ns - missing
        self.at = next((i for i, m in enumerate(self.mappings) if i > self.at and m.ns <= wanted), len(self.mappings) - 1)
        return True


class Search:
    def __init__(self, lib, area, out):
        self.library, self.area, self.out = drive.Library(lib), area, out
        self.facts, self.given = self.library.facts(), read_json(f"{out}/given.json", "given", "period_ns", "uncertainty_ns")
        self.netlist, self.gates = read_json(f"{area}/core.mapped.json", "modules"), None
        self.folder = os.path.join(out, "rungs")
        self.modules, self.instances, self.rounds = {}, None, 0
        self.said = f"synth: {self.library.name} {os.path.basename(out)}"

    def make(self, name):
        """Mappings of a module, the area recipe's first."""
        if self.gates is None:
            self.gates = read_json(f"{self.area}/core.gates.json", "modules")["modules"]
        gates = self.gates[name]
        held = {cell["type"] for cell in gates["cells"].values() if cell["type"] in self.netlist["modules"] and cell["type"] not in self.facts["area"]}
        stem = os.path.join(self.folder, name)
        boxes = {held_name: plain_box(self.netlist["modules"][held_name]) for held_name in sorted(held)}
        write(f"{stem}.area.json", json.dumps({"modules": {"area": self.netlist["modules"][name], **boxes}}))
        write(f"{stem}.gates.json", json.dumps({"modules": {"gates": gates}}))
        drive.run("synth/flow/ladder.sh", self.library.path, stem, str(round(self.given["period_ns"] * 1000)))
        mapped, made, found = (*(read_json(f"{stem}.{end}", "modules")["modules"] for end in ("mapped.json", "json")), [])
        for rung, section in re.findall(r"^FLX block (\S+)\n(.*?)(?=^FLX block|^FLX done)", read(f"{stem}.sta.txt"), re.S | re.M):
            path = path_of(section + "FLX end\n", "worst", self.facts["period_ns"])
            cells = made[rung]["cells"].values()
            found.append(Mapping(int(rung.removeprefix("rung")) if rung != "area" else 0, path[0] if path else 0.0, round(sum(self.facts["area"].get(c["type"], 0) for c in cells), 3), mapped[rung]))
        return sorted(found, key=lambda m: m.name)

    def write_netlist(self):
        """The core with every module's mapping of now, and trees behind flip-flops for their loads; its path."""
        chosen = {name: m.now().module for name, m in self.modules.items() if m.at}
        path = f"{self.out}/core.json.part"
        if not chosen:
            shutil.copyfile(f"{self.area}/core.json", path)
        else:
            mapped = f"{self.folder}/core.mapped.json"
            write(mapped, json.dumps({**self.netlist, "modules": {name: chosen.get(name, module) for name, module in self.netlist["modules"].items()}}))
            drive.run("synth/flow/fanout.py", self.library.json, mapped, path, out=f"{self.folder}/fanout.txt")
        return path

    def timing(self, slack=0.0):
        """({slack_ns, from, to}, paths with less than that slack, the worst first): of the netlist of now."""
        drive.run("synth/flow/core_sta.sh", self.library.path, self.write_netlist(), f"{self.out}/clock.sdc", str(slack), f"{self.out}/core.sta")
        text = read(f"{self.out}/core.sta.txt")
        worst = path_of(text, "worst", 0.0)
        if worst is None:
            fail(f"{self.out}/core.sta.txt: path is missing, expected one that clock.sdc constrains", TOOL)
        return {"slack_ns": round(-worst[0], 3) + 0.0, "from": worst[1], "to": worst[2]}, re.findall(r"^FLX late \S+\n(.*?)(?=^FLX )", text, re.S | re.M)

    def shares(self, path):
        """[(ns, module)] of a late path, the largest first."""
        share = collections.Counter()
        for delay, pin in re.findall(r"^ +(-?[\d.]+) +-?[\d.]+ [v^] (\S+) \(\w+\)$", path, re.M):
            name = TOP
            for instance in pin.split("/")[:-2]:
                name = self.instances[name].get(instance, name)
            share[name] += float(delay)
        return sorted(((ns, name) for name, ns in share.items()), reverse=True)

    def module(self, name):
        return self.modules.setdefault(name, Module(name, self.make))

    def hurry(self, late, slack):
        """{name: mapping} of the modules that are faster now, one for each late path; none if the worst path has none."""
        moved = {}
        for path in late:
            missing = slack - float(re.search(r"(-?[\d.]+)\s+slack", path)[1])
            on_path = [name for _, name in self.shares(path)]
            if any(name in moved for name in on_path):
                continue
            name = next((name for name in on_path if self.module(name).faster(missing)), None)
            if name is not None:
                moved[name] = self.module(name).now()
            elif not moved:
                break
        return moved

    def search(self, slack):
        """What the first netlist with that slack comes to, or the last without."""
        while True:
            found, late = self.timing(slack)
            self.rounds += 1
            self.instances = self.instances or instances(read(f"{self.out}/core.sta.v"))
            moved = self.hurry(late, slack) if found["slack_ns"] < slack else {}
            faster = "".join(f", {name}: mapping {m.name}, {m.area:.1f} area" for name, m in moved.items())
            print(f"{self.said}: round {self.rounds}: slack {found['slack_ns']:.3f} ns{faster}", file=sys.stderr, flush=True)
            if not moved:
                return found

    def put(self, at):
        """Modules back to these mappings, others to the area recipe's."""
        for name, module in self.modules.items():
            module.at = at.get(name, 0)

    def run(self):
        """What the netlist that stays comes to."""
        os.makedirs(self.folder, exist_ok=True)
        found = self.search(0.0)
        if found["slack_ns"] < 0:
            best, at = found, {name: m.at for name, m in self.modules.items()}
            self.put({})
            found = self.search(best["slack_ns"])
            if found["slack_ns"] < best["slack_ns"]:
                self.put(at)
                found, _ = self.timing()
        shutil.rmtree(self.folder)
        faster = {name: m.now().name for name, m in sorted(self.modules.items()) if m.at}
        return {"recipe": "clock", **self.given, "met": found["slack_ns"] >= 0, **found, "rounds": self.rounds, "faster": faster}


def instances(text):
    """{module: {instance: its module}} of a netlist as OpenSTA takes it."""
    found = {name: dict((i, m) for m, i in re.findall(r"^  (\w+) (\w+) \(", body, re.M)) for name, body in re.findall(r"^module (\w+) (.*?)^endmodule", text, re.S | re.M)}
    return {name: {i: m for i, m in inside.items() if m in found} for name, inside in found.items()}


def main():
    if len(sys.argv) != 4:
        fail("usage: clock.py LIB AREA OUT")
    lib, area, out = sys.argv[1:]
    write_json(f"{out}/clock.json", Search(lib, area, out).run())
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
