#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""energy.py - energy of PE, requantiser and core on the shipped traces: maps, simulates, compares. Twins: docs/data/views/energy.py, docs/energy.md

  energy.py NETSIM LIB CONFIG OUTDIR OUT_JSON TRACE..     NETSIM: build/bin/flx-netsim; CONFIG: of the core
    OUTDIR/run_*.json    what flx-netsim measured; netlists of PEs and core are where synth/study/pe_map.py and synth/flow/core.sh keep them
SLEW (0.05 ns), CYCLES (512 of each trace), GLITCH (48 cycles of each trace with delays), CORE_LANES (16 traces side by side on the core; 0: no core)
Exit 0 written, 1 a netlist disagrees with the golden model, 2 bad input, 3 a tool failed."""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from docs.data import store
from synth.flow import drive
from synth.study.networks import NETWORKS, step_macs
from synth.study.pe_map import Mapper
from synth.study.pes import CLUSTERS, FORMATS, Netlist
from sw.cli.flx_cli import PASS, Progress, fail, read_json, start

PASSES = ("fprop", "bprop", "update")
PARTS = ("cells", "flip_flops", "area", "switching", "internal", "clock", "dynamic", "dynamic_glitch", "leakage")
WRITE_PARTS = ("algorithm_1", "algorithm_2", "exponents", "statistics")     # of the core, at work for a tensor write
CUT = ("--m", "16", "--n", "16", "--k", "64")                               # of each product on the core


def mean(runs, key):
    """Over the operations of the runs."""
    return sum(r["pj_per_operation"][key] * r["operations"] for r in runs) / sum(r["operations"] for r in runs)


def by(report, *keys):
    """{values of the trace's keys: runs}"""
    groups = {}
    for run in report["runs"]:
        groups.setdefault(tuple(run["trace"][k] for k in keys), []).append(run)
    return groups


def by_pass(report):
    return sorted(by(report, "network", "pass").items(), key=lambda r: (r[0][0], PASSES.index(r[0][1])))


def layers(four):
    return [{"network": network, "layer": layer, "pass": phase, "traces": len(runs), **{key: mean(runs, key) for key in ("dynamic", "dynamic_glitch", "total_glitch")}}
            for (network, layer, phase), runs in by(four, "network", "layer", "pass").items()]


def passes(reports):
    """Of 4 lanes beside one; the last row is of random operands."""
    def both(four, one):
        return {f"{key}_{lanes}": mean(runs, key) for lanes, runs in ((4, four), (1, one)) for key in ("dynamic", "dynamic_glitch")}
    ones = by(reports["pe1"], "network", "pass")
    rows = [{"network": network, "pass": phase, **both(runs, ones[(network, phase)])} for (network, phase), runs in by_pass(reports["pe4"])]
    return rows + [{"network": "random", **both(reports["pe4_random"]["runs"], reports["pe1_random"]["runs"])}]


def parts(report, lanes, cluster=CLUSTERS[0]):
    """The groups of a cluster, per MAC, and all of it; its cells, flip-flops and area are those of the whole."""
    rows = [{"lanes": lanes, "cluster": cluster, "part": name, **{key: group[key] for key in PARTS}} for name, group in report["mean_groups"].items()]
    total = {**report["netlist"], **report["mean"]}
    return rows + [{"lanes": lanes, "cluster": cluster, "part": "total", **{key: total[key] for key in PARTS}}]


def requantiser(report):
    rows = []
    for (network, phase), runs in by_pass(report):
        k = sum(r["trace"]["k"] * r["operations"] for r in runs) / sum(r["operations"] for r in runs)
        glitch = mean(runs, "dynamic_glitch")
        rows.append({"network": network, "pass": phase, "k": k, "dynamic": mean(runs, "dynamic"), "dynamic_glitch": glitch, "dynamic_glitch_per_mac": glitch / k})
    return {**{key: report["netlist"][key] for key in ("cells", "flip_flops", "area")}, **{key: report["mean"][key] for key in ("dynamic", "dynamic_glitch")}, "passes": rows}


def core(report, macs):
    """Per part: pJ that data move, per MAC; clock energy per cycle; their sum with every MAC busy."""
    run = report["runs"][0]
    cycles_per_mac = run["lane_cycles"] / run["operations"]
    rows = [{"part": name, "cells": g["cells"], "flip_flops": g["flip_flops"], "area": g["area"], "data": g["switching"] + g["internal"], "clock_cycle": g["clock"] / cycles_per_mac,
             "leakage_uw": g["leakage_uw"]} for name, g in run["groups"].items()]
    total = {key: sum(r[key] for r in rows) for key in ("data", "clock_cycle", "leakage_uw")}
    rows.append({"part": "total", **{key: report["netlist"][key] for key in ("cells", "flip_flops", "area")}, **total})
    for r in rows:
        r["busy"] = r["data"] + r["clock_cycle"] / macs
    return {"macs": macs, "traces": run["lanes"], "words": run["words_compared"], "parts": rows}


def tensor_write(report, of_core):
    """What one costs: what moves for it, and the clock of its parts during their cycles."""
    run = report["runs"][0]
    writes, cycles = run["autoflex"]["tensor_writes"], run["autoflex"]["cycles"]
    rows = []
    for p in (p for name in WRITE_PARTS for p in of_core["parts"] if p["part"] == name):
        job = cycles if p["part"] in ("algorithm_2", "exponents") else 1.0
        data = p["data"] * run["operations"] / writes
        rows.append({"part": p["part"], "cells": p["cells"], "area": p["area"], "cycles": job, "data": data, "energy": data + p["clock_cycle"] * job})
    return {"writes": writes, "cycles": cycles, "total": sum(r["energy"] for r in rows), "parts": rows}


class Meter:
    """flx-netsim on one library and its traces."""

    def __init__(self, netsim, path, out, traces):
        self.netsim, self.path, self.out, self.traces = netsim, path, out, traces
        self.settings = {name: os.environ.get(name, default) for name, default in (("SLEW", "0.05"), ("CYCLES", "512"), ("GLITCH", "48"), ("CORE_LANES", "16"))}
        self.mapper = Mapper(path)

    def simulate(self, result, netlist, *options):
        report = f"{self.out}/run_{result}.json"
        drive.run(self.netsim, "--lib", self.path, "--slew", self.settings["SLEW"], "--netlist", netlist, "--label", result, "--report", report, *options, out=f"{self.out}/run_{result}.txt")
        return read_json(report, "runs", "netlist", "library")

    def requantiser(self):
        """Its netlist by the area recipe."""
        folder = f"{self.out}/requant"
        rtl, includes = drive.rtl_files("flx_requant")
        if not drive.fresh(f"{folder}/flx_requant.json", *rtl, *includes, "synth/flow/block.sh", *drive.RECIPE, self.mapper.library.ready):
            drive.run("synth/flow/block.sh", self.path, "flx_requant", " ".join(rtl), "", folder)
        return f"{folder}/flx_requant.json"

    def core(self, config):
        """Its netlist."""
        drive.run("synth/flow/core_kept.sh", self.path, config)
        return f"{self.mapper.library.build}/{config}/core.json"


def measure(meter, config):
    """{run: report of flx-netsim}"""
    sampled = ("--cycles", meter.settings["CYCLES"], "--glitch", meter.settings["GLITCH"])
    side_by_side = int(meter.settings["CORE_LANES"])
    reports = {}
    with Progress("energy.py", 6 + (side_by_side > 0), "runs") as progress:
        for name, lanes, cluster, operands in (("pe4", 4, CLUSTERS[0], meter.traces), ("pe4_random", 4, CLUSTERS[0], ["--random"]), ("pe4_alone", 4, CLUSTERS[1], meter.traces),
                                               ("pe1", 1, CLUSTERS[0], meter.traces), ("pe1_random", 1, CLUSTERS[0], ["--random"])):
            netlist = f"{meter.mapper.area(Netlist(FORMATS[f'flex16_{lanes}'], 0, 'digits', cluster))}.json"
            reports[name] = meter.simulate(name, netlist, "--groups", "synth/netsim/pe.groups", "--pe", str(lanes), *sampled, *operands)
            progress.step(name)
        reports["requant"] = meter.simulate("requant", meter.requantiser(), "--requant", "4", *sampled, *meter.traces)
        progress.step("requantiser")
        if side_by_side:
            step = -(-len(meter.traces) // side_by_side)
            reports["core"] = meter.simulate("core", meter.core(config), "--groups", "synth/netsim/core.groups", "--core", config, *CUT, *meter.traces[::step])
            progress.step(config)
    return reports


def results_of(reports, macs):
    r = {"traces": len(reports["pe4"]["runs"]), "words": sum(run["words_compared"] for name, report in reports.items() if name != "core" for run in report["runs"]),
         "layers": layers(reports["pe4"]), "passes": passes(reports), "parts": parts(reports["pe4"], 4) + parts(reports["pe4_alone"], 4, CLUSTERS[1]) + parts(reports["pe1"], 1), "requantiser": requantiser(reports["requant"])}
    if "core" in reports:
        r["core"] = core(reports["core"], macs)
        r["autoflex"] = tensor_write(reports["core"], r["core"])
    return {**r, "step": [{"network": name, "macs": step_macs(name)} for name in NETWORKS]}


def main():
    if len(sys.argv) < 7:
        fail("usage: energy.py NETSIM LIB CONFIG OUTDIR OUT_JSON TRACE..")
    netsim, path, config, out, target, *traces = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    grid = drive.configuration(config)
    meter = Meter(netsim, path, out, traces)
    reports = measure(meter, config)
    four, s = reports["pe4"], meter.settings
    store.write(target, what=f"Energy of the PE, the requantiser and the core {config} on recorded traces, in pJ", command=f"make energy LIB={meter.mapper.library.name}.lib CONFIG={config}",
                tools=store.tools("yosys", "sta"), library=store.library(path), config=config if "core" in reports else None,
                rtl=store.rtl("flx_cluster", "flx_requant", *(["flx_core"] if "core" in reports else [])),
                parameters={"volt": four["library"]["volt"], "slew_ns": four["library"]["slew_ns"], "wire_ff": four["netlist"]["wire_ff"], "cycles": int(s["CYCLES"]), "glitch": int(s["GLITCH"]),
                            "clock_mhz": four["clock_mhz"]}, results=results_of(reports, grid["ROWS"] * grid["COLS"] * grid["LANES"]))
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
