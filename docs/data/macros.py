# SPDX-License-Identifier: Apache-2.0
"""macros.py - published SRAM macros, and which of them hold the core's memories. Twin: docs/data/memories.json, rtl/lib/flx_ram.v

A macro's um2 is its outline's, as the file says that it was read in; its words and bits are also in its name. Both are compared, as this is noted by hand."""
import collections
import math
import re

from docs.data.cells import title

FIELDS = ("name", "process", "words", "bits", "ports", "um2", "read", "project", "path", "commit")
TWO_PORTS, ONE_PORT = ("1R1W", "1RW1R", "2RW"), ("1RW",)    # flx_ram wants a read and a write of one cycle
SHOWN = (r"(?:SIZE|Area \(h x w\) +:) ([\d.]+) (?:BY|x) ([\d.]+)\b.*", r"area +: ([\d.]+)")     # of LEF and of datasheets; of Liberty
NONE = "none published"

Memory = collections.namedtuple("Memory", "name words bits flip_flops fit")     # fit: None or the macros that hold it
Fit = collections.namedtuple("Fit", "macro count um2 used")


def wrong(macro, processes):
    """What keeps it from being a macro, None if nothing does."""
    for key in FIELDS:
        if macro.get(key) in (None, ""):
            return f"{key} is missing or empty"
    for key in ("words", "bits", "um2"):
        if not isinstance(macro[key], (int, float)) or macro[key] <= 0:
            return f"{key} is {macro[key]}, expected a number above 0"
    if macro["process"] not in processes:
        return f"process is {macro['process']}, expected one of {', '.join(processes)}"
    if macro["ports"] not in TWO_PORTS + ONE_PORT:
        return f"ports is {macro['ports']}, expected one of {', '.join(TWO_PORTS + ONE_PORT)}"
    if not re.fullmatch("[0-9a-f]{40}", macro["commit"]):
        return f"commit is {macro['commit']}, expected 40 hexadecimal digits"
    size = re.search(r"(\d+)x(\d+)", macro["name"])
    if size is None or sorted(map(int, size.groups())) != sorted((macro["words"], macro["bits"])):
        return f"words x bits are {macro['words']} x {macro['bits']}, expected those of its name"
    shown = next((found for found in (re.fullmatch(p, macro["read"]) for p in SHOWN) if found), None)
    if shown is None or abs(math.prod(map(float, shown.groups())) / macro["um2"] - 1) > 1e-6:
        return f"um2 is {macro['um2']}, expected that of what was read, {macro['read']}"
    return None


def checked(document):
    """(processes, macros) of memories.json; ValueError if one is none."""
    results = document["results"]
    names = [process["name"] for process in results["processes"]]
    for macro in results["macros"]:
        why = wrong(macro, names)
        if why:
            raise ValueError(f"memories: macro {macro.get('name', 'without name')}: {why}")
    return results["processes"], results["macros"]


def fit(macros, process, words, bits):
    """The macros of one kind that hold a memory on the least area, of two ports where the process has any; None without a macro."""
    own = [m for m in macros if m["process"] == process]
    own = [m for m in own if m["ports"] in TWO_PORTS] or own
    found = []
    for m in own:
        count = math.ceil(words / m["words"]) * math.ceil(bits / m["bits"])
        found.append(Fit(m, count, count * m["um2"], words * bits / (count * m["words"] * m["bits"])))
    return min(found, key=lambda f: f.um2, default=None)


def names(core):
    """[(name, words, bits)] of a core's memories, the smallest first."""
    memories, tensors = sorted(core["results"]["memories"]), core["parameters"]["TENSORS"]
    if len(memories) != 3 or memories[0][0] != tensors:
        raise ValueError(f"{core['config']}, {title(core['library']['name'])}: memories are {memories}, expected three, the first of {tensors} words")
    return [(name, *memory) for name, memory in zip(("entries", "statistics", "windows"), memories)]


def of_core(core, document):
    """[Memory] of a core, in macros of its library's process."""
    processes, macros = checked(document)
    process = next((p["name"] for p in processes if p["library"] == core["library"]["name"]), None)
    each = core["results"]["ram_as_flip_flops"] / core["results"]["ram_bits"]
    return [Memory(name, words, bits, words * bits * each, fit(macros, process, words, bits)) for name, words, bits in names(core)]


def total(core, document):
    """(um2 as flip-flops, um2 as macros or None)"""
    memories = of_core(core, document)
    return sum(m.flip_flops for m in memories), sum(m.fit.um2 for m in memories) if all(m.fit for m in memories) else None


def mm2(core, document):
    """Of a core, as a cell: as flip-flops or as macros."""
    flip_flops, macros = total(core, document)
    return f"{flip_flops / 1e6:.3g} or {macros / 1e6:.2g}" if macros else f"{flip_flops / 1e6:.3g}, {NONE}"
