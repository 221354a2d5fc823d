# SPDX-License-Identifier: Apache-2.0
"""power.py - power of a core's cost groups at a clock, from the energies of its replay. Twins: synth/study/report.py, synth/netsim/core.groups

Zero delay, so without glitches; without memories, wires and clock tree; nets that come from outside are their drivers'."""
from sw.cli.flx_cli import TOOL, fail, field

GROUPS_FILE = "synth/netsim/core.groups"
# Its parts, by cost group of rtl/rtl.f.
PARTS = {"array": ("operands", "accumulators", "pe_control", "trees", "digits", "delay_lines", "skew"), "exponent": ("requantisers", "drain", "statistics", "algorithm_1", "algorithm_2", "exponents"),
         "buffers": ("fifos",), "control": ("control", "counters")}
OUTSIDE = ("inputs", "other")
KINDS = ("switching", "internal", "clock")


def power(path, replay, mhz, macs, areas):
    """{mhz, slew_ns, busy, mw: {group: {switching, internal, clock, leakage, total}}, total}. path, replay: replay.json; areas: {cost group: area} of the netlist's blocks."""
    run = replay["runs"][0]
    group_of = {part: group for group, parts in PARTS.items() for part in parts}
    rate = field(path, run, "operations", float) / field(path, run, "lane_cycles", int)    # MACs a cycle
    mw, found = {group: dict.fromkeys((*KINDS, "leakage"), 0.0) for group in PARTS}, dict.fromkeys(PARTS, 0.0)
    for part, row in field(path, run, "groups", dict).items():
        if part in OUTSIDE:
            continue
        if part not in group_of:
            fail(f"{GROUPS_FILE}: part {part} is in no cost group, expected one of {', '.join(group_of)}", TOOL)
        group = mw[group_of[part]]
        for kind in KINDS:
            group[kind] += field(path, row, kind, float) * rate * mhz / 1000     # pJ a MAC x MACs a cycle x MHz = uW
        group["leakage"] += field(path, row, "leakage_uw", float) / 1000
        found[group_of[part]] += field(path, row, "area", float)
    for group, area in areas.items():       # a part that counts for the wrong group shows in its area
        if abs(found[group] - area) > 1e-4 * area:
            fail(f"{GROUPS_FILE}: area of the parts of {group} is {found[group]:.1f}, expected the {area:.1f} of its blocks", TOOL)
    for group in mw.values():
        group["total"] = sum(group.values())
    return {"mhz": mhz, "slew_ns": replay["library"]["slew_ns"], "busy": rate / macs, "mw": mw, "total": sum(group["total"] for group in mw.values())}
