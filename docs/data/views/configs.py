# SPDX-License-Identifier: Apache-2.0
"""configs.py - the named configurations: cycles and utilisation of a large product, area, how each is verified. Twin: synth/study/configs.py"""
from docs.data.cells import rank, title
from docs.data.macros import mm2
from docs.data.table import generated, table
from docs.data.views.area import array_per_mac, critical_ns

DATA = ["configs.json", "core_*.json", "memories.json"]
LARGE = 100     # MACs from which a core shows its array and its clock
# By lock-step with golden and cycle model (verif/cosim).
VERIFIED = {"tiny": "RTL, waves, every option", "mac256": "RTL, waves, shipped traces", "mac256p": "RTL (FAST multiplier), shipped traces", "mac256d": "RTL (FAST multiplier)",
            "mac1024": "RTL (FAST multiplier), shipped traces",
            "mac4096": "RTL (FAST multiplier), nightly", "flex8": "RTL, waves", "flex12": "RTL, waves", "flex10": "RTL, waves, every option", "flex9": "RTL, every option"}


def area(core, macs):
    text, library = f"{core['results']['area'] / 1e6:.3g} mm2", title(core["library"]["name"])
    if macs < LARGE:
        return f"{text} ({library})"
    return f"{core['results']['area'] / 1e6:.3f} mm2, the array {array_per_mac(core):,.0f} um2 per MAC, {1000 / critical_ns(core):.0f} MHz ({library})"


def configs(data):
    m, n, k = data["configs"]["parameters"]["product"]
    rows = []
    for c in data["configs"]["results"]["configurations"]:
        cores = [d for d in data.values() if d.get("config") == c["name"]]
        core = min(cores, key=lambda d: rank(d["library"]["name"]), default=None)    # of the first library that has it
        rows.append((f"`{c['name']}`", c["macs"], c["grid"], c["format"], c["accumulator"], c["cluster"], c["pe_pipe"], c["cycles"], c["utilisation"],
                     *((area(core, c["macs"]), mm2(core, data["memories"])) if core else ("-", "-")), VERIFIED[c["name"]]))
    return table(("name", "MACs", "grid x lanes", "format", "accumulator", "CLUSTER", "PE_PIPE", f"cycles of {m}x{n}x{k}", "utilisation", "area", "memories, mm2", "verified in lock-step"), rows) + "\n"


ABOUT = """# Named configurations

Lock-step: with golden and cycle model, random programs over these builds, with stalls ([cosim.md](../cosim.md)). FAST: the multiplier written as `*`, which all operand pairs and a proof show equal.
CLUSTER x CLUSTER processing elements share operand registers. PE_PIPE = 1: a register between a PE's multipliers and its accumulator. Area: without wires and without the memories,
which stand beside it as flip-flops or as published macros ([memories.md](memories.md)). -: not synthesised.
"""
OUTPUTS = {"docs/gen/configs.md": lambda data: generated("configs") + ABOUT + "\n" + configs(data)}
