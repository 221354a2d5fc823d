#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""prove.py - RTL = netlist, module by module: one-step sequential equivalence by yosys-abc cec. Twin: synth/flow/core.sh

  prove.py LIBRARY_JSON RTL_JSON COARSE_JSON NETLIST_JSON OUTDIR [MODULE]     MODULE: that one alone; then no proof.json

Registers correspond by name. In every module: from equal inputs, equal registers and equal outputs of instances, the RTL and the
netlist give equal outputs, equal next registers and equal inputs of instances; so they stay equal for ever.
A register that the netlist lacks is either unused (left free in the RTL), or another register or a constant under its name, which is proven too,
or has the same next bit as a register that is there, or keeps a constant that is all that it is ever loaded with, which is proven too.
flx_pe, whose sum no SAT solver relates to a carry-save tree, is proven in three steps: synth/proof/tree.py shows that `sum` after
merging is the addend plus the dot product (with PE_PIPE = 1: plus what the words of `g_pipe` make of it); cec shows that everything around is the RTL's; and that the netlist is the merged module, with the
library's full adders cut open: where the inputs of each are equal from equal inputs, outputs and equal outputs of all, they are equal for ever.
Prints a line per module, writes OUTDIR/proof.json; exit 1 if any module differs, 3 if a tool failed, 4 if a comparison ran out of time."""
import json
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from synth.proof.gates import Gates, constant
from synth.flow.watch import Watch
from sw.cli.flx_cli import MISMATCH, PASS, TIMEOUT, TOOL, fail, read_json, start, write

SECONDS_MAX = 600       # of one comparison
CONE, FUNCTIONS = 1000, 128     # of one run of cec: bits that its functions depend on, functions
SUMS = ("sum", "g_pipe.lo", "g_pipe.hi")       # words of flx_pe that trees give; the latter with PE_PIPE = 1
WORD = {True: "proven", False: "MISMATCH", None: "UNDECIDED"}


class Miter:
    """Two modules with one list of inputs and one of outputs."""

    def __init__(self, gold, gate, cut, adders):
        self.gold, self.gate = gold, gate
        self.inputs = []                    # names
        self.gold_input, self.gate_input = {}, {}       # bit -> input's name or constant
        self.outputs = []                   # (name, gold bit, gate bit)
        for name, bit in gold.names.items():
            if name.rsplit("[", 1)[0] in cut:
                self.new_input("cut." + name, bit, gate.names[name])
        self.cut_adders = sorted(set(gold.adders) & set(gate.adders)) if adders else []
        for name in self.cut_adders:
            self.match_adder(name)
        self.match()

    def new_input(self, name, gold_bit, gate_bit):
        self.inputs.append(name)
        if gold_bit is not None:
            self.gold_input[gold_bit] = name
        if gate_bit is not None:
            self.gate_input[gate_bit] = name

    def match(self):
        for port, (direction, bits) in self.gold.ports.items():
            other = self.gate.ports[port][1]
            for i, (a, b) in enumerate(zip(bits, other)):
                if direction == "input":
                    self.new_input(f"{port}[{i}]", a, b)
                else:
                    self.outputs.append((f"{port}[{i}]", a, b))
        self.match_instances()
        self.match_states()

    def match_adder(self, name):
        """Equal inputs are to be shown, equal outputs follow: both are full adders."""
        one, other = self.gold.adders[name], self.gate.adders[name]
        for i, pin in enumerate(("carry", "sum")):
            self.new_input(f"{name}.{pin}", one[i], other[i])
        self.outputs += [(f"{name}.in{i}", a, b) for i, (a, b) in enumerate(zip(one[2], other[2]))]

    def match_instances(self):
        if set(self.gold.instances) != set(self.gate.instances):
            raise ValueError(f"instances are {sorted(self.gate.instances)}, expected {sorted(self.gold.instances)}")
        for name, cell in self.gold.instances.items():
            other = self.gate.instances[name]
            for pin, bits in cell["connections"].items():
                driven = cell["port_directions"].get(pin) == "output"
                for i, (a, b) in enumerate(zip(bits, other["connections"].get(pin, bits))):
                    if not driven:
                        self.outputs.append((f"{name}.{pin}[{i}]", a, b))
                    elif constant(a) is None and a not in self.gold_input:
                        self.new_input(f"{name}.{pin}[{i}]", a, b)

    def twins(self):
        """Registers of the RTL with the same next bit are one register: Q bit -> the first such Q bit. Chains need several rounds."""
        twin = {bit: bit for bit in self.gold.states}
        changed = True
        while changed:
            changed, first = False, {}
            for bit, following in self.gold.states.items():
                one = first.setdefault(twin.get(following, following), twin[bit])
                if twin[bit] != one:
                    twin[bit], changed = one, True
        return twin

    def match_states(self):
        twin = self.twins()
        names = {}
        for name, bit in self.gold.names.items():
            if bit in self.gold.states:
                names.setdefault(twin[bit], []).append(name)
        names = {bit: names[twin[bit]] for bit in self.gold.states if twin[bit] in names}
        seen = {}
        driven = set(self.gate.nodes) | set(self.gate.states) | set(self.gate_input)
        undriven = {b for b in self.gate.names.values() if constant(b) is None and b not in driven}
        for bit, following in self.gold.states.items():
            known = [n for n in sorted(names.get(bit, [])) if n in self.gate.names]
            found = next((n for n in known if self.gate.names[n] in self.gate.states), next(iter(known), None))
            other = self.gate.names[found] if found else None
            if other is None or other in undriven:
                stuck = next((v for v in (0, 1) if self.gold.settled(following, {bit: v}) == v), None)
                if stuck is None:       # unused: left free
                    self.new_input(f"unused.{bit}", bit, None)
                else:                   # holds or is loaded with the same constant
                    self.gold_input[bit] = stuck
                    self.outputs.append((f"unused.{bit}.next", following, str(stuck)))
            elif constant(other) is not None:
                self.gold_input[bit] = constant(other)
                self.outputs.append((f"{found}.next", following, other))
            elif other in self.gate.states:
                if other in seen:
                    self.gold_input[bit] = seen[other]
                else:
                    seen[other] = found
                    self.new_input(found, bit, other)
                self.outputs.append((f"{found}.next", following, self.gate.states[other]))
            else:
                raise ValueError(f"register {found} is no flip-flop in the netlist, expected one")
        alone = [b for b in self.gate.states if b not in seen]
        if alone or self.gate.inverse:
            raise ValueError(f"{len(alone) + len(self.gate.inverse)} flip-flops of the netlist hold no register of the RTL, expected none")


def cone(nodes, given, outputs, seen=()):
    """Every bit that the outputs depend on, as far as the inputs, without those of `seen`."""
    found, todo = set(), [b for b in outputs if constant(b) is None]
    while todo:
        bit = todo.pop()
        if bit not in found and bit not in seen:
            found.add(bit)
            if bit not in given and bit in nodes:
                todo += [b for b in nodes[bit][0] if constant(b) is None]
    return found


def groups(miter):
    """The outputs, in order, so many at a time that their cone in the RTL is CONE bits, or FUNCTIONS of them where each shares half of its own."""
    group, seen = [], set()
    for output in miter.outputs:
        more = cone(miter.gold.nodes, miter.gold_input, [output[1]], seen)
        if group and len(seen) + len(more) > CONE:
            whole = cone(miter.gold.nodes, miter.gold_input, [output[1]])
            if 2 * len(more) > len(whole) or len(group) >= FUNCTIONS:
                yield group
                group, seen, more = [], set(), whole
        group.append(output)
        seen |= more
    yield group


def write_blif(path, inputs, given, nodes, outputs, bits):
    """given: bit -> input's name or constant; outputs: bits; bits: their cone."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(".model m\n.inputs " + " ".join(f"i{k}" for k in range(len(inputs))) + "\n")
        file.write(".outputs " + " ".join(f"o{k}" for k in range(len(outputs))) + "\n")
        index = {name: k for k, name in enumerate(inputs)}
        file.write(".names n0_\n.names n1_\n1\n")

        def net(bit):
            value = constant(bit)
            return f"n{value}_" if value is not None else f"n{bit}"
        for bit in bits:
            source = given.get(bit)
            if isinstance(source, int):
                file.write(f".names n{bit}\n" + ("1\n" if source else ""))
            elif source is not None:
                file.write(f".names i{index[source]} n{bit}\n1 1\n")
            elif bit in nodes:
                sources, rows = nodes[bit]
                file.write(".names " + " ".join(net(s) for s in sources) + f" n{bit}\n")
                file.writelines("".join(map(str, row)) + " 1\n" for row in rows)
            else:
                file.write(f".names n{bit}\n")     # undriven: 0
        for k, bit in enumerate(outputs):
            file.write(f".names {net(bit)} o{k}\n1 1\n")
        file.write(".end\n")


