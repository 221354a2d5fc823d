#!/usr/bin/python3
"""libraries.py - area, critical path and energy of a MAC beside its rivals, over all libraries. Twins: docs/gen/libraries.md, synth/study/four_libraries.sh

  libraries.py docs/gen/rivals.md docs/gen/energy_rivals_NAME.md .. >docs/gen/libraries.md
  libraries.py --bars ..     the ratios as lines of tabulated text: library, then of each PE area at the clock and least energy over flex16's, for the picture
Exit 2 if a table is missing, or area and energy are not of the same netlists."""
import os
import sys

from synth.study.cost import RECIPES, ROWS, fail, figures, least, library_of, misses

TITLES = {"nangate45_typ": "NanGate45", "sky130hd_tt": "sky130hd", "sg13g2_stdcell_typ_1p20V_25C": "ihp_sg13g2", "osu018_stdcells": "osu018"}
ORDER = list(TITLES)
GOALS = (("BF16, BF16 sum", 0.80), ("BF16, FP32 sum", 0.45), ("FP32, FP32 sum", 0.25))
WHAT = {"area": "no clock, rival single-cycle", "pipe": "no clock, rival pipelined", "clock": "at one clock"}
FROM = {"area": "no clock", "pipe": "no clock", "clock": "at one clock"}


def row(*cells):
    print("| " + " | ".join(cells) + " |")


def head(*cells):
    row(*cells)
    row(*["---"] * len(cells))


def goal_row(rival, goal, recipe, of, ratios, late):
    """Prints one row, * where the rival is slower than the clock; the number of libraries in which the goal is met."""
    met = [round(ratio, 2) <= goal for ratio in ratios]
    row(rival, f"{goal:.2f}", recipe, of, *(f"{ratio:.2f}{'*' * slow}, {'met' if good else 'missed'}" for ratio, good, slow in zip(ratios, met, late)))
    return sum(met)


def goals(libraries):
    head("flex16, 4 lanes, over", "at most", "recipe", "of", *(TITLES.get(name, name) for name, _, _ in libraries))
    met = 0
    for rival, goal in GOALS:
        pairs = [(rows[0][1], dict(rows)[rival]) for _, _, rows in libraries]
        for recipe in RECIPES:
            late = [recipe == "clock" and misses(other, period) for (_, other), (_, period, _) in zip(pairs, libraries)]
            met += goal_row(rival, goal, WHAT[recipe], "area", [flex[recipe][0]["area"] / other[recipe][0]["area"] for flex, other in pairs], late)
            met += goal_row(rival, goal, WHAT[recipe], "energy", [least(flex, recipe)["pj"] / least(other, recipe)["pj"] for flex, other in pairs], late)
        met += goal_row(rival, goal, "least of all, of each", "energy", [least(flex)["pj"] / least(other)["pj"] for flex, other in pairs], [False] * len(pairs))
    print(f"\n{met} of {len(GOALS) * (len(RECIPES) * 2 + 1) * len(libraries)} are met. Without a clock, area is of the smallest form of each, energy of the one that takes least; at one clock both are of "
          "the smallest netlist.")
    if any(misses(figure, period) for _, period, rows in libraries for _, figure in rows):
        print("*: no netlist of the rival that was tried meets flex16's clock; its smallest at 1.25 or 1.5 times the period is shown.")


def per_library(rows, recipes, period):
    head("processing element, per MAC", "PIPE", "rows", "um2", "flex16 / this", "critical path, ns", "pJ with glitches", "flex16 / this", "pJ, zero delay", "flex16 / this")
    for name, figure in rows:
        for recipe in recipes:
            if recipe == "pipe" and figure["pipe"][0]["pipe"] == 0:
                continue
            f, base = figure[recipe][0], rows[0][1][recipe][0]
            late = "*" if recipe == "clock" and misses(figure, period) else ""
            row(name, str(f["pipe"]), f["rows"], f"{f['area']:.0f}", f"{base['area'] / f['area']:.2f}", f"{f['ns']:.2f}{late}", f"{f['pj']:.2f}", f"{base['pj'] / f['pj']:.2f}",
                f"{f['zero']:.2f}", f"{base['zero'] / f['zero']:.2f}")


def least_energy(rows):
    head("processing element, per MAC", "pJ with glitches", "flex16 / this", "netlist", "PIPE", "rows", "um2")
    for name, figure in rows:
        f = least(figure)
        row(name, f"{f['pj']:.2f}", f"{least(rows[0][1])['pj'] / f['pj']:.2f}", FROM[f["recipe"]], str(f["pipe"]), f["rows"], f"{f['area']:.0f}")


def bars(libraries):
    print("library\t" + "\t".join(f"{name}\t{name}" for name, *_ in ROWS))
    for name, _, rows in libraries:
        base = rows[0][1]
        cells = [f"{f['clock'][0]['area'] / base['clock'][0]['area']:.4f}\t{least(f)['pj'] / least(base)['pj']:.4f}" for _, f in rows]
        print(TITLES.get(name, name) + "\t" + "\t".join(cells))


def main():
    arguments = sys.argv[1:]
    picture = arguments[:1] == ["--bars"]
    area_path, *energy_paths = arguments[picture:] or [""]
    if not energy_paths:
        fail("usage: libraries.py [--bars] BASELINES_MD ENERGY_BASELINES_MD ..")
    energy_paths.sort(key=lambda path: (ORDER + [library_of(path)]).index(library_of(path)))
    libraries = [(library_of(path), *figures(area_path, path)) for path in energy_paths]
    if picture:
        bars(libraries)
        return
    print(f"<!-- written by synth/study/four_libraries.py from {os.path.basename(area_path)} and the energy_rivals of each library; do not edit -->")
    print("# Area, critical path and energy of a MAC in each cell library\n")
    print("One processing element per format: operand registers, multiplier, accumulator. Area is the sum of the cells, the path that of OpenSTA without wires, energy that of the toggles of "
          "every net\non recorded training traces, and only where every output word equals the model's. Recipes and rivals: [rivals.md](../rivals.md); energy: [energy.md](../energy.md).\n")
    print("- No clock, no sizing: smallest cells. Single-cycle floats (PIPE = 0) are smallest, but slow and full of glitches; PIPE registers cut both.\n"
          "- At one clock: the path of the 4-lane flex16 PE without sizing; of each format the smallest netlist found that meets it, with the pipeline registers (PIPE) that it needs.\n"
          "- rows: how b multiplies, AND rows of its bits or rows of its digits, recoded at the array's edge; um2 include the recoders' share. Every PE is mapped in both forms; tables of area show "
          "the smaller one.\n"
          "- Ratios: flex16 of 4 lanes over the row's format, below 1 where flex16 is the smaller.\n")
    print("![area at one clock and least energy of each format over flex16's](libraries.svg)\n")
    print("## Goals\n")
    goals(libraries)
    for name, period, rows in libraries:
        print(f"\n## {TITLES.get(name, name)}\n\nNo clock, no sizing:\n")
        per_library(rows, ("area", "pipe"), period)
        print(f"\nAt {period:.2f} ns ({1000 / period:.0f} MHz):\n")
        per_library(rows, ("clock",), period)
        print("\nLeast energy of all netlists:\n")
        least_energy(rows)


if __name__ == "__main__":
    main()
