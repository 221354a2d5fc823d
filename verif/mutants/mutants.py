#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""mutants.py - breaks the RTL on purpose, one defect at a time, and demands that the defect's judge notices. Twin: verif/mutants/mutants.txt

  mutants.py check                     every module of rtl/rtl.f has a mutant, every mutant applies; builds nothing
  mutants.py run BUILD_DIR [NAME..]    the RTL as it is passes every judge, and every mutant, or each NAME, is caught by its own

All defects are built into one RTL, where the environment's FLX_MUTANT says which one acts (0: none): `(is it me ? new : old)` in the place of an expression. So each judge
is built once, by the Makefile's own recipes (RTL_ROOT of rtl/verilate.mk).
Caught: the judge ends with exit code 1 and names a difference. A crash, a time-out, a mutant that passes or is not built is a failure.
Exit 0, 1 not caught, 2 a wrong list, 3 the build failed."""
import collections
import concurrent.futures
import functools
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if __name__ == "__main__":
    os.chdir(sys.path[0])   # files of the tree are named from its root
from sw.cli.flx_cli import INPUT, MISMATCH, PASS, TOOL, fail, number, read as read_text, start, write
from sw.gen import rtl_list

LIST = "verif/mutants/mutants.txt"
TIME_OUT_S = 300
# A C++ expression in the Verilated model; Verilator takes its value to be unknown.
SWITCH = '$c1("([] {{ static const char *const text = std::getenv(\\"FLX_MUTANT\\"); static const bool on = text && std::atoi(text) == {}; return on; }}())")'

Mutant = collections.namedtuple("Mutant", "number name path text old new judge")
Judge = collections.namedtuple("Judge", "target command filter cases difference")     # {}: where mutants are built; cases: settings of the environment

JUDGES = {
    "cosim": Judge("{}/so/CONFIG.so", ["build/bin/cosim_random_test", "{}/so/CONFIG.so"], "Cosim.Random*", {"FLX_COSIM_CASES": "300"}, r"cycle \d+|counter \w+ after"),
    "autoflex": Judge("{}/bin/autoflex_rtl_test", ["{}/bin/autoflex_rtl_test"], "ExpUnit.*", {"FLX_CASES": "2000"}, r"cycle \d+"),
    "faults": Judge("{}/bin/autoflex_rtl_test", ["{}/bin/autoflex_rtl_test"], "ExpFault.*", {}, r"cycle \d+"),
    "secded": Judge("{}/bin/autoflex_rtl_test", ["{}/bin/autoflex_rtl_test"], "Secded.*", {}, r"width \d+"),
    "datapath": Judge("{}/bin/datapath_test", ["{}/bin/datapath_test"], "Datapath*", {"FLX_CASES": "100000"}, r"acc=-?\d+ s=|case \d+"),
    "rivals": Judge("{}/bin/rivals_test", ["{}/bin/rivals_test"], "*", {"FLX_CASES": "10000"}, r"expected [0-9a-f]{8}"),
}


def judge_of(name):
    """None: there is no such judge."""
    kind, _, config = name.partition(":")
    if kind not in JUDGES or bool(config) != (kind == "cosim") or (config and config not in configurations()):
        return None
    judge = JUDGES[kind]
    return judge._replace(target=judge.target.replace("CONFIG", config), command=[w.replace("CONFIG", config) for w in judge.command])


@functools.lru_cache
def configurations():
    return re.findall(r"^FLX_CONFIG\((\w+),", read_text("cmodel/def/flx_config.def"), re.M)


def read():
    """The mutants; each text must be once in its file and no two may overlap."""
    listed, _ = rtl_list.read()
    paths = {os.path.basename(m.path): m.path for m in listed.values()}
    mutants, places = [], {}
    for number, line in enumerate(read_text(LIST, "the list of mutants").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        fields = [f.replace("\1", "|") for f in line.replace("\\|", "\1").split("|")]
        if len(fields) != 5:
            fail(f"{LIST}:{number}: fields are {len(fields)}, expected name|file|text|replacement|judge")
        name, base, marked, new, judge = fields
        where = f"{LIST}:{number}: {name}"
        if base not in paths:
            fail(f"{where}: file is {base}, expected one that {rtl_list.LIST} lists")
        parts = marked.split("`")
        if len(parts) != 3 or not parts[1] or not new:
            fail(f"{where}: text is {marked}, expected one expression between backquotes, and a replacement")
        if judge_of(judge) is None:
            fail(f"{where}: judge is {judge}, expected cosim:CONFIG, autoflex, faults, secded, datapath or rivals")
        text, source = "".join(parts), rtl_list.text_of(paths[base])
        if source.count(text) != 1:
            fail(f"{where}: text is {source.count(text)} times in {paths[base]}, expected once")
        start = source.index(text) + len(parts[0])
        place = range(start, start + len(parts[1]))
        for other, taken in places.setdefault(base, {}).items():
            if place.start < taken.stop and taken.start < place.stop:
                fail(f"{where}: text overlaps that of {other} in {paths[base]}")
        if any(m.name == name for m in mutants):
            fail(f"{where}: name is twice in the list, expected once")
        places[base][name] = place
        mutants.append(Mutant(len(mutants) + 1, name, paths[base], place, parts[1], new, judge))
    bare = [m.name for m in listed.values() if m.path not in {x.path for x in mutants}]
    if bare:
        print("\n".join(f"mutants.py: module {name} has no mutant in {LIST}" for name in bare), file=sys.stderr)
        sys.exit(INPUT)
    return mutants


def put(path, text):
    """Writes a file only where that changes it, so that make sees what is new."""
    if not os.path.exists(path) or open(path, encoding="utf-8").read() != text:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write(path, text)


def mutate(directory, mutants):
    """rtl/ once more, with all mutants in it, and nothing else."""
    for folder, _, files in os.walk(f"{directory}/rtl"):
        for name in files:
            if not os.path.exists(os.path.join(os.path.relpath(folder, directory), name)):
                os.remove(os.path.join(folder, name))
    for folder, _, files in os.walk("rtl"):
        for name in files:
            path = os.path.join(folder, name)
            source = rtl_list.text_of(path)
            for m in sorted((m for m in mutants if m.path == path), key=lambda m: -m.text.start):
                source = f"{source[:m.text.start]}({SWITCH.format(m.number)} ? ({m.new}) : ({m.old})){source[m.text.stop:]}"
            put(f"{directory}/{path}", source)


def build(directory, mutants, jobs):
    """The judges, by the Makefile's recipes: only where RTL comes from and where things go is other."""
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    places = [f"RTL_ROOT={directory}/rtl", f"VERILATED_DIR={directory}/verilated", f"RTL_SO={directory}/so", f"VBIN={directory}/bin", "SIM_OPT=-O1"]
    targets = sorted({judge_of(m.judge).target.format(directory) for m in mutants})
    with open(f"{directory}/build.log", "w", encoding="utf-8") as log:
        if subprocess.run(["make", f"-j{jobs}", *places, *targets], env=env, stdout=log, stderr=log, check=False).returncode != 0:
            fail(f"mutants.py: the mutated RTL does not build, see {directory}/build.log", TOOL)


