#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""tree.py - a PE's carry-save tree adds the addend and the dot product: an algebraic proof for every operand. Twin: rtl/array/flx_dot.v

  tree.py PE_JSON TREE_JSON     module flx_pe as RTL, whose parameters count, and after merging: gates, $fa and $alu cells; exit 0 proven, 1 not, 2 bad input

From the sum's word backwards: its bits, and those of the words that the last adder adds, count 2^i each; a full adder's carry counts twice its sum, so the pair is replaced by
the three inputs; what is left are bits that no adder drives, rows and the addend. Each is a function of at most six register bits and
thereby a polynomial of them with integer coefficients. Their weighted sum must be, modulo 2^width, the polynomial
    (1 - first) acc + sum over lanes of a * b
with a in two's complement, and b the sum of its digits' wires, each times what it selects. A product of two wires of one digit is 0, as at most one of
them is 1: `make formal` proves it of rtl/array/flx_recode.v, from which all digits come, and that the digits are b in two's complement.
No step knows how the tree was built, so this checks the merging and the RTL's rows at once.
PE_PIPE = 1 has two trees in front of the register and one behind it. The same way: lo, whose bits count less than 2^width together and which thereby
never wraps, + 2^N hi is the dot product modulo 2^(N + width of hi), within which, hi in two's complement, it is the only value in the dot
product's range; and `sum` is the addend + lo_q + 2^N hi_q."""
import collections
import itertools
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import fail, read_json, start
from synth.proof.gates import YOSYS, constant

SUPPORT_MAX = 6
PIPE = "g_pipe."
GIVEN = ("a_i", "b_i", "acc_q", "first_i", PIPE + "lo_q", PIPE + "hi_q")


