# SPDX-License-Identifier: Apache-2.0
"""compare.py - the Flexpoint PE and its rivals in one library: area, path and energy of each netlist, joined. Twin: docs/rivals.md

A netlist here is {recipe, pipe, rows, order, area, ns, zero, pj}: um2 and pJ are per MAC. Ratios are of these figures."""
from docs.data.cells import by_library
from synth.study.pes import CLUSTERS, COMPARED, FORMATS, ORDERS, OWN, name_of

# area recipe with PE_PIPE = 0 and with the format's last, energy recipe, clock recipe; all share operand registers
RECIPES = ("area", "pipe", "energy", "clock")


def pick(document, name, key, recipe, cluster=CLUSTERS[0]):
    """Netlists of a format in one recipe."""
    found = [n for n in document["results"]["netlists"] if n["format"] == key and n["cluster"] == cluster and n["recipe"] == ("area" if recipe == "pipe" else recipe)
             and (recipe in ("clock", "energy") or n["pe_pipe"] == (0 if recipe == "area" else FORMATS[key].last_pipe))]
    if not found:
        raise ValueError(f"{name}: {key} has no netlist of the {recipe} recipe, expected one")
    return found


def joined(n, e, order=ORDERS[0]):
    return {"recipe": n["recipe"], "pipe": n["pe_pipe"], "rows": n["rows"], "order": order, "area": n["area_per_mac"], "ns": n["critical_ns"], "zero": e["dynamic"], "pj": e["dynamic_glitch"]}


def figures(area, energy):
    """(period in ns, {format: {recipe: [netlist]}}), of each recipe the smallest first, of the energy recipe that of least energy."""
    library, found = area["library"]["name"], {}
    for key in COMPARED:
        found[key] = {}
        for recipe in RECIPES:
            of_energy = pick(energy, f"rivals_energy_{library}", key, recipe)
            if recipe == "energy":      # a netlist of the area recipe and its trees in other orders
                first = of_energy[0]
                same = [n for n in pick(energy, f"rivals_energy_{library}", key, "pipe" if first["pe_pipe"] else "area") if n["rows"] == first["rows"]]
                found[key][recipe] = sorted((joined(n, n, n["order"]) for n in same + of_energy), key=lambda n: n["pj"])
                continue
            energies = {(n["pe_pipe"], n["rows"]): n for n in of_energy}
            netlists = []
            for n in pick(area, f"rivals_area_{library}", key, recipe):
                e = energies.get((n["pe_pipe"], n["rows"]))
                if e is None or abs(e["area_per_mac"] - n["area_per_mac"]) > 1.0:
                    raise ValueError(f"rivals_energy_{library}: {key}, {recipe} recipe: area_per_mac is {e and e['area_per_mac']}, expected {n['area_per_mac']} of the same netlist")
                netlists.append(joined(n, e))
            found[key][recipe] = sorted(netlists, key=lambda n: n["area"])
    return area["parameters"]["period_ns"], found


def sharing(area, energy):
    """{format: {"area": (alone, shared), "array": .., "pj": ..}}, per MAC: the smallest single-cycle form with registers in every PE and with shared ones; energy of the form that takes least, both ways."""
    library, found = area["library"]["name"], {}
    shared, alone = CLUSTERS
    for key in COMPARED:
        smallest = {c: min(pick(area, f"rivals_area_{library}", key, "area", c), key=lambda n: n["area_per_mac"]) for c in CLUSTERS}
        lonely = next(n for n in energy["results"]["netlists"] if n["format"] == key and n["cluster"] == alone)
        twin = next(n for n in energy["results"]["netlists"] if n["format"] == key and n["cluster"] == shared and n["recipe"] == "area" and (n["pe_pipe"], n["rows"]) == (lonely["pe_pipe"], lonely["rows"]))
        found[key] = {"area": (smallest[alone]["area_per_mac"], smallest[shared]["area_per_mac"]), "array": (smallest[alone]["array_per_mac"], smallest[shared]["array_per_mac"]),
                      "pj": (lonely["dynamic_glitch"], twin["dynamic_glitch"])}
    return found


def all_libraries(data):
    """[(library, period, {format: ..}, what sharing operand registers changes)]."""
    area, energy = dict(by_library(data, "rivals_area")), dict(by_library(data, "rivals_energy"))
    if list(area) != list(energy):
        raise ValueError(f"area is of {', '.join(area)}, energy of {', '.join(energy)}, expected the same libraries")
    return [(library, *figures(area[library], energy[library]), sharing(area[library], energy[library])) for library in area]


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
