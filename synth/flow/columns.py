#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""columns.py - sums of words ($macc) become carry-save trees that are built column by column, and one adder each. Twin: synth/flow/flow.sh

  columns.py DESIGN_JSON OUT_JSON ORDER     prints what each module's trees are of
    ORDER    of a column's bits that are there at the same time: dealN: of N equal parts of the column, as the sum names its bits, the first bit of each, the second of
             each, ..; shuffleN: at random, by seed N. Every order gives as many adders; paths, area and above all glitches differ (docs/gen/orders.md)

A sum is a number of bits, each with a weight modulo 2^width: a sign bit and what is subtracted weigh less than nothing, a product's bits are ANDs of pairs.
A weight becomes as few powers of two as possible. A negative power is the inverted bit and a constant, and all constants are one, so that a sign extension
costs an inverter, and a word's excess width nothing.
From the lowest column up, the three bits of a column that come first go into a full adder, whose sum stays in the column and whose carry goes to the next, until
two bits are left. Bits of the sum come at 0. A full adder's sum comes 2 after its inputs, but 1 after the last, its carry 1 after the last. Where a column's number of
bits is odd, full adders alone leave one bit, of which the last carry is part: a ripple through the tree. From LATE on a half adder ends that. The last adder
begins at the lowest column of two bits."""
import collections
import itertools
import json
import random
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import TOOL, fail, read_json, start, write

LATE = 9


def words(cell):
    """What a $macc adds: (word, factor or nothing, signed, subtracted), as in Yosys's kernel/macc.h."""
    config, bits = cell["parameters"]["CONFIG"][::-1], cell["connections"]["A"]

    def number(start, size):
        return int(config[start:start + size][::-1], 2)
    size, at, place = number(0, 4), 4, 0
    while place < len(bits):
        length, second = number(at + 2, size), number(at + 2 + size, size)
        yield bits[place:place + length], bits[place + length:place + length + second], config[at] == "1", config[at + 1] == "1"
        at, place = at + 2 + 2 * size, place + length + second
    for bit in cell["connections"]["B"]:
        yield [bit], [], False, False


def weights(cell):
    """{bit or pair of bits to be ANDed: weight}; constants are bits, too."""
    result = collections.Counter()
    for word, factor, signed, subtracted in words(cell):
        for i, bit in enumerate(word):
            for j, other in enumerate(factor or "1"):
                negative = subtracted ^ (signed and (i == len(word) - 1) ^ (bool(factor) and j == len(factor) - 1))
                pair = {bit, other} - {"1"}
                if not pair & {"0", "x", "z"}:
                    result[tuple(sorted(pair)) or ("1",)] += (-1 if negative else 1) << i + j
    return result


def powers(weight, width):
    """A weight modulo 2^width as a sum of powers of two: (exponent, negative), as few as can be; negative ones only if that saves some."""
    plain = [(i, False) for i in range(width) if weight >> i & 1]
    weight %= 1 << width
    signed = []
    for i in range(width):
        if weight >> i & 1:
            negative = weight >> i & 3 == 3 and i < width - 1
            signed.append((i, negative))
            weight += (1 if negative else -1) << i
    return signed if len(signed) < len(plain) else plain