class Tree:
    def __init__(self, module, wires):
        """wires: of b's digits in a lane."""
        self.gate, self.adder, self.name, self.alus = {}, {}, {}, []
        self.word = {text: info["bits"] for text, info in module["netnames"].items() if not info.get("hide_name", 0)}
        self.wires = wires
        for text in GIVEN:
            for i, bit in enumerate(self.word.get(text, [])):
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

    def root(self, text):
        """(pins, lowest bit) of the adder whose output is the word, or all of it from some bit on."""
        bits = self.word[text]
        for cell in self.alus:
            pin = cell["connections"]
            start = bits.index(pin["Y"][0]) if pin["Y"][0] in bits else len(bits)
            if start < len(bits) and pin["Y"][:len(bits) - start] == bits[start:]:
                return pin, start
        raise ValueError(f"no adder gives the upper bits of the word {text}, expected one")

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
                raise ValueError(f"a bit above the tree comes from {b}, expected operands, registers and gates only")
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
        monomials = {tuple(self.name[v] for v, on in zip(inputs, bits) if on): k for bits, k in row.items() if k}
        return {frozenset(m): k for m, k in monomials.items() if self.possible(m)}

    def possible(self, monomial):
        """No two wires of one digit."""
        digits = [(i // self.wires, digit_of(i % self.wires, self.wires)) for text, i in monomial if text == "b_i"]
        return len(set(digits)) == len(digits)


def flatten(tree, text):
    """A word modulo 2^width: its polynomial, the number of full adders, and the largest value that its bits could add up to."""
    width = len(tree.word[text])
    pin, start = tree.root(text)
    if constant(pin["BI"][0]) is None or constant(pin["CI"][0]) is None:
        raise ValueError("the last adder's carry-in is variable, expected a constant")
    weight = collections.Counter()
    offset = constant(pin["CI"][0]) << start
    for i, bit in enumerate(tree.word[text][:start] + pin["A"]):
        weight[bit] += 1 << i
    for i, bit in enumerate(pin["B"], start):
        if constant(pin["BI"][0]):
            weight[bit] -= 1 << i
            offset += 1 << i
        else:
            weight[bit] += 1 << i
    # outputs before inputs: a full adder is opened when all that it feeds is open
    order, state = [], {}
    for top in list(weight):
        todo = [(top, False)]
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
    result, largest = collections.Counter({frozenset(): offset}), offset
    for bit, k in weight.items():
        k %= 1 << width
        if k and constant(bit) is not None:
            result[frozenset()] += k * constant(bit)
            largest += k * constant(bit)
        elif k:
            largest += k
            for monomial, coefficient in tree.polynomial(bit).items():
                result[monomial] += k * coefficient
    return result, len(order), largest


def reduced(polynomial, width):
    return {m: k % (1 << width) for m, k in polynomial.items() if k % (1 << width)}


def signed(i, size):
    return -(1 << i) if i == size - 1 else 1 << i


def digit_of(wire, wires):
    return min(wire // 3, wires // 3 - 1)


def selected(wire, wires):
    """What a wire of b's digits counts: a, 2a or -a times a power of 4, the last one -2a."""
    return (-2 if wire == wires - 1 else (1, 2, -1)[wire % 3]) << 2 * digit_of(wire, wires)


def dot_product(lanes, bits, wires):
    result = collections.Counter()
    for lane in range(lanes):
        for i in range(bits):
            for j in range(wires):
                result[frozenset([("a_i", lane * bits + i), ("b_i", lane * wires + j)])] += signed(i, bits) * selected(j, wires)
    return result


def addend(acc_bits, width):
    """(1 - first) acc, sign-extended."""
    result = collections.Counter()
    for i in range(width):
        sign = min(i, acc_bits - 1)
        result[frozenset([("acc_q", sign)])] += 1 << i
        result[frozenset([("acc_q", sign), ("first_i", 0)])] -= 1 << i
    return result


def compare(title, found, expected, width):
    """Number of equal terms."""
    found, expected = reduced(found, width), reduced(expected, width)
    different = {m for m in found.keys() | expected.keys() if found.get(m) != expected.get(m)}
    if different:
        m = min(different, key=sorted)
        raise ValueError(f"{title}: {len(different)} terms differ, first {sorted(m)}: {found.get(m, 0):#x}, expected {expected.get(m, 0):#x}")
    return len(expected)


def prove(tree, lanes, bits, acc_bits):
    """What was proven; ValueError if it is not so."""
    width = len(tree.word["sum"])       # wider than the accumulator if that saturates
    found, adders, _ = flatten(tree, "sum")
    if PIPE + "lo_q" not in tree.word:
        expected = addend(acc_bits, width)
        expected.update(dot_product(lanes, bits, tree.wires))
        terms = compare("sum", found, expected, width)
        return f"merged tree = addend + dot product mod 2^{width}: {adders} full adders, {terms} terms, every operand"
    lo_bits, hi_bits = len(tree.word[PIPE + "lo"]), len(tree.word[PIPE + "hi"])
    expected = addend(acc_bits, width)
    expected.update({frozenset([(PIPE + "lo_q", i)]): 1 << i for i in range(lo_bits)})
    expected.update({frozenset([(PIPE + "hi_q", i)]): signed(i, hi_bits) << bits for i in range(hi_bits)})
    terms = compare("sum", found, expected, width)
    lo, lo_adders, largest = flatten(tree, PIPE + "lo")
    hi, hi_adders, _ = flatten(tree, PIPE + "hi")
    if largest >= 1 << lo_bits:
        raise ValueError(f"lo can be {largest}, expected less than 2^{lo_bits}")
    if (lanes << 2 * bits - 2) + (1 << bits + hi_bits - 1) + (1 << lo_bits) >= 1 << bits + hi_bits:
        raise ValueError(f"hi has {hi_bits} bits, expected more")
    both = collections.Counter(lo)
    for monomial, k in hi.items():
        both[monomial] += k << bits
    terms += compare("lo + 2^N hi", both, dot_product(lanes, bits, tree.wires), bits + hi_bits)
    return (f"merged trees: lo + 2^{bits} hi = dot product, sum = addend + lo + 2^{bits} hi mod 2^{width}: {adders + lo_adders + hi_adders} full adders, "
            f"{terms} terms, every operand")


def main():
    modules = []
    if len(sys.argv) != 3:
        fail("usage: tree.py PE_JSON TREE_JSON")
    for path in sys.argv[1:3]:
        found = read_json(path, "modules")["modules"]
        modules.append(found.get("flx_pe") or fail(f"{path}: module flx_pe is missing, expected Yosys's JSON with one"))
    parameter = {p: int(v, 2) for p, v in modules[0]["parameter_default_values"].items()}
    try:
        proven = prove(Tree(modules[1], parameter["B_BITS"] // parameter["LANES"]), parameter["LANES"], parameter["MANT_BITS"], parameter["SUM_BITS"])
    except ValueError as error:
        print(f"MISMATCH: flx_pe: carry-save tree: {error}")
        return 1
    print(f"proven: flx_pe: {proven}")
    return 0


if __name__ == "__main__":
    start(main, __doc__)
