# SPDX-License-Identifier: Apache-2.0
"""compare.py - the Flexpoint PE and its rivals in one library: area, path and energy of each netlist, joined. Twin: docs/rivals.md

A netlist here is {recipe, pipe, rows, area, ns, zero, pj}: um2 and pJ are per MAC. Ratios are of these figures."""
from docs.data.cells import by_library
from synth.study.pes import COMPARED, FORMATS, OWN, name_of

# area recipe with PE_PIPE = 0 and with the format's last, clock recipe
RECIPES = ("area", "pipe", "clock")


def pick(document, name, key, recipe):
    """Netlists of a format in one recipe."""
    found = [n for n in document["results"]["netlists"] if n["format"] == key and n["recipe"] == ("clock" if recipe == "clock" else "area")
             and (recipe == "clock" or n["pe_pipe"] == (0 if recipe == "area" else FORMATS[key].last_pipe))]
    if not found:
        raise ValueError(f"{name}: {key} has no netlist of the {recipe} recipe, expected one")
    return found


def figures(area, energy):
    """(period in ns, {format: {recipe: [netlist]}}), of each recipe the smallest first."""
    library, found = area["library"]["name"], {}
    for key in COMPARED:
        found[key] = {}
        for recipe in RECIPES:
            energies = {(n["pe_pipe"], n["rows"]): n for n in pick(energy, f"rivals_energy_{library}", key, recipe)}
            netlists = []
            for n in pick(area, f"rivals_area_{library}", key, recipe):
                e = energies.get((n["pe_pipe"], n["rows"]))
                if e is None or abs(e["area_per_mac"] - n["area_per_mac"]) > 1.0:
                    raise ValueError(f"rivals_energy_{library}: {key}, {recipe} recipe: area_per_mac is {e and e['area_per_mac']}, expected {n['area_per_mac']} of the same netlist")
                netlists.append({"recipe": recipe, "pipe": n["pe_pipe"], "rows": n["rows"], "area": n["area_per_mac"], "ns": n["critical_ns"], "zero": e["dynamic"], "pj": e["dynamic_glitch"]})
            found[key][recipe] = sorted(netlists, key=lambda n: n["area"])
    return area["parameters"]["period_ns"], found


def all_libraries(data):
    """[(library, period, {format: ..})]."""
    area, energy = dict(by_library(data, "rivals_area")), dict(by_library(data, "rivals_energy"))
    if list(area) != list(energy):
        raise ValueError(f"area is of {', '.join(area)}, energy of {', '.join(energy)}, expected the same libraries")
    return [(library, *figures(area[library], energy[library])) for library in area]


def least(row, *recipes):
    """The netlist of least energy, of these recipes or all."""
    return min((n for recipe in recipes or RECIPES for n in row[recipe]), key=lambda n: n["pj"])


def late(row, period):
    """Whether the netlist of the clock recipe is slower than the period."""
    return row["clock"][0]["ns"] > period


def label(key):
    return name_of(key, lanes=True)


def own(rows):
    return rows[OWN]