def write_group(miter, outputs, paths):
    """Some of the miter's outputs with all that they depend on, a file for each side; both have the same inputs."""
    sides = ((miter.gold, miter.gold_input, [o[1] for o in outputs]), (miter.gate, miter.gate_input, [o[2] for o in outputs]))
    cones = [cone(module.nodes, given, bits) for module, given, bits in sides]
    used = {given[b] for (_, given, _), bits in zip(sides, cones) for b in bits if b in given}
    inputs = [name for name in miter.inputs if name in used]
    for path, (module, given, bits), reached in zip(paths, sides, cones):
        write_blif(path, inputs, given, module.nodes, bits, reached)


def cec(paths, seconds):
    """True, False, None after `seconds`, or what yosys-abc said that decides nothing."""
    # The second way is for netlists on which the first one trips over an assertion of its own.
    aig = [path[:-5] + ".aig" for path in paths]
    convert = "; ".join(f"read_blif {p}; strash; write_aiger {a}" for p, a in zip(paths, aig))
    for script in (f"cec -T {seconds} {paths[0]} {paths[1]}", f"{convert}; &r {aig[0]}; &cec -T {seconds} {aig[1]}"):
        run = subprocess.run(["yosys-abc", "-q", script], capture_output=True, text=True, check=False)
        text = run.stdout + run.stderr
        if "are equivalent" in text or "NOT EQUIVALENT" in text:
            break
    for path in paths + aig:
        if os.path.exists(path):
            os.remove(path)
    if "are equivalent" in text:
        return True
    if "NOT EQUIVALENT" in text:
        return False
    return None if "UNDECIDED" in text.upper() else text.strip()[-200:]


