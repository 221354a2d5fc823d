#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""lanes.py - what lanes, accumulator width and pipeline depth cost: arrays of 256 MACs, mapped, proven, measured on traces. Twins: docs/data/views/lanes.py, docs/synth.md

  lanes.py LIB NETSIM CORE OUT_JSON TRACE..     NETSIM: flx-netsim; CORE: folder of a proven mac256 (synth/flow/synth.sh)
Each shape is a whole flx_array (synth/flow/array.sh), proven equal to the RTL. Energy: the operands that 64 PEs of an 8 x 8 grid see; the operand FIFOs' energy comes from the core.
CYCLES (512), GLITCH (48) of each trace, SLEW (0.05 ns). Netlists, proofs and measurements newer than what they depend on are kept in SYNTH_BUILD (build/synth)/LIBRARY/lanes.
A shape whose proof ran out of time is marked unproven (0 proofs) and has no energy. Exit 0 written, 1 mismatch, 2 bad input, 3 a tool failed."""
import collections
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from docs.data import store
from synth.flow import drive
from synth.flow.measure import path_of
from sw.cli.flx_cli import PASS, TIMEOUT, Progress, fail, read, read_json, start

CORE = (8, 8, 4)    # rows, columns, lanes of the core whose FIFOs are measured
CUT = (16, 16, 64)  # its products are cut to these m, n, k
MACS = 256
# lanes, rows, columns, accumulator width, PE_PIPE, CLUSTER
SHAPES = ((1, 16, 16, 48, 0, 2), (4, 8, 8, 48, 0, 1), (4, 8, 8, 48, 0, 2), (4, 8, 8, 48, 0, 4), (8, 4, 8, 48, 0, 2), (16, 4, 4, 48, 0, 2), (16, 4, 4, 48, 0, 4), (4, 8, 8, 48, 1, 2))
BASE = SHAPES[2]
RECIPES = ("synth/flow/array.sh", "synth/flow/split.py", "synth/flow/name.py")


def parts(module, library):
    """Area of a module's own cells, flip-flops, count of each type."""
    count = collections.Counter(c["type"] for c in module["cells"].values())
    return (sum(library["area"][t] * n for t, n in count.items() if t in library["area"]),
            sum(n for t, n in count.items() if t in library["flip_flops"]), count)