def run_one(directory, mutant):
    """(it is as it should be, one line)"""
    judge = judge_of(mutant.judge)
    log = f"{directory}/{mutant.name}_{mutant.judge.replace(':', '_')}.log"
    command = [w.format(directory) for w in judge.command] + [f"--gtest_filter={judge.filter}", "--gtest_fail_fast"]
    env = dict(os.environ, FLX_MUTANT=str(mutant.number), **judge.cases)
    with open(log, "w", encoding="utf-8") as out:
        try:
            status = subprocess.run(command, env=env, stdout=out, stderr=out, timeout=TIME_OUT_S, check=False).returncode
        except subprocess.TimeoutExpired:
            status = "time-out"
    with open(log, encoding="utf-8", errors="replace") as file:
        said = file.read()
    if mutant.number == 0:
        return status == 0, f"the RTL as it is passes {mutant.judge}" if status == 0 else f"the RTL as it is fails {mutant.judge} (exit {status}), see {log}"
    difference = next((line for line in said.splitlines() if re.search(judge.difference, line) and not line.startswith("[")), None)
    if status == 1 and difference:
        return True, f"{mutant.name}: caught by {mutant.judge}: {difference.strip()[:130]}"
    return False, f"{mutant.name}: not caught by {mutant.judge} (exit {status}), see {log}"


def run(directory, names):
    every = read()
    mutants = [m for m in every if not names or m.name in names]
    if len(mutants) < len(set(names)):
        fail(f"mutants.py: NAME is {', '.join(sorted(set(names) - {m.name for m in mutants}))}, expected one of {LIST}")
    jobs, start = number("JOBS", os.cpu_count() or 1), time.time()
    done, work, ended = [], [Mutant(0, "unbroken", "", None, "", "", j) for j in sorted({m.judge for m in mutants})] + mutants, threading.Event()

    def tell():
        while not ended.wait(30):
            share = f"{len(done)} of {len(work)} judged, about {(time.time() - built) / len(done) * (len(work) - len(done)):.0f} s left" if done else "the judges are being built, about 2 minutes"
            print(f"mutants: {share}", flush=True)
    threading.Thread(target=tell, daemon=True).start()
    mutate(directory, every)
    build(directory, mutants, jobs)
    built = time.time()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for good, line in pool.map(lambda m: run_one(directory, m), work):
            print(("ok   " if good else "FAIL ") + line, flush=True)
            done.append(good)
    ended.set()
    modules = len({m.path for m in mutants})
    print(f"mutants: {len(mutants)} defects in {modules} modules, {done.count(False)} failures; built in {built - start:.0f} s, judged in {time.time() - built:.0f} s")
    sys.exit(PASS if all(done) else MISMATCH)


def main():
    if sys.argv[1:] == ["check"]:
        mutants = read()
        print(f"mutants.txt: {len(mutants)} defects, every module has one")
    elif len(sys.argv) > 2 and sys.argv[1] == "run":
        run(sys.argv[2], sys.argv[3:])
    else:
        fail("mutants.py: COMMAND is missing, expected check or run BUILD_DIR [NAME..]")


if __name__ == "__main__":
    start(main, __doc__)
