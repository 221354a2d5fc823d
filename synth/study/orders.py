#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""orders.py - the energy recipe's search: a configuration's cluster with its trees' bits in every order, area, path and energy of each. Twin: synth/flow/orders.txt

  orders.py NETSIM LIB CONFIG TRACE..     NETSIM: flx-netsim; prints the order of least energy, and what each takes on stderr
Netlists: SYNTH_BUILD (build/synth)/LIBRARY/orders/CONFIG/ORDER, kept while RTL, recipe and library are older. SLEW (0.05 ns), CYCLES (128 of each trace), GLITCH (48 of them with
delays too). The products are those of 16-bit mantissas, not chunked. Exit 0 written, 1 a netlist disagrees with the golden model, 2 bad input, 3 a tool failed."""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from synth.flow import drive
from synth.study.pe_map import KEEP, RECIPES, words
from synth.study.pes import ORDERS
from sw.cli.flx_cli import PASS, Progress, fail, read_json, start, write

PARAMETERS = ("CLUSTER", "LANES", "ACC_BITS", "PE_PIPE")
TOP = "flx_cluster"


class Search:
    """Of one library and configuration."""

    def __init__(self, netsim, path, config):
        self.netsim, self.library, grid = netsim, drive.Library(path), drive.configuration(config)
        self.parameters = {name: grid[name] for name in PARAMETERS}
        self.folder = os.path.join(self.library.build, "orders", config)
        if grid["MANT_BITS"] != 16 or grid["CHUNK_EN"]:
            fail(f"{drive.CONFIGS}: CONFIG is {config}, expected one of 16-bit mantissas without CHUNK_EN: no trace's energy says which order is best")

    def measure(self, order, traces):
        """(pJ per MAC with glitches, um2 of the cluster, ns)"""
        folder = os.path.join(self.folder, order)
        stem = os.path.join(folder, TOP)
        rtl, includes = drive.rtl_files(TOP)
        noted = os.path.join(self.folder, "parameters")
        if not drive.fresh(f"{stem}.json", *rtl, *includes, *RECIPES, *drive.RECIPE, noted, self.library.ready):
            drive.run("synth/flow/block.sh", self.library.path, TOP, " ".join(rtl), words(self.parameters), folder, KEEP=KEEP, ORDER=order)
        slew, cycles, glitch = (os.environ.get(name) or default for name, default in (("SLEW", "0.05"), ("CYCLES", "128"), ("GLITCH", "48")))
        report = os.path.join(folder, "energy.json")
        drive.run(self.netsim, "--lib", self.library.path, "--slew", slew, "--netlist", f"{stem}.json", "--groups", "synth/netsim/pe.groups", "--label", order, "--report", report,
                  "--pe", f"{self.parameters['LANES']}:{self.parameters['PE_PIPE']}", "--acc", str(self.parameters["ACC_BITS"]), "--cycles", cycles, "--glitch", glitch, *traces,
                  out=os.path.join(folder, "energy.txt"))
        area = read_json(f"{stem}.area.json", "area", "critical_ns")
        return read_json(report, "mean")["mean"]["dynamic_glitch"], area["area"], area["critical_ns"]


def main():
    if len(sys.argv) < 5:
        fail("usage: orders.py NETSIM LIB CONFIG TRACE..")
    netsim, path, config, *traces = sys.argv[1:]
    search, found = Search(netsim, path, config), {}
    os.makedirs(search.folder, exist_ok=True)
    write(os.path.join(search.folder, "parameters"), words(search.parameters) + "\n")
    macs = search.parameters["LANES"] * search.parameters["CLUSTER"] ** 2
    with Progress("orders.py", len(ORDERS), "orders") as progress:
        for order in ORDERS:
            pj, area, ns = found[order] = search.measure(order, traces)
            print(f"orders: {search.library.name}, {config}, {order}: {pj:.3f} pJ per MAC, {area / macs:,.1f} um2 per MAC, {ns:.3f} ns", file=sys.stderr)
            progress.step(order)
    print(min(ORDERS, key=lambda order: found[order][0]))
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