class Tree:
    """columns: (time, bit) of each; cells are added to those of the module."""

    def __init__(self, cells, free, name, width, order):
        self.cells, self.free, self.name, self.width = cells, free, name, width
        self.order = order
        self.columns = [[] for _ in range(width)]
        self.constant, self.adders = 0, collections.Counter()
        self.number = itertools.count()

    def cell(self, kind, inputs, outputs, **widths):
        """outputs: pin -> bits, or how many new ones; returns the bits of the last pin."""
        pins = dict(inputs)
        for pin, bits in outputs.items():
            pins[pin] = list(itertools.islice(self.free, bits)) if isinstance(bits, int) else bits
        self.cells[f"{self.name}.{next(self.number)}"] = {
            "hide_name": 1, "type": kind, "parameters": {p: f"{n:032b}" for p, n in widths.items()}, "attributes": {},
            "port_directions": {p: "input" if p in inputs else "output" for p in pins}, "connections": pins}
        return pins

    def add(self, bits, weight):
        """The AND of the bits, times a weight."""
        if bits == ("1",):
            self.constant += weight
            return
        places = powers(weight % (1 << self.width), self.width)
        if not places:
            return
        bit = bits[0] if len(bits) == 1 else self.cell("$_AND_", {"A": [bits[0]], "B": [bits[1]]}, {"Y": 1})["Y"][0]
        inverse = self.cell("$_NOT_", {"A": [bit]}, {"Y": 1})["Y"][0] if any(negative for _, negative in places) else None
        for column, negative in places:
            self.columns[column].append((0, inverse if negative else bit))
            self.constant -= negative << column

    def adder(self, column, three):
        """A full adder of three bits of the column, or with a constant a half adder."""
        first, early, late = sorted(three, key=lambda e: e[0])
        pins = self.cell("$fa", {"A": [first[1]], "B": [early[1]], "C": [late[1]]}, {"X": 1, "Y": 1}, WIDTH=1)
        self.adders["half" if {"0", "1"} & {bit for _, bit in three} else "full"] += 1
        self.columns[column].append((max(early[0] + 2, late[0] + 1), pins["Y"][0]))
        if column + 1 < self.width:
            self.columns[column + 1].append((late[0] + 1, pins["X"][0]))

    def reduce(self):
        """At most two bits to a column."""
        for i, column in enumerate(self.columns):
            self.order(i, column)
        for i, column in enumerate(self.columns):
            ones = [(0, "1")] * (self.constant >> i & 1)       # added last, where it makes a half adder of a full one
            column.sort(key=lambda e: e[0])
            height = len(column) + len(ones)
            if height > 2 and height % 2 and column[-1][0] > LATE:
                self.adder(i, [ones.pop() if ones else (0, "0"), column.pop(0), column.pop(0)])
            while len(column) + len(ones) > 2:
                column.sort(key=lambda e: e[0])
                three = [column.pop(0), column.pop(0), column.pop(0) if column else ones.pop()]
                self.adder(i, three)
            column += ones

    def finish(self, total):
        """What is left becomes the bits of `total`."""
        rows = [[bit for _, bit in column] + ["0"] * (2 - len(column)) for column in self.columns]
        start = next((i for i, row in enumerate(rows) if row[1] != "0"), self.width)
        if start:
            self.cell("$pos", {"A": [row[0] for row in rows[:start]]}, {"Y": total[:start]}, A_SIGNED=0, A_WIDTH=start, Y_WIDTH=start)
        size = self.width - start
        if size:
            self.cell("$alu", {"A": [row[0] for row in rows[start:]], "B": [row[1] for row in rows[start:]], "CI": ["0"], "BI": ["0"]},
                      {"Y": total[start:], "X": size, "CO": size}, A_SIGNED=0, B_SIGNED=0, A_WIDTH=size, B_WIDTH=size, Y_WIDTH=size)


def order_of(text):
    """What brings a column, given its number, into the order."""
    found = re.fullmatch(r"(deal|shuffle)([1-9]\d{0,3})", text)
    if not found:
        fail(f"columns.py: ORDER is {text}, expected dealN or shuffleN, N from 1 on")
    count = int(found[2])

    def deal(_, column):
        part = -(-len(column) // count)
        column[:] = [column[i] for i in sorted(range(len(column)), key=lambda i: (i % part, i))]

    def shuffle(number, column):
        random.Random(f"{count} {number}").shuffle(column)
    return deal if found[1] == "deal" else shuffle


def build(cells, free, name, order):
    """Replaces a $macc; the numbers of its full and half adders."""
    sum_of = cells.pop(name)
    tree = Tree(cells, free, name, len(sum_of["connections"]["Y"]), order)
    for bits, weight in weights(sum_of).items():
        tree.add(bits, weight)
    tree.reduce()
    tree.finish(sum_of["connections"]["Y"])
    return tree.adders


# Word-level cells that may stand in a design here. A newer Yosys makes others, of sums too ($macc_v2): they would be mapped, and no tree be built.
KNOWN = {f"${name}" for name in (
    "not pos neg and or xor xnor reduce_and reduce_or reduce_xor reduce_xnor reduce_bool shl shr sshl sshr shift shiftx lt le eq ne eqx nex ge gt add sub mul div mod divfloor modfloor "
    "logic_not logic_and logic_or slice concat mux bmux demux pmux lut sop alu fa lcu macc dff dffe adff adffe sdff sdffe sdffce aldff aldffe dffsr dffsre sr dlatch adlatch dlatchsr "
    "mem mem_v2 memrd memrd_v2 memwr memwr_v2 meminit meminit_v2 paramod assert assume cover").split()}


def main():
    if len(sys.argv) != 4:
        fail("usage: columns.py DESIGN_JSON OUT_JSON ORDER")
    path, out, order = sys.argv[1], sys.argv[2], order_of(sys.argv[3])
    design = read_json(path, "modules")
    for name, module in design["modules"].items():
        cells = module["cells"]
        for cell, what in cells.items():
            if re.match(r"\$[a-z]", what["type"]) and what["type"] not in KNOWN:
                fail(f"{path}: module {name}: type of cell {cell} is {what['type']}, expected one of Yosys 0.23's: this flow does not understand it", TOOL)
        sums = [n for n, cell in cells.items() if cell["type"] == "$macc"]
        if sums:
            used = itertools.chain(*(info["bits"] for info in module["netnames"].values()), *(b for c in cells.values() for b in c["connections"].values()))
            free = itertools.count(1 + max(b for b in used if isinstance(b, int)))
            adders = sum((build(cells, free, n, order) for n in sums), collections.Counter())
            print(f"{name}: {len(sums)} sums, {adders['full']} full and {adders['half']} half adders before the last ones")
    write(out, json.dumps(design))
    return 0


if __name__ == "__main__":
    start(main, __doc__)
