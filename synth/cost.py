#!/usr/bin/env python3
"""cost.py - the table of the README: area and energy of a MAC beside its rivals. Twin: docs/gen/cost.md

   cost.py docs/gen/baselines.md docs/gen/energy_baselines_NAME.md >docs/gen/cost.md
Reads the two generated tables of one library; a row that one of them lacks is an error, exit 2.
"""
import os
import sys

# shown as, (operands and accumulator, lanes) of baselines.md, (PE, lanes, PIPE at the clock) of the energy table
ROWS = [
    ("flex16, 48-bit sum, 4 lanes", "flex16, 48-bit accumulator", "4", "flex16, 48-bit sum", "0"),
    ("BF16, BF16 sum", "BF16, BF16", "1", "BF16, BF16 sum", "1"),
    ("BF16, FP32 sum", "BF16, FP32", "1", "BF16, FP32 sum", "1"),
    ("BF16, FP32 sum, fused, 4 lanes", "BF16, FP32, fused", "4", "BF16, FP32 sum", "2"),
    ("FP16, FP32 sum, fused, 4 lanes", "FP16, FP32, fused", "4", "FP16, FP32 sum", "2"),
    ("FP32, FP32 sum", "FP32, FP32", "1", "FP32, FP32 sum", "0"),
]


def tables(path):
    """Lists of rows, each a list of cells; a table begins after a line that is none of one."""
    found, inside = [], False
    for line in open(path, encoding="utf-8"):
        if line.startswith("|"):
            if not inside:
                found.append([])
            found[-1].append([cell.strip() for cell in line.strip().strip("|").split("|")])
        inside = line.startswith("|")
    return found


def pick(rows, path, what, *cells):
    for row in rows:
        if tuple(row[: len(cells)]) == cells:
            return row
    print(f"{path}: {what} has no row {' | '.join(cells)}, expected one", file=sys.stderr)
    sys.exit(2)


def main():
    if len(sys.argv) != 3:
        print(__doc__.split("\n")[2].strip(), file=sys.stderr)
        sys.exit(2)
    area_path, energy_path = sys.argv[1:]
    plain, clock = tables(area_path)[:2]
    energy = tables(energy_path)[0]
    base = None
    print(f"<!-- written by synth/cost.py from {os.path.basename(area_path)} and {os.path.basename(energy_path)}; do not edit -->")
    print("| processing element, per MAC | um2, no clock | ratio | um2 at the clock | ratio | pJ on recorded traces | ratio |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, operands, lanes, pe, pipe in ROWS:
        figures = [
            float(pick(plain, area_path, "the area recipe", operands, lanes)[4]),
            float(pick(clock, area_path, "the clock recipe", operands, lanes)[4]),
            float(pick(energy, energy_path, "energy", pe, lanes, pipe)[5]),
        ]
        base = base or figures
        shown = ["%.0f" % figures[0], "%.0f" % figures[1], "%.2f" % figures[2]]
        print(f"| {name} | " + " | ".join(f"{s} | {f / b:.2f}" for s, f, b in zip(shown, figures, base)) + " |")


main()
