# SPDX-License-Identifier: Apache-2.0
"""memories.py - what the core's memories take, as flip-flops and as published SRAM macros. Twin: docs/data/macros.py"""
from docs.data.cells import rank, title
from docs.data.macros import NONE, checked, fit, names, of_core, total
from docs.data.table import generated, table

DATA = ["core_*.json", "memories.json"]
HOLDS = {"entries": "exponents in force and next, state, tries, place in the window", "statistics": "largest mantissa, overflow, saturation, counts", "windows": "16 last maxima, each with its exponent"}
PORTS = "1 write, 1 read"
ABOUT = """# What the memories take

The core's exponent table is three memories, instances of [`flx_ram`](../../rtl/lib/flx_ram.v). Every area of these documents leaves them out, as black boxes. Here they are.

- Words: a word for each tensor; statistics four more, for dry runs; windows 16 for each tensor. Bits: data and their SECDED code, whose coders are in the core's area.
- As flip-flops: a `flx_ram` of 16 words of 8 bits through the core's recipe, scaled by bits ([synth.md](../synth.md#what-counts-as-what)).
- As macros: of the [macros below](#macros), one kind for each memory, as many as hold it, on the least area. Outlines alone: no wires, no multiplexers
  and no distance between macros, and their timing is in no path.
- Used: the share of the macros' bits that the memory fills.
"""
HEAD = ("memory", "holds", "words x bits", "ports", "bits", "as flip-flops, um2", "of the core", "as macros", "um2", "of the core", "used")


def cores(data):
    found = [d for name, d in data.items() if name.startswith("core_")]
    return sorted(found, key=lambda d: (rank(d["library"]["name"]), d["parameters"]["macs"], d["config"]))


def chosen(found):
    """Cells of a Fit: the macros and their ports, um2, used."""
    return (f"{found.count} {found.macro['name']}, {found.macro['ports']}", f"{found.um2:,.0f}", f"{100 * found.used:.0f} %") if found else (NONE, "-", "-")


def share(um2, core):
    return f"{100 * um2 / core['results']['area']:.1f} %"


def section(core, document):
    rows = []
    for m in of_core(core, document):
        what, um2, used = chosen(m.fit)
        rows.append((m.name, HOLDS[m.name], f"{m.words:,} x {m.bits}", PORTS, f"{m.words * m.bits:,}", f"{m.flip_flops:,.0f}", share(m.flip_flops, core), what, um2, share(m.fit.um2, core) if m.fit else "-", used))
    flip_flops, macros = total(core, document)
    rows.append(("all", "", "", "", f"{core['results']['ram_bits']:,}", f"{flip_flops:,.0f}", share(flip_flops, core), "" if macros else NONE, f"{macros:,.0f}" if macros else "-", share(macros, core) if macros else "-", ""))
    return f"## {core['config']}, {title(core['library']['name'])}\n\nThe core without them: {core['results']['area']:,.0f} um2.\n\n{table(HEAD, rows)}\n"


def by_process(found, processes, macros):
    """The same memories in every process that has macros."""
    shapes, rows, used = {m for core in found for m in names(core)}, [], []
    for name, words, bits in sorted(shapes, key=lambda s: (s[0], s[1])):
        for process in processes:
            best = fit(macros, process["name"], words, bits)
            if best:
                rows.append((name, f"{words:,} x {bits}", process["name"], process["nm"], *chosen(best)))
                used.append(100 * best.used)
    return ("## By process\n\n" + table(("memory", "words x bits", "process", "nm", "macros", "um2", "used"), rows)
            + f"\n\nSmall memories waste macros: {min(used):.0f} to {max(used):.0f} % of the bits are used.\n")


def listed(processes, macros):
    nm = {p["name"]: p["nm"] for p in processes}
    rows = [(m["name"], f"{m['words']:,} x {m['bits']}", m["ports"], f"{m['um2']:,.0f}", f"{m['um2'] / m['words'] / m['bits']:.2f}", f"{m['process']}, {nm[m['process']]} nm", f"{m['project']}, {m['path']}, {m['commit'][:12]}: `{m['read']}`")
            for m in macros]
    says = "\n".join(f"- {p['name']}, {p['nm']} nm: {p['says']}." for p in processes)
    return f"## Macros\n\n{says}\n\nPorts: 1RW reads or writes in a cycle; 1R1W, 1RW1R and 2RW can do both, as `flx_ram` does.\n\n" + table(("macro", "words x bits", "ports", "um2", "um2 per bit", "process", "read in"), rows) + "\n"


def planned(results):
    """The engine's memories, and what they would be in the largest macro of NanGate45."""
    largest = max((m for m in results["macros"] if m["process"] == "NanGate45"), key=lambda m: (m["words"], m["um2"]))
    parts = []
    for p in results["planned"]:
        kib = sum(p["kib"].values())
        parts.append(f"{kib} KiB beside {p['macs']:,} MACs ({', '.join(f'{name} {k}' for name, k in p['kib'].items())}), {kib * 8192 * largest['um2'] / largest['words'] / largest['bits'] / 1e6:.2f} mm2")
    return f"## Planned\n\nAn engine around the core, of which nothing is built: {'; '.join(parts)}, at the um2 per bit of {largest['name']}.\n"


def text(data):
    document, found = data["memories"], cores(data)
    processes, macros = checked(document)
    return "\n".join([generated("memories") + ABOUT, *(section(core, document) for core in found), by_process(found, processes, macros), listed(processes, macros), planned(document["results"])])


OUTPUTS = {"docs/gen/memories.md": text}
