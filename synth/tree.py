#!/usr/bin/env python3
"""tree.py - a PE's carry-save tree adds the addend and the dot product: an algebraic proof for every operand. Twin: rtl/flx_dot.v

  tree.py TREE_JSON     module flx_pe after merging: gates, $fa and $alu cells; exit 0 proven, 1 not

From the sum's word backwards: an adder's output bits count 2^i each; a full adder's carry counts twice its sum, so the pair is replaced by
the three inputs; what is left are bits that no adder drives, Booth rows and the addend. Each is a function of at most six register bits and
thereby a polynomial of them with integer coefficients. Their weighted sum must be, modulo 2^width, the polynomial
    (1 - first) acc + sum over lanes of a * b
with a, b in two's complement. No step knows how the tree was built, so this checks Yosys's merging and the RTL's Booth rows at once."""
import collections
import itertools
import json
import sys

from gates import YOSYS, constant

SUPPORT_MAX = 6


class Tree:
    def __init__(self, module):
        self.gate, self.adder, self.name, self.alus = {}, {}, {}, []
        self.sum = module["netnames"]["sum"]["bits"]
        for text, info in module["netnames"].items():
            if not info.get("hide_name", 0) and "." not in text:
                for i, bit in enumerate(info["bits"]):
                    if text in ("a_q", "b_q", "acc_q", "first_q"):
                        self.name[bit] = (text, i)
        for cell in module["cells"].values():
            kind, pin = cell["type"], cell["connections"]
            if kind == "$fa":
                for i, (carry, total) in enumerate(zip(pin["X"], pin["Y"])):
                    inputs = (pin["A"][i], pin["B"][i], pin["C"][i])
                    self.adder[carry] = self.adder[total] = (carry, total, inputs)
            elif kind == "$alu":
                self.alus.append(cell)
            elif kind in YOSYS:
                inputs, function = YOSYS[kind]
                self.gate[pin["Y"][0]] = ([pin[p][0] for p in inputs], function)

    def root(self):
        """The adder that ends the tree: the one with full adders above it."""
        found = [c for c in self.alus if any(b in self.adder for b in c["connections"]["A"] + c["connections"]["B"])]
        if len(found) != 1:
            raise ValueError(f"flx_pe has {len(found)} adders that end a carry-save tree, expected 1")
        return found[0]

    def support(self, bit):
        seen, todo, found = set(), [bit], set()
        while todo:
            b = todo.pop()
            if b in seen or constant(b) is not None:
                continue
            seen.add(b)
            if b in self.name:
                found.add(b)
            elif b in self.gate:
                todo += self.gate[b][0]
            else:
                raise ValueError(f"a bit above the tree comes from {b}, expected operand registers and gates only")
        return sorted(found, key=lambda b: self.name[b])

    def value(self, bit, values):
        if constant(bit) is not None:
            return constant(bit)
        if bit not in values:
            inputs, function = self.gate[bit]
            values[bit] = function(*(self.value(b, values) for b in inputs))
        return values[bit]

    def polynomial(self, bit):
        """{set of register bits: coefficient}, from the truth table by Moebius inversion."""
        inputs = self.support(bit)
        if len(inputs) > SUPPORT_MAX:
            raise ValueError(f"a bit above the tree depends on {len(inputs)} register bits, expected at most {SUPPORT_MAX}")
        row = {}
        for bits in itertools.product((0, 1), repeat=len(inputs)):
            row[bits] = self.value(bit, dict(zip(inputs, bits)))
        for i in range(len(inputs)):
            for bits in row:
                if bits[i]:
                    row[bits] -= row[bits[:i] + (0,) + bits[i + 1:]]
        return {frozenset(self.name[v] for v, on in zip(inputs, bits) if on): k for bits, k in row.items() if k}


def flatten(tree, width):
    """The polynomial of the sum, modulo 2^width."""
    pin = tree.root()["connections"]
    if pin["Y"][:width] != tree.sum[:width]:
        raise ValueError("the last adder's output is another word, expected `sum`")
    if constant(pin["BI"][0]) is None or constant(pin["CI"][0]) is None:
        raise ValueError("the last adder's carry-in is variable, expected a constant")
    weight = collections.Counter()
    offset = constant(pin["CI"][0])
    for i, bit in enumerate(pin["A"]):
        weight[bit] += 1 << i
    for i, bit in enumerate(pin["B"]):
        if constant(pin["BI"][0]):
            weight[bit] -= 1 << i
            offset += 1 << i
        else:
            weight[bit] += 1 << i
    # outputs before inputs: a full adder is opened when all that it feeds is open
    order, state = [], {}
    for start in list(weight):
        todo = [(start, False)]
        while todo:
            bit, closing = todo.pop()
            if bit not in tree.adder:
                continue
            key = tree.adder[bit][:2]
            if closing:
                if state.get(key) != 2:
                    state[key] = 2
                    order.append(tree.adder[bit])
            elif key not in state:
                state[key] = 1
                todo.append((bit, True))
                todo += [(b, False) for b in tree.adder[bit][2]]
    for carry, total, inputs in reversed(order):
        if (weight[carry] - 2 * weight[total]) % (1 << width):
            raise ValueError("a full adder's carry does not count twice its sum")
        for bit in inputs:
            weight[bit] += weight[total]
        weight[carry] = weight[total] = 0
    result = collections.Counter({frozenset(): offset})
    for bit, k in weight.items():
        k %= 1 << width
        if k and constant(bit) is not None:
            result[frozenset()] += k * constant(bit)
        elif k:
            for monomial, coefficient in tree.polynomial(bit).items():
                result[monomial] += k * coefficient
    return {m: k % (1 << width) for m, k in result.items() if k % (1 << width)}, len(order)


def wanted(lanes, bits, acc_bits, width):
    result = collections.Counter()

    def weight(i, size):
        return -(1 << i) if i == size - 1 else 1 << i
    for i in range(width):
        sign = min(i, acc_bits - 1)
        result[frozenset([("acc_q", sign)])] += 1 << i
        result[frozenset([("acc_q", sign), ("first_q", 0)])] -= 1 << i
    for lane in range(lanes):
        for i in range(bits):
            for j in range(bits):
                result[frozenset([("a_q", lane * bits + i), ("b_q", lane * bits + j)])] += weight(i, bits) * weight(j, bits)
    return {m: k % (1 << width) for m, k in result.items() if k % (1 << width)}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        module = json.load(file)["modules"]["flx_pe"]
    parameter = {p: int(v, 2) for p, v in module["parameter_default_values"].items()}
    tree = Tree(module)
    width = len(tree.sum)       # wider than the accumulator if that saturates
    try:
        found, adders = flatten(tree, width)
    except ValueError as error:
        print(f"MISMATCH: flx_pe: carry-save tree: {error}")
        return 1
    expected = wanted(parameter["LANES"], parameter["MANT_BITS"], parameter["SUM_BITS"], width)
    different = {m for m in found.keys() | expected.keys() if found.get(m) != expected.get(m)}
    if different:
        m = min(different, key=sorted)
        print(f"MISMATCH: flx_pe: carry-save tree: {len(different)} terms differ, first {sorted(m)}: {found.get(m, 0):#x}, expected {expected.get(m, 0):#x}")
        return 1
    print(f"proven: flx_pe: merged tree = addend + dot product mod 2^{width}: {adders} full adders, {len(expected)} terms, every operand")
    return 0


if __name__ == "__main__":
    sys.exit(main())
