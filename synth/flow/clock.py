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

Mapping = collections.namedtuple("Mapping", "number ns area module")      # number 0: the area recipe's
BATCHES = ("1 2 3 4", "5 6 7 8")        # mappings of ladder.sh that are made together
TOP = rtl_list.SETS["core"]


def plain_box(module):
    """A module as its parents see it."""
    names = {name: {"hide_name": 0, "bits": port["bits"], "attributes": {}} for name, port in module["ports"].items()}
    return {"attributes": {"blackbox": "1"}, "ports": module["ports"], "cells": {}, "netnames": names}


class Module:
    """Its mappings, made when asked for, the small ones first. maker(name, batch): a list of them."""

    def __init__(self, name, maker):
        self.name, self.maker, self.left, self.made, self.now = name, maker, list(BATCHES), [], None

    def more(self):
        self.made += self.maker(self.name, self.left.pop(0))
        self.now = self.now or next(m for m in self.made if m.number == 0)

    def better(self):
        """Those that are faster than now, from slow to fast, each the smallest of those that are as fast."""
        kept = []
        for row in sorted((m for m in self.made if m.ns < self.now.ns), key=lambda m: (m.ns, m.area)):
            if not kept or row.area < kept[-1].area:
                kept.append(row)
        return kept[::-1]

    def faster(self, missing):
        """By how many ns it now is faster: what is missing if it can, 0 at its fastest."""
        if self.now is None:
            self.more()
        before = self.now
        while True:
            better = self.better()
            enough = next((m for m in better if m.ns <= before.ns - missing), None)
            if enough or not self.left:
                break
            self.more()
        self.now = enough or (better[-1] if better else before)
        return before.ns - self.now.ns


class Search:
    def __init__(self, lib, area, out):
        self.library, self.area, self.out = drive.Library(lib), area, out
        self.facts, self.given = self.library.facts(), read_json(f"{out}/given.json", "given", "period_ns", "uncertainty_ns")
        self.netlist, self.gates = read_json(f"{area}/core.mapped.json", "modules"), None
        self.folder = os.path.join(out, "rungs")
        self.modules, self.instances, self.rounds = {}, None, 0
        self.said = f"synth: {self.library.name} {os.path.basename(out)}"

    def make(self, name, batch):
        """Some mappings of a module, and the area recipe's."""
        if self.gates is None:
            self.gates = read_json(f"{self.area}/core.gates.json", "modules")["modules"]
        stem, netlist = os.path.join(self.folder, name), self.netlist["modules"]
        held = {cell["type"] for cell in self.gates[name]["cells"].values() if cell["type"] in netlist and cell["type"] not in self.facts["area"]}
        write(f"{stem}.area.json", json.dumps({"modules": {"rung0": netlist[name], **{child: plain_box(netlist[child]) for child in sorted(held)}}}))
        write(f"{stem}.gates.json", json.dumps({"modules": {"gates": self.gates[name]}}))
        drive.run("synth/flow/ladder.sh", self.library.path, stem, str(round(self.given["period_ns"] * 1000)), batch)
        (mapped, made), found = (read_json(f"{stem}.{end}", "modules")["modules"] for end in ("mapped.json", "json")), []
        for number, section in re.findall(r"^FLX block rung(\d)\n(.*?)(?=^FLX block|^FLX done)", read(f"{stem}.sta.txt"), re.S | re.M):
            path = path_of(section + "FLX end\n", "worst", self.facts["period_ns"])
            area = sum(self.facts["area"].get(cell["type"], 0) for cell in made[f"rung{number}"]["cells"].values())
            found.append(Mapping(int(number), path[0] if path else 0.0, round(area, 3), mapped[f"rung{number}"]))
        return found

    def chosen(self):
        """{name: mapping} of the modules that are not the area recipe's."""
        return {name: module.now for name, module in sorted(self.modules.items()) if module.now is not None and module.now.number}

    def write_netlist(self):
        """The core with every module's mapping of now, and trees behind flip-flops for their loads; its path."""
        chosen = {name: mapping.module for name, mapping in self.chosen().items()}
        path = f"{self.out}/core.json.part"
        if not chosen:
            shutil.copyfile(f"{self.area}/core.json", path)
        else:
            mapped = f"{self.folder}/core.mapped.json"
            write(mapped, json.dumps({**self.netlist, "modules": {name: chosen.get(name, module) for name, module in self.netlist["modules"].items()}}))
            drive.run("synth/flow/fanout.py", self.library.json, mapped, path, out=f"{self.folder}/fanout.txt")
        return path

    def timing(self, slack=0.0):
        """({slack_ns, from, to}, [(slack, path)] with less than that slack, the worst first): of the netlist of now."""
        drive.run("synth/flow/core_sta.sh", self.library.path, self.write_netlist(), f"{self.out}/clock.sdc", str(slack), f"{self.out}/core.sta")
        text = read(f"{self.out}/core.sta.txt")
        worst = path_of(text, "worst", 0.0)
        if worst is None:
            fail(f"{self.out}/core.sta.txt: path is missing, expected one that clock.sdc constrains", TOOL)
        late = re.findall(r"^FLX late \S+\n(.*?)(?=^FLX )", text, re.S | re.M)
        return {"slack_ns": round(-worst[0], 3) + 0.0, "from": worst[1], "to": worst[2]}, [(float(re.search(r"(-?[\d.]+)\s+slack", path)[1]), path) for path in late]

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
        """{name: mapping} of the modules that are faster now, one for each late path that is later than the worst will be; none if the worst path has none."""
        moved = {}
        for there, path in late:
            if there >= slack:
                break
            on_path = [name for _, name in self.shares(path)]
            if any(name in moved for name in on_path):
                continue
            for name in on_path:
                gain = self.module(name).faster(slack - there)
                if gain > 0:
                    moved[name] = self.module(name).now
                    slack = min(slack, there + gain)
                    break
            if not moved:
                break
        return moved

    def search(self, slack):
        """(what it comes to, its mappings) of the first netlist with that slack, or of the best without."""
        best = None
        while True:
            found, late = self.timing(slack)
            self.rounds += 1
            self.instances = self.instances or instances(read(f"{self.out}/core.sta.v"))
            if best is None or found["slack_ns"] > best[0]["slack_ns"]:
                best = found, self.chosen()
            moved = self.hurry(late, slack) if found["slack_ns"] < slack else {}
            faster = "".join(f", {name}: mapping {m.number}, {m.area:.1f} area" for name, m in moved.items())
            print(f"{self.said}: round {self.rounds}: slack {found['slack_ns']:.3f} ns{faster}", file=sys.stderr, flush=True)
            if not moved:
                return best

    def put(self, chosen):
        """Modules back to these mappings, others to the area recipe's."""
        for name, module in self.modules.items():
            module.now = chosen.get(name) or next((m for m in module.made if m.number == 0), None)

    def run(self):
        """What the netlist that stays comes to."""
        os.makedirs(self.folder, exist_ok=True)
        found, chosen = self.search(0.0)
        if found["slack_ns"] < 0:
            self.put({})
            again = self.search(found["slack_ns"])
            if again[0]["slack_ns"] >= found["slack_ns"]:
                found, chosen = again
        if chosen != self.chosen():
            self.put(chosen)
            self.timing()
        shutil.rmtree(self.folder)
        faster = {name: mapping.number for name, mapping in self.chosen().items()}
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
