# SPDX-License-Identifier: Apache-2.0
"""libraries.py - area, critical path and energy of a MAC beside its rivals, over all libraries, and its picture. Twin: docs/rivals.md"""
from docs.data import style
from docs.data.compare import RECIPES, all_libraries, label, late, least, own
from docs.data.cells import title
from docs.data.table import generated, table
from synth.study.pes import GOALS, OWN, name_of

DATA = ["rivals_area_*.json", "rivals_energy_*.json"]
WHAT = {"area": "area, rival single-cycle", "pipe": "area, rival pipelined", "energy": "energy", "clock": "clock"}
OF = {"area": ("area", "energy"), "pipe": ("area", "energy"), "energy": ("energy",), "clock": ("area", "energy"), None: ("energy",)}
ABOUT = """# Area, critical path and energy of a MAC in each cell library

Processing elements of each format in clusters of 2 x 2, which share operand registers: registers, multipliers, accumulators. Area is the sum of the cells, the path that of OpenSTA
without wires, energy that of the toggles of every net on recorded training traces, and only where every output word equals the model's. Rivals: [rivals.md](../rivals.md); energy: [energy.md](../energy.md).

- Recipe area: no clock, no sizing, smallest cells. Single-cycle floats (PE_PIPE = 0) are smallest, but slow and full of glitches; PE_PIPE registers cut both.
- Recipe energy: the netlist of recipe area that takes least, with the bits of its carry-save trees in the order, of those tried, that takes least (`synth/flow/orders.txt`).
- Recipe clock: at the path of the 4-lane flex16 PE without sizing; of each format the smallest netlist found that meets it, with the pipeline registers (PE_PIPE) that it needs.
- rows: how b multiplies, AND rows of its bits or rows of its digits, recoded at the array's edge; um2 include the recoders' share. Every PE is mapped in both forms; tables of area
  show the smaller one.
- Ratios: flex16 of 4 lanes over the row's format, below 1 where flex16 is the smaller.

![area at one clock and least energy of each format over flex16's](libraries.svg)
"""
COLUMNS = ("processing element, per MAC", "PE_PIPE", "rows", "um2", "flex16 / this", "critical path, ns", "pJ with glitches", "flex16 / this", "pJ, zero delay", "flex16 / this")
SHARED = ("library", "processing element", "um2 per MAC", "array, um2 per MAC", "pJ per MAC", "flex16 / this, um2", "array", "pJ")
LEAST = ("processing element, per MAC", "pJ with glitches", "flex16 / this", "recipe", "order", "PE_PIPE", "rows", "um2")


def goal_cells(libraries):
    """Of every goal, recipe and figure, what each library shows: {key, recipe, of, ratio, met, late}."""
    for key, goal in GOALS.items():
        for recipe in (*RECIPES, None):
            for of in OF[recipe]:
                row = []
                for _, period, rows, _ in libraries:
                    if of == "area":
                        ratio = own(rows)[recipe][0]["area"] / rows[key][recipe][0]["area"]
                    else:
                        recipes = (recipe,) if recipe else ()
                        ratio = least(own(rows), *recipes)["pj"] / least(rows[key], *recipes)["pj"]
                    row.append({"key": key, "recipe": recipe, "of": of, "ratio": ratio, "met": round(ratio, 2) <= goal, "late": recipe == "clock" and late(rows[key], period)})
                yield row


def met_cells(libraries):
    return [cell for row in goal_cells(libraries) for cell in row if cell["met"]]


def goals(libraries):
    rows = list(goal_cells(libraries))
    head = ("flex16, 4 lanes, over", "at most", "recipe", "of", *(title(name) for name, *_ in libraries))
    text = table(head, [(name_of(row[0]["key"]), f"{GOALS[row[0]['key']]:.2f}", WHAT.get(row[0]["recipe"], "least of all, of each"), row[0]["of"],
                         *(f"{c['ratio']:.2f}{'*' * c['late']}, {'met' if c['met'] else 'missed'}" for c in row)) for row in rows])
    text += (f"\n\n{len(met_cells(libraries))} of {len(rows) * len(libraries)} are met. In recipe area, area is of the smallest form of each, energy of the one that takes least; "
             "in recipe clock both are of the smallest netlist.\n")
    if any(late(row, period) for _, period, of, _ in libraries for row in of.values()):
        text += "*: no netlist of the rival that was tried meets flex16's clock; its smallest at 1.25 or 1.5 times the period is shown.\n"
    return text


