# SPDX-License-Identifier: Apache-2.0
"""cost.py - what a MAC costs beside its rivals, and the conclusions. Twin: docs/rivals.md"""
from docs.data.compare import all_libraries, label, late, least, own
from docs.data.cells import README_LIBRARY, title
from docs.data.macros import NONE, total
from docs.data.table import generated, table
from docs.data.views.libraries import OF, met_cells
from synth.study.pes import FORMATS, GOALS, name_of

DATA = ["core_*.json", "memories.json", "rivals_area_*.json", "rivals_energy_*.json"]


def costs(row):
    return row["area"][0]["area"], row["clock"][0]["area"], least(row)["pj"]


def cost(data):
    period, rows = next((period, rows) for library, period, rows, _ in all_libraries(data) if library == README_LIBRARY)
    found = []
    for key, row in rows.items():
        star = (0, late(row, period), 0)
        cells = [(form % this + "*" * slow, f"{base / this:.2f}") for form, this, base, slow in zip(("%.0f", "%.0f", "%.2f"), costs(row), costs(own(rows)), star)]
        found.append([label(key), *(cell for pair in cells for cell in pair)])
    head = ("processing element, per MAC", "um2, recipe area", "flex16 / this", f"um2, recipe clock, {1000 / period:.0f} MHz", "flex16 / this", "pJ, the least of all recipes", "flex16 / this")
    text = table(head, found) + "\n"
    if any(late(row, period) for row in rows.values()):
        text += "\n*: of netlists slower than the clock, as none that was tried meets it.\n"
    return text


def memories(data):
    """A PE has none, a core's are shared by its MACs."""
    parts = []
    for core in (d for name, d in data.items() if name.startswith("core_") and d["library"]["name"] == README_LIBRARY):
        macs, areas = core["parameters"]["macs"], total(core, data["memories"])
        parts.append((macs, core["config"], " or ".join(f"{um2 / macs:,.0f} {as_what}" if um2 else NONE for um2, as_what in zip(areas, ("as flip-flops", "as macros")))))
    return (f"Memories: a processing element has none. The exponent table of a core, shared by its MACs, adds in {title(README_LIBRARY)}, in um2 per MAC:\n"
            + ";\n".join(f"`{config}` {text}" for _, config, text in sorted(parts)) + " ([memories.md](memories.md)).\n")


def span(ratios, unit=" %", more="more", less="less"):
    """'8 % less to 18 % more', '13 to 29 % more': of ratios to 1."""
    low, high = sorted(ratios)[0], sorted(ratios)[-1]
    a, b = round(100 * (low - 1)), round(100 * (high - 1))
    if a < 0 < b:
        return f"{-a}{unit} {less} to {b}{unit} {more}"
    if b <= 0:
        return f"{-b} to {-a}{unit} {less}"
    return f"{a} to {b}{unit} {more}"


def ratios(libraries, key, what):
    """flex16's over the format's, of each library. what: a recipe for its area, pj for the least energy."""
    def figure(row):
        return least(row)["pj"] if what == "pj" else row[what][0]["area"]
    return [figure(own(rows)) / figure(rows[key]) for _, _, rows, _ in libraries]


def summary(data):
    libraries = all_libraries(data)
    wide = [key for key in FORMATS if key in libraries[0][2] and FORMATS[key].accumulator == "FP32" and FORMATS[key].lanes == 1]
    beside_wide = [r for key in wide for what in ("area", "pipe", "clock", "pj") for r in ratios(libraries, key, what)]
    beside = {what: ratios(libraries, "bf16_bf16", what) for what in ("area", "clock", "pj")}
    fused = {what: [1 / r for r in ratios(libraries, "bf16_fp32_4", what)] for what in ("area", "clock", "pj")}
    met, cells = met_cells(libraries), len(GOALS) * sum(map(len, OF.values())) * len(libraries)
    clock, slow = sum(m["recipe"] == "clock" for m in met), sum(m["late"] for m in met)
    goal = [f"{at_most:.2f} of {name_of(key)}" for key, at_most in GOALS.items()]
    return (
        f"Beside BF16 with a BF16 accumulator, flex16 takes, by library, {span(beside['clock'])} area at its own clock ({span(beside['area'])} without one)\n"
        f"and {span(beside['pj'])} energy, while it multiplies 16 by 16 bits and sums exactly in 48. Beside single-lane rivals that sum in FP32 it takes {span(beside_wide)} area\n"
        f"and energy, over all libraries and recipes. The fused BF16 dot product takes {span(fused['area'])} area than flex16 without a clock, {span(fused['clock'])} at flex16's, and\n"
        f"{min(fused['pj']):.1f} to {max(fused['pj']):.1f} times the energy. The goals of at most {', '.join(goal[:-1])} and {goal[-1]} are met in {len(met)} of {cells} cells: "
        f"{clock} at one clock,\n"
        f"{slow} of them against rivals slower than it ([libraries.md](libraries.md#goals), why: [rivals.md](../rivals.md#reading-the-results)).\n")


ABOUT = """# What a MAC costs

A processing element with its accumulator and its share of the operand registers of 2 x 2. Every format is mapped by the same three recipes, area, clock and energy
([libraries.md](libraries.md)); at the clock, with the pipeline registers that it needs.
Energy: toggles of every net on recorded traces, glitches included ([energy.md](../energy.md)). Left out: wires, clock tree, the recoders' energy.
"""
OUTPUTS = {"docs/gen/cost.md": lambda data: generated("cost") + ABOUT + "\n" + cost(data) + "\n" + memories(data) + "\n" + summary(data)}
