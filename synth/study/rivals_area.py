#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""rivals_area.py - area and clock of the Flexpoint PE and of its rivals, measured alike. Twins: docs/data/views/rivals.py, docs/rivals.md

  rivals_area.py LIB OUT_JSON     LIB: a liberty file
Which PEs: synth/study/pes.py; the two recipes: pe_map.py and pe_clock.py. SYNTH_BUILD (build/synth): where netlists and prepared libraries are kept.
Exit 0 written, 2 bad input, 3 a tool failed."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from docs.data import store
from synth.study.pe_clock import clock
from synth.study.pe_map import RTL_TOPS, Mapper, words
from synth.study.pes import CLOCKED, FORMATS, MACS, alone, operand_bits, sum_bits, unsized
from sw.cli.flx_cli import PASS, Progress, fail, start


def array_per_mac(form, figures):
    """Area of a square array per MAC: clusters, recoders, the skew registers of operands, not yet recoded, and of the control bits of a cluster's rows, and the delay lines of the column buses."""
    side, cluster = round((MACS // form.lanes) ** 0.5), figures["cluster"]
    clusters = side // cluster
    skew = (2 * form.lanes * operand_bits(form.key) * cluster + 1 + cluster) * clusters * (clusters - 1) // 2
    delay = side * (side - clusters) * sum_bits(form.key)
    return figures["area_per_mac"] + (skew + delay) * figures["flip_flop_area"] / figures["flip_flops"] / MACS


def row(recipe, form, figures):
    kept = {key: figures[key] for key in ("format", "pe_pipe", "rows", "cluster", "area", "area_per_mac", "flip_flops", "flip_flop_area", "critical_ns")}
    return {"recipe": recipe, **kept, "parameters": words(figures["parameters"]), "array_per_mac": round(array_per_mac(form, figures), 3)}


def measure(path):
    """(mapper, period in ps, rows)"""
    mapper, rows, of_area = Mapper(path), [], unsized() + alone()
    with Progress("rivals_area.py", len(of_area) + len(CLOCKED), "netlists") as progress:
        for netlist in of_area:
            rows.append(row("area", netlist.format, mapper.figures(netlist.format, mapper.area(netlist))))
            progress.step(f"{mapper.library.name}: {netlist.format.key}")
        period = mapper.period_ps()
        for key in CLOCKED:
            rows.append(row("clock", FORMATS[key], mapper.figures(FORMATS[key], clock(mapper, FORMATS[key], period))))
            progress.step(f"{mapper.library.name}: {key} at {period} ps")
    return mapper, period, rows


def main():
    if len(sys.argv) != 3:
        fail("usage: rivals_area.py LIB OUT_JSON")
    path, out = sys.argv[1:]
    mapper, period, rows = measure(path)
    store.write(out, what="Area and critical path of the Flexpoint PE and of its rivals, without a clock and at flex16's clock", command=f"make synth-rivals LIB={mapper.library.name}.lib",
                tools=store.tools("yosys", "sta"), library=store.library(path), parameters={"period_ns": period / 1000, "macs": MACS}, rtl=store.rtl(*RTL_TOPS), results={"netlists": rows})
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
