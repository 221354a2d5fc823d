# SPDX-License-Identifier: Apache-2.0
"""gates.py - a module of a JSON netlist as combinational logic: flip-flops and instances cut open. Twin: synth/proof/prove.py

State bits, instance outputs and ports become inputs; next states, instance inputs and outputs become outputs. Full adders are
listed by the name that the flow gives their cell (map.v), so that they can be cut open as well."""
import itertools

from synth.flow.library import evaluate

# Yosys's gates: inputs in order, value of a row of inputs.
YOSYS = {
    "$_BUF_": ("A", lambda a: a), "$_NOT_": ("A", lambda a: 1 - a), "$_AND_": ("AB", lambda a, b: a & b),
    "$_NAND_": ("AB", lambda a, b: 1 - (a & b)), "$_OR_": ("AB", lambda a, b: a | b), "$_NOR_": ("AB", lambda a, b: 1 - (a | b)),
    "$_XOR_": ("AB", lambda a, b: a ^ b), "$_XNOR_": ("AB", lambda a, b: 1 - (a ^ b)), "$_ANDNOT_": ("AB", lambda a, b: a & (1 - b)),
    "$_ORNOT_": ("AB", lambda a, b: a | (1 - b)), "$_MUX_": ("ABS", lambda a, b, s: b if s else a)}


MAJORITY = [row for row in itertools.product((0, 1), repeat=3) if sum(row) > 1]
PARITY = [row for row in itertools.product((0, 1), repeat=3) if sum(row) & 1]


def constant(bit):
    return {"0": 0, "1": 1, "x": 0, "z": 0}.get(bit)


class Gates:
    """nodes: output bit -> (input bits, ones: the rows of inputs that give 1); states: Q bit -> D bit; instances: name -> cell;
    adders: name -> (carry bit, sum bit, input bits), a bit that leads nowhere is None."""

    def __init__(self, module, library):
        self.nodes, self.states, self.instances, self.inverse, self.adders = {}, {}, {}, {}, {}
        self.ports = {n: (p["direction"], p["bits"]) for n, p in module["ports"].items()}
        self.names = {}     # public name of one bit -> bit
        for name, info in module["netnames"].items():
            if not info.get("hide_name", 0):
                for i, bit in enumerate(info["bits"]):
                    self.names[f"{name}[{i}]"] = bit
        for name, cell in module["cells"].items():
            kind, pin = cell["type"], cell["connections"]
            if kind in YOSYS:
                inputs, function = YOSYS[kind]
                rows = [row for row in itertools.product((0, 1), repeat=len(inputs)) if function(*row)]
                self.nodes[pin["Y"][0]] = ([pin[p][0] for p in inputs], rows)
            elif kind == "$fa":
                self.add_full_adder(name, pin)
            elif kind == "$_DFF_P_":
                self.states[pin["Q"][0]] = pin["D"][0]
            elif kind in library["cells"]:
                self.add_library(library["cells"][kind], pin)
                if kind == library["full_adder"]:
                    self.add_adder(name, library["cells"][kind], pin)
            elif not kind.startswith("$") and kind not in library["area"]:
                self.instances[name] = cell
            else:
                raise ValueError(f"cell {name} has type {kind}, expected a gate, a plain flip-flop or a usable cell of the library")

    def settled(self, bit, values):
        """The value of a bit where only `values` (bit -> 0 or 1; grows) are known, None if that does not settle it."""
        if constant(bit) is not None:
            return constant(bit)
        if bit not in values:
            values[bit] = None
            if bit in self.nodes:
                inputs, ones = self.nodes[bit]
                known = [self.settled(b, values) for b in inputs]
                rows = {row in set(map(tuple, ones)) for row in itertools.product(*((0, 1) if k is None else (k,) for k in known))}
                values[bit] = int(rows.pop()) if len(rows) == 1 else None
        return values[bit]

    def add_full_adder(self, name, pin):
        """Of one bit, before mapping."""
        (carry,), (total,), inputs = pin["X"], pin["Y"], [pin[p][0] for p in "ABC"]
        self.nodes[carry], self.nodes[total] = (inputs, MAJORITY), (inputs, PARITY)
        self.adders[f"{name}.fa"] = (carry, total, inputs)

    def add_adder(self, name, model, pin):
        bits = {"carry": None, "sum": None}
        for output, function in model["outputs"].items():
            odd = evaluate(function, dict(zip(model["inputs"], (0, 0, 1))))
            bits["sum" if odd else "carry"] = next(iter(pin.get(output, [])), None)
        self.adders[name] = (bits["carry"], bits["sum"], [pin[p][0] for p in model["inputs"]])

    def add_library(self, model, pin):
        if model["ff"] is None:
            for output, function in model["outputs"].items():
                if pin.get(output):
                    inputs = [p for p in model["inputs"] if pin.get(p)]
                    rows = [r for r in itertools.product((0, 1), repeat=len(inputs)) if evaluate(function, dict(zip(inputs, r)))]
                    self.nodes[pin[output][0]] = ([pin[p][0] for p in inputs], rows)
            return
        ff = model["ff"]
        ties = {p: constant(b[0]) for p, b in pin.items() if b}
        for control in ("clear", "preset"):
            if ff[control] and evaluate(ff[control], ties) != 0:
                raise ValueError(f"a flip-flop's {control} is {ff[control]}, expected it tied off")
        outputs = {f: pin[p][0] for p, f in model["outputs"].items() if pin.get(p)}
        if ff["next"] != "D" or ff["state"] not in outputs and ff["inverse"] not in outputs:
            raise ValueError(f"a flip-flop's next state is {ff['next']}, expected D")
        if ff["state"] in outputs:
            self.states[outputs[ff["state"]]] = pin["D"][0]
            if ff["inverse"] in outputs:
                self.nodes[outputs[ff["inverse"]]] = ([outputs[ff["state"]]], [(0,)])
        else:       # only QN is used: the state's inverse
            self.inverse[outputs[ff["inverse"]]] = pin["D"][0]
