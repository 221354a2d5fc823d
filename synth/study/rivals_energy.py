#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""rivals_energy.py - energy per MAC of flex16 beside its rivals on the same traces. Twins: docs/data/views/rivals_energy.py, docs/energy.md

  rivals_energy.py NETSIM LIB OUTDIR OUT_JSON TRACE..     OUTDIR: what flx-netsim measured, run_NAME.json and run_FORMAT_clock.json
The netlists are those of rivals_area.py, mapped here if they are missing or stale; of the compared formats the one that takes least also with registers in every PE, and with
its trees' bits in every other order of synth/flow/orders.txt: the energy recipe. SLEW (0.05 ns), CYCLES (128 of each trace), GLITCH (48 of them with delays too)
Exit 0 written, 1 a netlist disagrees with its model, 2 bad input, 3 a tool failed."""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from docs.data import store
from synth.flow import drive
from synth.study.pe_clock import clock
from synth.study.pe_map import RTL_TOPS, Mapper, name_of
from synth.study.pes import CLOCKED, CLUSTERS, COMPARED, FORMATS, ORDERS, Netlist, unsized
from sw.cli.flx_cli import PASS, Progress, fail, read_json, start

PASSES = ("fprop", "bprop", "update")


def of_pass(report, phase):
    runs = [r for r in report["runs"] if r["trace"]["pass"] == phase]
    return sum(r["pj_per_operation"]["dynamic_glitch"] * r["operations"] for r in runs) / sum(r["operations"] for r in runs)


def row(recipe, order, figures, report):
    mean = report["mean"]
    kept = {key: figures[key] for key in ("format", "pe_pipe", "rows", "cluster", "area_per_mac", "critical_ns")}
    return {"recipe": recipe, **kept, "order": order, "dynamic": mean["dynamic"],
            "dynamic_glitch": mean["dynamic_glitch"], **{phase: of_pass(report, phase) for phase in PASSES}, "leakage": mean["leakage"],
            "settle_ns": max(r["glitch"]["settle_ns"] for r in report["runs"])}


class Meter:
    """flx-netsim on one library and its traces."""

    def __init__(self, netsim, library, out, traces):
        self.netsim, self.library, self.out, self.traces = netsim, library, out, traces
        self.slew, self.cycles, self.glitch = (os.environ.get(name, default) for name, default in (("SLEW", "0.05"), ("CYCLES", "128"), ("GLITCH", "48")))

    def simulate(self, label, form, figures, stem):
        mode = ("--pe", str(form.lanes)) if form.model == "flex16" else ("--rival", f"{form.model}:{form.lanes}:{figures['pe_pipe']}")
        report = os.path.join(self.out, f"run_{label}.json")
        drive.run(self.netsim, "--lib", self.library, "--slew", self.slew, "--netlist", f"{stem}.json", "--groups", "synth/netsim/pe.groups", "--label", label, "--report", report, *mode,
                  "--cycles", self.cycles, "--glitch", self.glitch, *self.traces, out=os.path.join(self.out, f"run_{label}.txt"))
        return read_json(report, "mean", "runs", "library")


class Study:
    """Rows and reports of one library, in the order in which they are measured."""

    def __init__(self, meter):
        self.meter, self.mapper, self.rows, self.reports = meter, Mapper(meter.library), [], []

    def add(self, recipe, label, form, stem, order=ORDERS[0]):
        figures = self.mapper.figures(form, stem)
        self.reports.append(self.meter.simulate(label, form, figures, stem))
        self.rows.append(row(recipe, order, figures, self.reports[-1]))

    def netlist(self, recipe, netlist):
        self.add(recipe, name_of(netlist), netlist.format, self.mapper.area(netlist), netlist.order)

    def least(self, key):
        """The netlist of the area recipe that takes least, of those that share registers."""
        found = [r for r in self.rows if r["recipe"] == "area" and r["format"] == key and r["cluster"] == CLUSTERS[0]]
        best = min(found, key=lambda r: r["dynamic_glitch"])
        return Netlist(FORMATS[key], best["pe_pipe"], best["rows"])


def measure(study):
    """Its period in ps."""
    library, of_area = study.mapper.library.name, [n for n in unsized() if n.format.model]
    period = study.mapper.period_ps()
    with Progress("rivals_energy.py", len(of_area) + len(COMPARED) * len(ORDERS) + len(CLOCKED), "netlists") as progress:
        for netlist in of_area:
            study.netlist("area", netlist)
            progress.step(f"{library}: {netlist.format.key}")
        for key in COMPARED:
            study.netlist("area", study.least(key)._replace(cluster=CLUSTERS[1]))
            progress.step(f"{library}: {key}, registers in every PE")
            for order in ORDERS[1:]:
                study.netlist("energy", study.least(key)._replace(order=order))
                progress.step(f"{library}: {key}, {order}")
        for key in CLOCKED:
            study.add("clock", f"{key}_clock", FORMATS[key], clock(study.mapper, FORMATS[key], period))
            progress.step(f"{library}: {key} at {period} ps")
    return period


def main():
    if len(sys.argv) < 6:
        fail("usage: rivals_energy.py NETSIM LIB OUTDIR OUT_JSON TRACE..")
    netsim, path, out, target, *traces = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    meter = Meter(netsim, path, out, traces)
    study = Study(meter)
    period = measure(study)
    first = study.reports[0]
    store.write(target, what="Energy per MAC of the Flexpoint PE and of its rivals on recorded traces, in pJ", command=f"make energy-rivals LIB={study.mapper.library.name}.lib",
                tools=store.tools("yosys", "sta"), library=store.library(path), rtl=store.rtl(*RTL_TOPS),
                parameters={"period_ns": period / 1000, "volt": first["library"]["volt"], "slew_ns": first["library"]["slew_ns"], "cycles": int(meter.cycles), "glitch": int(meter.glitch),
                            "clock_mhz": first["clock_mhz"]},
                results={"traces": len(first["runs"]), "words": sum(r["words_compared"] for report in study.reports for r in report["runs"]), "netlists": study.rows})
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
