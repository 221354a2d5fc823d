#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""lint.py - no warning of Verilator -Wall, Icarus -Wall or Yosys about any RTL. Twin: verif/lint/text.py

  lint.py CONFIGS_MK      flx_core in every named configuration, the rivals, every module of rtl/rtl.f as a top by itself, and the benches of verif/
  lint.py FILE.v..        these files, each of which holds the top of its name

Exit 0, 1 a warning, 2 bad input, 3 a tool is missing."""
import collections
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if __name__ == "__main__":
    os.chdir(sys.path[0])   # files of the tree are named from its root
from sw.cli.flx_cli import INPUT, MISMATCH, PASS, TOOL, Progress, fail, number, read, start
from sw.gen import rtl_list

Top = collections.namedtuple("Top", "what module parameters files")

# KIND LANES PE_PIPE SUBNORMAL SERIAL FAST of flx_rival_pe.v, CLUSTER of flx_rival_array.v
RIVAL_NAMES = ("KIND", "LANES", "PE_PIPE", "SUBNORMAL", "SERIAL", "FAST", "CLUSTER")
RIVALS = [(0, 4, 0, 1, 1, 0, 1), (0, 4, 0, 1, 1, 1, 4), (1, 1, 1, 0, 1, 0, 2), (1, 1, 1, 0, 1, 1, 2), (2, 1, 0, 1, 1, 0, 1), (2, 1, 0, 1, 1, 1, 2), (2, 1, 1, 0, 0, 0, 2),
          (3, 1, 1, 0, 0, 0, 4), (4, 1, 0, 1, 1, 1, 2), (4, 1, 1, 0, 1, 0, 1), (5, 1, 0, 0, 1, 0, 1), (5, 1, 0, 0, 1, 1, 2), (3, 4, 2, 0, 1, 0, 1), (3, 4, 2, 0, 1, 1, 4),
          (4, 4, 0, 1, 0, 0, 1), (4, 4, 0, 1, 0, 1, 2)]


def verilator(top, include):
    # A large grid repeats the PE of mac256: with its multipliers as * Verilator takes seconds for it, else minutes and gigabytes.
    large = int(top.parameters.get("ROWS", 1)) * int(top.parameters.get("COLS", 1)) > 64
    top = top._replace(parameters={**top.parameters, "FAST": 1}) if large else top
    return ["verilator", "--lint-only", "-Wall", *include, "--top-module", top.module, *(f"-G{k}={v}" for k, v in top.parameters.items()), *top.files]


def iverilog(top, include):
    return ["iverilog", "-g2005", "-Wall", *include, "-s", top.module, "-t", "null", *(f"-P{top.module}.{k}={v}" for k, v in top.parameters.items()), *top.files]


def yosys(top, include):
    chparam = " ".join(f"-chparam {k} {v}" for k, v in top.parameters.items())
    return ["yosys", "-q", "-p", f"read_verilog {' '.join([*include, *top.files])}; hierarchy -check -top {top.module} {chparam}; proc; check -assert"]


TOOLS = {"verilator": verilator, "iverilog": iverilog, "yosys": yosys}


def complaints(job):
    """What a tool said of a top; Yosys is chatty: of what it says only warnings and errors count."""
    tool, top, include = job
    try:
        with tempfile.TemporaryDirectory() as work:     # yosys and iverilog leave files where they stand
            run = subprocess.run(TOOLS[tool](top, include), capture_output=True, text=True, env=dict(os.environ, TMPDIR=work), check=False)
    except OSError as error:
        fail(f"lint: {tool} does not run: {error.strerror}", TOOL)
    said = [line for line in (run.stdout + run.stderr).splitlines() if line.strip() and (tool != "yosys" or re.search(r"Warning|ERROR", line))]
    return said or ([f"exit code {run.returncode}"] if run.returncode else [])


def bench(path, modules):
    """A file outside rtl/ that holds the top of its name."""
    used = sorted(rtl_list.instances(rtl_list.text_of(path)))
    return Top(path, os.path.basename(path).removesuffix(".v"), {}, [path] + [m.path for m in rtl_list.closure(modules, used)])


def every_top(configs_mk, modules):
    text = read(configs_mk, "the configurations that flx_gen writes for make")
    configs = {name: dict(p.split("=") for p in re.findall(r"-G(\w+=\d+)", line)) for name, line in re.findall(r"^CONFIG_(\w+) := (.*)$", text, re.M)}
    benches = sorted(path for path in glob.glob("verif/*/*.v") if not path.endswith("_tb.v"))     # those with delays are no tops for Yosys: their rooms lint them
    if not configs or not benches:
        fail(f"{configs_mk}: configurations are {len(configs)}, benches in verif/ {len(benches)}, expected some of both", INPUT)
    core, rival = ([m.path for m in rtl_list.closure(modules, [rtl_list.SETS[s]])] for s in ("core", "rivals"))
    tops = [Top(name, "flx_core", p, core) for name, p in configs.items()]
    tops += [Top(f"{name} FAST", "flx_core", {**configs[name], "FAST": 1}, core) for name in configs if int(configs[name]["ROWS"]) <= 8]
    tops += [Top(f"rival {','.join(map(str, r))}", "flx_rival_array", {"ROWS": max(2, r[-1]), "COLS": 4, **dict(zip(RIVAL_NAMES, r))}, rival) for r in RIVALS]
    tops += [Top(m.name, m.name, {}, [f.path for f in rtl_list.closure(modules, [m.name])]) for m in modules.values()]
    return tops + [bench(path, modules) for path in benches]


def main():
    if len(sys.argv) < 2:
        fail("lint.py: CONFIGS_MK is missing, expected build/gen/configs.mk or Verilog files")
    modules, directories = rtl_list.read()
    include = [f"-I{d}" for d in directories]
    if sys.argv[1].endswith(".v"):
        tops = [bench(path, modules) for path in sys.argv[1:]]
    else:
        tops = every_top(sys.argv[1], modules)
    jobs = [(tool, top, include) for top in tops for tool in TOOLS]
    large = [job for job in jobs if int(job[1].parameters.get("ROWS", 1)) > 8]      # long ones first, the others mixed, so that the time left is one
    rest = [job for job in jobs if job not in large]
    jobs = large + [rest[i * 101 % len(rest)] for i in range(len(rest))] if len(rest) % 101 else jobs
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(number("JOBS", os.cpu_count() or 1)) as pool, Progress("lint", len(jobs), "runs") as progress:
        runs = {pool.submit(complaints, job): job for job in jobs}
        for done in concurrent.futures.as_completed(runs):
            tool, top, _ = runs[done]
            said = done.result()
            progress.step(f"{tool} {top.what}")
            if said:
                bad += 1
                print(f"lint: {tool} {top.what}:\n  " + "\n  ".join(said[:10]), flush=True)
    print(f"lint: {len(tops)} tops, {len(TOOLS)} tools, {bad} runs with warnings")
    sys.exit(MISMATCH if bad else PASS)


if __name__ == "__main__":
    start(main, __doc__)