def compare(name, gold, gate, out, cut=(), adders=False):
    """(equal or None if the time is up, what was compared); cut: words that are free and the same in both; adders: cut full adders open.
    A module of many functions goes by groups of them, each with its own cone: a FIFO's bits have next to nothing in common, and what
    cec does with all of them at once takes far longer than the parts."""
    miter = Miter(gold, gate, cut, adders)
    paths = [os.path.join(out, f"{name}.{side}.blif") for side in ("rtl", "net")]
    total = len(miter.outputs)
    size = f"{len(gate.states)} flip-flops, {total} functions" + (f", {len(miter.cut_adders)} full adders" if adders else "")
    end = time.monotonic() + SECONDS_MAX
    with Watch(f"proving {name}", os.path.join(out, f"{name}.{'adders' if adders else 'cut' if cut else 'all'}"), total, "functions") as watch:
        for group in groups(miter):
            write_group(miter, group, paths)
            equal = cec(paths, max(1, int(end - time.monotonic())))
            if equal is None:
                return None, f"undecided after {SECONDS_MAX} s, {watch.done} of {total} functions are equal"
            if equal is False:
                return False, size
            if equal is not True:
                raise RuntimeError(f"{name}: yosys-abc decides nothing: {equal}")
            watch.done += len(group)
    return True, size


def decide(name, gold, gate, work, cut):
    """With full adders cut open first, if both sides have some: quick, but a difference then means nothing, and the whole decides."""
    if not cut and set(gold.adders) & set(gate.adders):
        equal, text = compare(name, gold, gate, work, adders=True)
        if equal:
            return equal, text
    return compare(name, gold, gate, work, cut)


def main():
    if len(sys.argv) not in (6, 7):
        fail("usage: prove.py LIBRARY_JSON RTL_JSON COARSE_JSON NETLIST_JSON OUTDIR [MODULE]")
    library_path, rtl_path, coarse_path, netlist_path, out = sys.argv[1:6]
    only = sys.argv[6] if len(sys.argv) > 6 else None
    library = read_json(library_path, "cells", "area")
    rtl, coarse, netlist = (read_json(path, "modules")["modules"] for path in (rtl_path, coarse_path, netlist_path))
    work = os.path.join(out, "proof")
    os.makedirs(work, exist_ok=True)
    rows = []
    names = sorted(n for n, m in rtl.items() if not int(m["attributes"].get("blackbox", "0"), 2) and only in (None, n))
    for name in names:
        steps = [("netlist = RTL", rtl[name], netlist[name], ())]
        if name == "flx_pe":
            sums = [text for text in SUMS if text in rtl[name]["netnames"]]
            steps = [(f"merged = RTL around the {'sums' if len(sums) > 1 else 'sum'}", rtl[name], coarse[name], sums),
                     ("netlist = merged", coarse[name], netlist[name], ())]
        for title, one, other, cut in steps:
            try:
                with Watch(f"reading {name}, module {names.index(name) + 1} of {len(names)}", os.path.join(work, f"{name}.read")):
                    gold, gate = Gates(one, library), Gates(other, library)
                equal, text = decide(name, gold, gate, work, cut)
            except ValueError as error:
                equal, text = False, str(error)
            except RuntimeError as error:
                fail(error, TOOL)
            print(f"{WORD[equal]}: {name}: {title}: {text}", flush=True)
            rows.append({"module": name, "proof": title, "equal": equal, "size": text})
    if not rows:
        fail(f"{rtl_path}: module {only} is missing, expected one of {', '.join(sorted(rtl))}")
    failed, undecided = (sum(r["equal"] is value for r in rows) for value in (False, None))
    if only is None:
        write(os.path.join(out, "proof.json"), json.dumps({"proofs": rows, "failed": failed, "undecided": undecided}, indent=1) + "\n")
    return MISMATCH if failed else TIMEOUT if undecided else PASS


if __name__ == "__main__":
    start(main, __doc__)