def of_library(rows, recipes, period):
    for key, row in rows.items():
        for recipe in recipes:
            if recipe == "pipe" and row["pipe"][0]["pipe"] == 0:
                continue
            f, base = row[recipe][0], own(rows)[recipe][0]
            star = "*" if recipe == "clock" and late(row, period) else ""
            yield (label(key), f["pipe"], f["rows"], f"{f['area']:.0f}", f"{base['area'] / f['area']:.2f}", f"{f['ns']:.2f}{star}", f"{f['pj']:.2f}", f"{base['pj'] / f['pj']:.2f}",
                   f"{f['zero']:.2f}", f"{base['zero'] / f['zero']:.2f}")


def least_energy(rows):
    for key, row in rows.items():
        f = least(row)
        yield label(key), f"{f['pj']:.2f}", f"{least(own(rows))['pj'] / f['pj']:.2f}", f["recipe"], f["order"], f["pipe"], f["rows"], f"{f['area']:.0f}"


def change(pair):
    return f"{pair[0]:.{0 if pair[0] > 100 else 2}f} to {pair[1]:.{0 if pair[0] > 100 else 2}f}, {100 * (pair[1] / pair[0] - 1):+.0f} %"


def shared(libraries):
    """What it changes, of every format and of flex16's ratio to it."""
    for name, _, _, formats in libraries:
        mine = formats[OWN]
        for key, f in formats.items():
            ratios = [(mine[of][i] / f[of][i]) for of in ("area", "array", "pj") for i in (0, 1)]
            yield (title(name), label(key), *(change(f[of]) for of in ("area", "array", "pj")), *(f"{ratios[i]:.2f} to {ratios[i + 1]:.2f}" for i in (0, 2, 4)))


def text(data):
    libraries = all_libraries(data)
    parts = [generated("libraries") + ABOUT + "\n## Goals\n\n" + goals(libraries),
             "## What sharing operand registers changes\n\nRecipe area: from registers in every PE to one set for 2 x 2 of them. um2 of the smallest single-cycle form; pJ with glitches of the form that "
             "takes least. The array has 256 MACs, with skew registers, recoders and the delay lines of its column buses. Ratios: flex16 of 4 lanes over the row's format, both alike.\n\n"
             + table(SHARED, shared(libraries)) + "\n"]
    for name, period, rows, _ in libraries:
        parts.append(f"## {title(name)}\n\nRecipe area:\n\n{table(COLUMNS, of_library(rows, ('area', 'pipe'), period))}\n\nRecipe energy:\n\n{table(COLUMNS, of_library(rows, ('energy',), period))}\n\n"
                     f"Recipe clock, {period:.2f} ns ({1000 / period:.0f} MHz):\n\n{table(COLUMNS, of_library(rows, ('clock',), period))}\n\nLeast energy of all netlists:\n\n{table(LEAST, least_energy(rows))}\n")
    return "\n".join(parts)


def picture(data):
    libraries = all_libraries(data)
    figure, axes = style.panels(2, 1, 860, 600)
    panels = (("area per MAC at one clock, flex16 of 4 lanes = 1", lambda row: row["clock"][0]["area"]),
              ("energy per MAC on recorded traces, with glitches, the least of all netlists of each", lambda row: least(row)["pj"]))
    keys = list(libraries[0][2])
    for axis, (name, value) in zip(axes, panels):
        for i, key in enumerate(keys):
            heights = [value(rows[key]) / value(own(rows)) for _, _, rows, _ in libraries]
            places = [x + (i - (len(keys) - 1) / 2) * 0.09 for x in range(len(libraries))]
            axis.bar(places, heights, 0.08, color=style.colour(key), label=label(key))
        axis.axhline(1, color=style.INK, linewidth=0.8)
        axis.set_xticks(range(len(libraries)), [title(library) for library, *_ in libraries])
        axis.tick_params(axis="x", length=0)
        axis.grid(axis="x", visible=False)
        axis.set_title(name)
        axis.set_ylabel("over flex16")
    axes[0].legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return style.svg(figure, "libraries", "docs/data/views/libraries.py: cells alone, no wires")


OUTPUTS = {"docs/gen/libraries.md": text, "docs/gen/libraries.svg": picture}
