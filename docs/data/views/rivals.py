# SPDX-License-Identifier: Apache-2.0
"""rivals.py - the Flexpoint PE and its rivals in area and clock, one section a library. Twin: docs/rivals.md"""
from docs.data.cells import by_library
from docs.data.table import generated, table
from synth.study.pes import CLUSTERS, FORMATS, GOALS, OWN, name_of

DATA = ["rivals_area_*.json"]
HEAD = ("operands, accumulator", "lanes", "PE_PIPE", "rows", "CLUSTER", "um2 per PE", "um2 per MAC", "flex16 4 lanes / this", "ns", "MHz")
ABOUT = """# Flexpoint and its rivals in area and clock

rows: how b multiplies, AND rows of its bits or rows of its digits, recoded at the array's edge. CLUSTER: PEs a side that share operand registers; um2 per PE is
a cluster's over its PEs, um2 per MAC of digits includes its share of the recoders, one per lane and
column. Ratios and goals are of the smallest form of each. Explained in [rivals.md](../rivals.md).
"""


def smallest(netlists, key):
    """Of a format, its single-cycle form without a clock, or its only netlist at the clock."""
    return min((n for n in netlists if n["format"] == key and n["cluster"] == CLUSTERS[0] and (n["recipe"] == "clock" or n["pe_pipe"] == 0)), key=lambda n: n["area_per_mac"])


def rows(netlists, own, macs=None):
    for n in netlists:
        cells = [name_of(n["format"]), FORMATS[n["format"]].lanes, n["pe_pipe"], n["rows"], n["cluster"], f"{n['area'] / n['cluster'] ** 2:.0f}", f"{n['area_per_mac']:.0f}", f"{own['area_per_mac'] / n['area_per_mac']:.2f}",
                 f"{n['critical_ns']:.2f}", f"{1000 / n['critical_ns']:.0f}"]
        yield cells + ([f"{n['array_per_mac']:.0f}", f"{own['array_per_mac'] / n['array_per_mac']:.2f}"] if macs else [])


def goals(netlists):
    own = {recipe: smallest(of, OWN) for recipe, of in netlists.items()}
    for key, goal in GOALS.items():
        ratios = [own[recipe]["area_per_mac"] / smallest(of, key)["area_per_mac"] for recipe, of in netlists.items()]
        yield [name_of(key), f"{goal:.2f}", *(f"{ratio:.2f} ({'met' if round(ratio, 2) <= goal else 'missed'})" for ratio in ratios)]


def section(library, document):
    period, macs = document["parameters"]["period_ns"], document["parameters"]["macs"]
    netlists = {recipe: [n for n in document["results"]["netlists"] if n["recipe"] == recipe] for recipe in ("area", "clock")}
    late = [name_of(n["format"]) for n in netlists["clock"] if n["critical_ns"] > period]
    extra = (f"um2 per MAC of an array of {macs}", "flex16 4 lanes / this, array")
    parts = [f"## {library}\n\n### Recipe area: no clock, no sizing\n", table(HEAD + extra, rows(netlists["area"], smallest(netlists["area"], OWN), macs)),
             f"\n### Recipe clock: {period:.3f} ns ({1000 / period:.0f} MHz), pipelined and sized for it\n", table(HEAD, rows(netlists["clock"], smallest(netlists["clock"], OWN))) + "\n"]
    if late:
        parts.append(f"Slower than the period in every mapping tried, searched again at 1.25, 1.5, .. periods: {'; '.join(late)}.\n")
    parts.append(table(("goal: flex16 4 lanes over", "at most", "recipe area", "recipe clock"), goals(netlists)) + "\n")
    return "\n".join(parts)


def text(data):
    return generated("rivals") + ABOUT + "\n" + "\n".join(section(*pair) for pair in by_library(data, "rivals_area"))


OUTPUTS = {"docs/gen/rivals.md": text}
