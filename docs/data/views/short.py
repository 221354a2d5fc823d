# SPDX-License-Identifier: Apache-2.0
"""short.py - the README's tables: a few columns of tables that docs/gen shows whole. Twin: README.md"""
from docs.data.cells import README_LIBRARY, title
from docs.data.compare import all_libraries, label, late, least, own
from docs.data.macros import mm2
from docs.data.table import table
from docs.data.trained import PAIR, groups
from docs.data.views.area import critical_ns
from docs.data.views.configs import LARGE, VERIFIED
from docs.data.views.cost import ratios, span
from docs.data.views.step import ratios as step_ratios
from docs.data.views.training import HEAD, cells
from synth.study.pes import COMPARED

DATA = ["configs.json", "core_*.json", "memories.json", "training_runs.json", "step.json", "rivals_area_*.json", "rivals_energy_*.json"]
LEFT_OUT = ("fp16_fp16", "fp16_fp32", "fp16_fp32_4")    # beside BF16 they say nothing new
ACCURACY, DIFFERENCE = (HEAD.index(name) for name in ("test accuracy, mean", "difference to float32, in pooled standard deviations"))


def configs(data):
    cores = {d["config"]: d for name, d in data.items() if name.startswith("core_") and d["library"]["name"] == README_LIBRARY}
    rows = []
    for c in (c for c in data["configs"]["results"]["configurations"] if c["macs"] >= LARGE):     # the small ones are for verification
        core = cores.get(c["name"])
        size = (f"{core['results']['area'] / 1e6:.3f}", mm2(core, data["memories"]), f"{1000 / critical_ns(core):.0f}") if core else ("-", "-", "-")
        rows.append((f"`{c['name']}`", c["macs"], c["grid"].replace(" ", ""), c["format"], c["cluster"], c["pe_pipe"], *size, "FAST" if "FAST" in VERIFIED[c["name"]] else "RTL"))
    return table(("name", "MACs", "grid", "format", "CLUSTER", "PE_PIPE", "mm2", "memories", "MHz", "lock-step"), rows) + "\n"


def training(data):
    """Flexpoint beside float32."""
    step, rows = step_ratios(data["step"]["results"]["cases"])["flex16+5", "exact"], []
    for group in groups(data["training_runs"]["results"]):
        if set(PAIR) <= set(group.cases):
            base, case = (cells(group.network, name, group.cases[name], group.cases["float32"]) for name in PAIR)
            rows.append((group.network, group.cases[PAIR[1]].seeds, base[ACCURACY], case[ACCURACY], case[DIFFERENCE], f"{step[group.network]:.2f}" if group.network in step else "-"))
    return table(("network", "seeds", *PAIR, "deviations", "step"), rows) + "\n"


def cost(data):
    period, rows = next((period, rows) for library, period, rows, _ in all_libraries(data) if library == README_LIBRARY)
    base, found = own(rows), []
    for key in (k for k in COMPARED if k not in LEFT_OUT):
        row = rows[key]
        pairs = ((base["clock"][0]["area"], row["clock"][0]["area"], ".0f", "*" * late(row, period)), (least(base)["pj"], least(row)["pj"], ".2f", ""))
        found.append((label(key), *(cell for mine, this, form, star in pairs for cell in (f"{this:{form}}{star}", f"{mine / this:.2f}"))))
    text = table((f"per MAC, {title(README_LIBRARY)}", f"um2, recipe clock, {1000 / period:.0f} MHz", "flex16/this", "pJ, least of all recipes", "flex16/this"), found) + "\n"
    return text + "\n*: slower than the clock.\n" * any(late(row, period) for row in rows.values())


def summary(data):
    libraries = all_libraries(data)
    area, clock, pj = (span(ratios(libraries, "bf16_bf16", what)) for what in ("area", "clock", "pj"))
    return f"Over {len(libraries)} libraries, beside BF16 with a BF16 sum: {clock} area at one clock,\n{area} without a clock, {pj} energy.\n"


BLOCKS = {"configs": configs, "training": training, "cost": cost, "cost-summary": summary}