def reads_of(report, traces):
    """pJ of one 16-bit operand through its FIFO: pushed, kept, read. Data by the words that the replay moved, clock by 64 words a cycle."""
    run = report["runs"][0]
    group = run["groups"]["operand_fifos"]
    rows, cols, lanes = CORE
    a_cycle = (rows + cols) * lanes
    words = 0
    for trace in traces[:run["lanes"]]:
        m, n, k = (min(trace[d], limit) for d, limit in zip("mnk", CUT))
        words += -(-m // rows) * -(-n // cols) * -(-k // lanes) * a_cycle
    data = (group["switching"] + group["internal"]) * run["operations"] / words
    clock = group["clock"] * run["operations"] / run["lane_cycles"] / a_cycle
    return {"data": data, "clock": clock, "word": data + clock, "area": group["area"], "flip_flops": group["flip_flops"],
            "words": words, "traces": run["lanes"], "compared": run["words_compared"]}


def pe_of(modules, library, cluster):
    """Area and flip-flops of a PE with its share of the cluster's registers."""
    (own, flops, _), (shared, shared_flops, _) = parts(modules["flx_pe"], library), parts(modules["flx_cluster"], library)
    return own + shared / cluster ** 2, flops + shared_flops / cluster ** 2


def area_of(folder, library):
    """Area and path of one shape, with the proofs that it has."""
    modules = read_json(f"{folder}/core.json", "modules")["modules"]
    sections = dict(re.findall(r"^FLX block (\S+)\n(.*?)(?=^FLX block|^FLX done)", read(f"{folder}/core.sta.txt"), re.S | re.M))
    parameter = {p: int(v, 2) for p, v in read_json(f"{folder}/rtl.json", "modules")["modules"]["flx_array"]["parameter_default_values"].items()}
    rows, cols, lanes = (parameter[p] for p in ("ROWS", "COLS", "LANES"))
    macs = rows * cols * lanes
    pe, flops = pe_of(modules, library, parameter["CLUSTER"])
    rest, rest_flops, count = parts(modules["flx_array"], library)
    rest += count["flx_recode"] * parts(modules["flx_recode"], library)[0]
    skew = lanes * sum(n * (n // parameter["CLUSTER"] - 1) for n in (rows, cols)) // 2      # operands in skew registers
    proof = read_json(f"{folder}/proof.json", "failed", "undecided", "proofs")
    return {"lanes": lanes, "rows": rows, "cols": cols, "acc_bits": parameter["ACC_BITS"], "pe_pipe": parameter["PE_PIPE"], "cluster": parameter["CLUSTER"], "pe": pe, "pe_flip_flops": flops, "rest": rest,
            "rest_flip_flops": rest_flops, "array_per_mac": (count["flx_cluster"] * parameter["CLUSTER"] ** 2 * pe + rest) / macs, "critical_ns": path_of(sections["flx_array"] + "FLX end\n", "worst", library["period_ns"])[0],
            "words_per_mac": (rows + cols) * lanes / macs, "skew_words_per_mac": skew / macs,
            "proofs": 0 if proof["failed"] + proof["undecided"] else len(proof["proofs"]) + 1}      # and synth/proof/tree.py


def energy_of(row, report, word):
    mean = report["mean"]
    moved = report["mean_groups"]["operand_a"]["dynamic_glitch"]     # a mantissa; b is not recoded yet in its skew registers either
    found = {"pe_pj": mean["dynamic"], "pe_glitch_pj": mean["dynamic_glitch"], "skew_pj": row["skew_words_per_mac"] * moved, "reads_pj": row["words_per_mac"] * word,
             "leakage_pj": mean["leakage"], "compared": sum(r["words_compared"] for r in report["runs"])}
    return {**found, "total_pj": found["pe_glitch_pj"] + found["skew_pj"] + found["reads_pj"]}


class Study:
    """One library's arrays."""

    def __init__(self, path, netsim, traces):
        self.library, self.netsim, self.traces = drive.Library(path), netsim, traces
        self.out = os.path.join(self.library.build, "lanes")
        self.settings = {name: os.environ.get(name, default) for name, default in (("SLEW", "0.05"), ("CYCLES", "512"), ("GLITCH", "48"))}
        rtl, includes = drive.rtl_files("flx_array")
        self.depends = (*rtl, *includes, *RECIPES, *drive.RECIPE, self.library.ready)

    def folder(self, shape):
        return os.path.join(self.out, "lanes{}_acc{}_pipe{}_cluster{}".format(shape[0], shape[3], shape[4], shape[5]))

    def map(self, shape):
        folder = self.folder(shape)
        if not drive.fresh(f"{folder}/core.json", *self.depends):
            names = ("LANES", "ROWS", "COLS", "ACC_BITS", "PE_PIPE", "CLUSTER")
            drive.run("synth/flow/array.sh", self.library.path, " ".join(f"{name}={value}" for name, value in zip(names, shape)), folder)

    def prove(self, shape):
        """Whether it is proven; ends the program at a mismatch."""
        folder = self.folder(shape)
        proof = f"{folder}/proof.json"
        if not drive.fresh(proof, f"{folder}/core.json", *drive.PROOF):
            if os.path.exists(proof):
                os.remove(proof)
            with open(f"{folder}/proof.txt", "w", encoding="utf-8") as file:
                status = subprocess.run(["synth/proof/prove.sh", self.library.path, folder], stdout=file, check=False).returncode
            if status not in (0, TIMEOUT):
                wrong = [line for line in read(f"{folder}/proof.txt").splitlines() if "MISMATCH" in line]
                fail(f"{folder}: the netlist is not proven to be the RTL: no area, no timing, no power. {' '.join(wrong[:1])}", status)
            if status == TIMEOUT and not os.path.exists(proof):
                fail(f"{proof}: file is missing, expected that of a proof that ran out of time", 3)
        return read_json(proof, "undecided")["undecided"] == 0

    def simulate(self, result, netlist, *options):
        """What flx-netsim says of a netlist, kept while that is older."""
        if not drive.fresh(result, netlist, self.netsim):
            drive.run(self.netsim, "--lib", self.library.path, "--slew", self.settings["SLEW"], "--netlist", netlist, "--label", os.path.basename(result).removesuffix(".json"), "--report", result,
                      *options, out=result.removesuffix(".json") + ".txt")
        return read_json(result, "runs")

    def energy(self, shape):
        return self.simulate(f"{self.folder(shape)}/energy.json", f"{self.folder(shape)}/core.json", "--top", "flx_cluster", "--groups", "synth/netsim/pe.groups", "--pe", f"{shape[0]}:{shape[4]}",
                             "--acc", str(shape[3]), "--cycles", self.settings["CYCLES"], "--glitch", self.settings["GLITCH"], *self.traces)

    def reads(self, core):
        return self.simulate(f"{self.out}/reads.json", f"{core}/core.json", "--groups", "synth/netsim/reads.groups", "--core", "mac256", *self.traces[:64])


def measure(study, core):
    facts, reports, rows = study.library.facts(), {}, []
    with Progress("lanes.py", len(SHAPES) + 1, "shapes") as progress:
        for shape in SHAPES:
            study.map(shape)
            if study.prove(shape):
                reports[shape] = study.energy(shape)
            progress.step("{} lanes, {} bits, PE_PIPE = {}, CLUSTER = {}".format(shape[0], *shape[3:]))
        base = reports.get(BASE) or fail(f"{study.folder(BASE)}: is not proven, expected that of the shape that all are compared with", TIMEOUT)
        reads = reads_of(study.reads(core), [r["trace"] for r in base["runs"]])
        progress.step("operand FIFOs")
    for shape in SHAPES:
        row = area_of(study.folder(shape), facts)
        rows.append({**row, **(energy_of(row, reports[shape], reads["word"]) if shape in reports else {})})
    return {"traces": len(base["runs"]), "words": sum(r.get("compared", 0) for r in rows), "reads": reads, "shapes": rows}


def main():
    if len(sys.argv) < 6:
        fail("usage: lanes.py LIB NETSIM CORE OUT_JSON TRACE..")
    path, netsim, core, target, *traces = sys.argv[1:]
    if not os.path.exists(f"{core}/proof.json"):
        fail(f"{core}/proof.json: file is missing, expected the proof of a core of {MACS} MACs")
    study = Study(path, netsim, traces)
    results = measure(study, core)
    store.write(target, what=f"Area, path and energy of arrays of {MACS} MACs over lanes, accumulator width and pipeline depth", command=f"make synth-lanes LIB={study.library.name}.lib",
                tools=store.tools("yosys", "sta"), library=store.library(path), rtl=store.rtl("flx_array"),
                parameters={"macs": MACS, "slew_ns": float(study.settings["SLEW"]), "cycles": int(study.settings["CYCLES"]), "glitch": int(study.settings["GLITCH"])}, results=results)
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
