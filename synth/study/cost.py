#!/usr/bin/python3
"""cost.py - the table of the README: area and energy of a MAC beside its rivals, in one library. Twins: docs/gen/cost.md, synth/study/four_libraries.py

   cost.py docs/gen/rivals.md docs/gen/energy_rivals_NAME.md >docs/gen/cost.md
Reads the two generated tables of one library; a row that one of them lacks is an error, exit 2.
"""
import os
import sys

# shown as, (operands and accumulator, lanes) of rivals.md, PE of the energy table, last PIPE
ROWS = [
    ("flex16, 48-bit sum, 4 lanes", "flex16, 48-bit accumulator", "4", "flex16, 48-bit sum", "0"),
    ("BF16, BF16 sum", "BF16, BF16", "1", "BF16, BF16 sum", "1"),
    ("BF16, FP32 sum", "BF16, FP32", "1", "BF16, FP32 sum", "1"),
    ("BF16, FP32 sum, fused, 4 lanes", "BF16, FP32, fused", "4", "BF16, FP32 sum", "2"),
    ("FP16, FP16 sum", "FP16, FP16", "1", "FP16, FP16 sum", "1"),
    ("FP16, FP32 sum", "FP16, FP32", "1", "FP16, FP32 sum", "1"),
    ("FP16, FP32 sum, fused, 4 lanes", "FP16, FP32, fused", "4", "FP16, FP32 sum", "2"),
    ("FP32, FP32 sum", "FP32, FP32", "1", "FP32, FP32 sum", "1"),
    ("int8, 32-bit sum, 4 lanes (does not train)", "int8, int32", "4", "int8, 32-bit sum (does not train)", "0"),
]
# area recipe with PIPE = 0 and with the format's last PIPE, clock recipe
RECIPES = ("area", "pipe", "clock")


def fail(text):
    print(text, file=sys.stderr)
    sys.exit(2)


def lines_of(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()
    except OSError as error:
        fail(f"{path}: file is unreadable ({error.strerror}), expected a generated table")


def tables(lines):
    """Lists of rows, each a list of cells; a table begins after a line that is none of one."""
    found, inside = [], False
    for line in lines:
        if line.startswith("|"):
            if not inside:
                found.append([])
            found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
        inside = line.startswith("|")
    return found


def section(path, library):
    """The lines of rivals.md below "## LIBRARY"."""
    lines = lines_of(path)
    starts = [i for i, line in enumerate(lines) if line.startswith("## ")] + [len(lines)]
    for begin, end in zip(starts, starts[1:]):
        if lines[begin] == f"## {library}":
            return lines[begin:end]
    fail(f"{path}: section {library} is missing, expected that of `make synth-rivals`")


def pick(rows, path, what, *cells):
    """Those that begin with the cells."""
    found = [row for row in rows if tuple(row[: len(cells)]) == cells]
    return found or fail(f"{path}: {what} has no row {' | '.join(cells)}, expected one")


def library_of(energy_path):
    return os.path.basename(energy_path)[len("energy_rivals_"):-len(".md")]


def figures(area_path, energy_path):
    """(period in ns, [(name, {recipe: [netlist]})]) of one library, flex16 first; a netlist is {recipe, pipe, rows, area, ns, zero, pj}, of each recipe the smallest first."""
    lines = section(area_path, library_of(energy_path))
    area, energy = tables(lines), tables(lines_of(energy_path))
    if len(area) < 2 or len(energy) < 2:
        fail(f"{energy_path if len(energy) < 2 else area_path}: tables are less than two, expected one of each recipe")
    period = next((line.split()[3] for line in lines if line.startswith("### Clock recipe: ")), "")
    found = []
    for name, operands, lanes, pe, last in ROWS:
        row = {}
        for recipe in RECIPES:
            table, pipe = (1, []) if recipe == "clock" else (0, ["0" if recipe == "area" else last])
            row[recipe] = []
            for a in pick(area[table], area_path, f"the {recipe} recipe", operands, lanes, *pipe):
                e = pick(energy[table], energy_path, f"the {recipe} recipe", pe, lanes, *a[2:4])[0]
                if abs(float(a[5]) - float(e[4])) > 1.0:
                    fail(f"{energy_path}: {name}: area is {e[4]}, expected {a[5]} as in {area_path}, of the same netlist")
                row[recipe].append({"recipe": recipe, "pipe": int(a[2]), "rows": a[3], "area": float(a[5]), "ns": float(a[7]), "zero": float(e[5]), "pj": float(e[6])})
            row[recipe].sort(key=lambda netlist: netlist["area"])
        found.append((name, row))
    return float(period), found


def least(row, *recipes):
    """The netlist of least energy, of these recipes or all."""
    return min((netlist for recipe in recipes or RECIPES for netlist in row[recipe]), key=lambda netlist: netlist["pj"])


def misses(row, period):
    """Whether the netlist of the clock recipe is slower than the period, beyond the table's last digit."""
    return row["clock"][0]["ns"] > period + 0.005


def main():
    if len(sys.argv) != 3:
        fail(__doc__.split("\n")[2].strip())
    period, rows = figures(*sys.argv[1:])
    print(f"<!-- written by synth/study/cost.py from {os.path.basename(sys.argv[1])} and {os.path.basename(sys.argv[2])}; do not edit -->")
    print(f"| processing element, per MAC | um2, no clock | flex16 / this | um2 at {1000 / period:.0f} MHz | flex16 / this | least pJ of its netlists | flex16 / this |")
    print("| --- | --- | --- | --- | --- | --- | --- |")

    def costs(row):
        return row["area"][0]["area"], row["clock"][0]["area"], least(row)["pj"]

    for name, row in rows:
        cells = [form % cost + " | %.2f" % (base / cost) for form, cost, base in zip(("%.0f", "%.0f", "%.2f"), costs(row), costs(rows[0][1]))]
        if misses(row, period):
            cells[1] = cells[1].replace(" ", "* ", 1)
        print(f"| {name} | " + " | ".join(cells) + " |")
    if any(misses(row, period) for _, row in rows):
        print("\n*: of netlists slower than the clock, as none that was tried meets it.")


if __name__ == "__main__":
    main()
