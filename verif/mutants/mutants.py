#!/usr/bin/python3
"""mutants.py - breaks the RTL on purpose, one defect at a time, and demands that the defect's judge notices. Twin: verif/mutants/mutants.txt

  mutants.py check            every module of rtl/rtl.f has a mutant, every mutant applies; builds nothing
  mutants.py run BUILD_DIR    the RTL as it is passes every judge, and every mutant is caught by its own

All defects are built into one RTL, where the environment's FLX_MUTANT says which one acts (0: none): `(is it me ? new : old)` in the place of an expression. So a judge is
built once, by the Makefile's own recipes, in a tree that is this one but for its rtl/.
Caught: the judge ends with exit code 1 and names a difference. A crash, a time-out, a mutant that passes or is not built is a failure.
Exit 0, 1 not caught, 2 a wrong list, 3 the build failed."""
import collections
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import threading
import time

from sw.gen import rtl_list

LIST = "verif/mutants/mutants.txt"
TIME_OUT_S = 300
# A C++ expression in the Verilated model; Verilator takes its value to be unknown.
SWITCH = '$c1("([] {{ static const char *const text = std::getenv(\\"FLX_MUTANT\\"); static const bool on = text && std::atoi(text) == {}; return on; }}())")'

Mutant = collections.namedtuple("Mutant", "number name path text old new judge")
Judge = collections.namedtuple("Judge", "target program filter cases difference")     # cases: settings of the environment

COSIM = Judge("build/bin/cosim_random_test", "build/bin/mutant_cosim_{}", "Cosim.*", {"FLX_COSIM_CASES": "300"}, r"cycle \d+|counter \w+ after")
JUDGES = {
    "autoflex": Judge("build/bin/autoflex_rtl_test", "", "ExpUnit.*", {"FLX_CASES": "2000"}, r"cycle \d+"),
    "secded": Judge("build/bin/autoflex_rtl_test", "", "Secded.*", {}, r"width \d+"),
    "datapath": Judge("build/bin/datapath_test", "", "Datapath.*", {"FLX_CASES": "100000"}, r"acc=-?\d+ s=|case \d+"),
    "rivals": Judge("build/bin/rivals_test", "", "*", {"FLX_CASES": "10000"}, r"expected [0-9a-f]{8}"),
}


def fail(text, code):
    print(f"mutants.py: {text}", file=sys.stderr)
    sys.exit(code)


def judge_of(name):
    kind, _, config = name.partition(":")
    if kind == "cosim" and config:
        return COSIM._replace(program=COSIM.program.format(config))
    judge = JUDGES.get(name)
    return judge and judge._replace(program=judge.target)


def configurations():
    with open("cmodel/def/flx_config.def", encoding="utf-8") as file:
        return re.findall(r"^FLX_CONFIG\((\w+),", file.read(), re.M)


def read():
    """The mutants; each text must be once in its file and no two may overlap."""
    listed, _ = rtl_list.read()
    paths = {os.path.basename(m.path): m.path for m in listed.values()}
    configs = configurations()
    mutants, places = [], {}
    with open(LIST, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for number, line in enumerate(lines, 1):
        if not line or line.startswith("#"):
            continue
        fields = [f.replace("\1", "|") for f in line.replace("\\|", "\1").split("|")]
        if len(fields) != 5:
            fail(f"{LIST}:{number}: fields are {len(fields)}, expected name|file|text|replacement|judge", 2)
        name, base, marked, new, judge = fields
        where = f"{LIST}:{number}: {name}"
        if base not in paths:
            fail(f"{where}: file is {base}, expected one that {rtl_list.LIST} lists", 2)
        parts = marked.split("`")
        if len(parts) != 3 or not parts[1] or not new:
            fail(f"{where}: text is {marked}, expected one expression between backquotes, and a replacement", 2)
        if judge_of(judge) is None or (judge.startswith("cosim:") and judge[6:] not in configs):
            fail(f"{where}: judge is {judge}, expected cosim:CONFIG or one of {', '.join(JUDGES)}", 2)
        text, source = "".join(parts), rtl_list.text_of(paths[base])
        if source.count(text) != 1:
            fail(f"{where}: text is {source.count(text)} times in {paths[base]}, expected once", 2)
        start = source.index(text) + len(parts[0])
        place = range(start, start + len(parts[1]))
        for other, taken in places.setdefault(base, {}).items():
            if place.start < taken.stop and taken.start < place.stop:
                fail(f"{where}: text overlaps that of {other} in {paths[base]}", 2)
        if any(m.name == name for m in mutants):
            fail(f"{where}: name is twice in the list, expected once", 2)
        places[base][name] = place
        mutants.append(Mutant(len(mutants) + 1, name, paths[base], place, parts[1], new, judge))
    bare = [m.name for m in listed.values() if m.path not in {x.path for x in mutants}]
    if bare:
        fail("\nmutants.py: ".join(f"module {name} has no mutant in {LIST}" for name in bare), 2)
    return mutants


def put(path, text):
    """Writes a file only where that changes it, so that make sees what is new."""
    if not os.path.exists(path) or open(path, encoding="utf-8").read() != text:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".part", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(path + ".part", path)


def make_tree(tree, mutants):
    """This tree once more: links, but for rtl/, which holds all mutants, and build/, which begins with what does not depend on rtl/."""
    os.makedirs(tree, exist_ok=True)
    for name in os.listdir("."):
        if name not in ("build", "rtl", ".git") and not os.path.lexists(f"{tree}/{name}"):
            os.symlink(os.path.abspath(name), f"{tree}/{name}")
    for directory, _, files in os.walk("rtl"):
        for name in files:
            path = os.path.join(directory, name)
            source = rtl_list.text_of(path)
            for m in sorted((m for m in mutants if m.path == path), key=lambda m: -m.text.start):
                source = f"{source[:m.text.start]}({SWITCH.format(m.number)} ? ({m.new}) : ({m.old})){source[m.text.stop:]}"
            put(f"{tree}/{path}", source)
    for part in (".packages", "gen", "lib", "obj/cmodel", "obj/verif/cosim"):
        if os.path.exists(f"build/{part}") and not os.path.exists(f"{tree}/build/{part}"):
            os.makedirs(os.path.dirname(f"{tree}/build/{part}"), exist_ok=True)
            subprocess.run(["cp", "-a", f"build/{part}", f"{tree}/build/{part}"], check=True)


def make(tree, jobs, *words):
    """The Makefile's recipes in that tree."""
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    env["PYTHONPATH"] = os.path.abspath(tree)
    with open(f"{tree}/build.log", "a", encoding="utf-8") as log:
        if subprocess.run(["make", f"-j{jobs}", "-C", tree, *words], env=env, stdout=log, stderr=log, check=False).returncode != 0:
            fail(f"the mutated RTL does not build, see {tree}/build.log", 3)


def build(tree, mutants, jobs):
    judges = {m.judge for m in mutants}
    configs = sorted(j[6:] for j in judges if j.startswith("cosim:"))
    open(f"{tree}/build.log", "w", encoding="utf-8").close()
    make(tree, jobs, f"COSIM_BUILDS={' '.join(configs)}", "COSIM_OPT=-O1", *sorted({judge_of(j).target for j in judges} | {COSIM.target}))
    for config in configs:          # the programs of each configuration by themselves
        program = f"{tree}/{judge_of('cosim:' + config).program}"
        if os.path.exists(f"{tree}/{COSIM.target}"):
            os.remove(f"{tree}/{COSIM.target}")
        make(tree, jobs, f"COSIM_BUILDS={config}", "COSIM_OPT=-O1", COSIM.target)
        shutil.copy(f"{tree}/{COSIM.target}", program)


def run_one(tree, mutant):
    """(it is as it should be, one line)"""
    judge = judge_of(mutant.judge)
    log = f"{tree}/{mutant.name}.log"
    env = dict(os.environ, FLX_MUTANT=str(mutant.number), **judge.cases)
    with open(log, "w", encoding="utf-8") as out:
        try:
            status = subprocess.run([f"{tree}/{judge.program}", f"--gtest_filter={judge.filter}", "--gtest_fail_fast"], env=env, stdout=out, stderr=out, timeout=TIME_OUT_S, check=False).returncode
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


def run(directory):
    mutants = read()
    tree, jobs, start = f"{directory}/tree", int(os.environ.get("JOBS") or os.cpu_count()), time.time()
    state = {"done": 0, "total": 0}
    ended = threading.Event()

    def tell():
        while not ended.wait(30):
            spent = time.time() - start
            left = f"{state['done']} of {state['total']} judged" if state["total"] else "the judges are being built, about 2 minutes"
            print(f"mutants: {left} after {spent:.0f} s", flush=True)
    threading.Thread(target=tell, daemon=True).start()
    make_tree(tree, mutants)
    build(tree, mutants, jobs)
    built = time.time() - start
    work = [Mutant(0, "unbroken_" + j.replace(":", "_"), "", None, "", "", j) for j in sorted({m.judge for m in mutants})] + mutants
    state["total"], bad = len(work), 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for good, line in pool.map(lambda m: run_one(tree, m), work):
            print(("ok   " if good else "FAIL ") + line, flush=True)
            state["done"] += 1
            bad += not good
    ended.set()
    modules = len({m.path for m in mutants})
    print(f"mutants: {len(mutants)} defects in {modules} modules, {bad} failures; built in {built:.0f} s, judged in {time.time() - start - built:.0f} s")
    sys.exit(bad != 0)


def main():
    if sys.argv[1:] == ["check"]:
        mutants = read()
        print(f"mutants.txt: {len(mutants)} defects, every module has one")
    elif len(sys.argv) == 3 and sys.argv[1] == "run":
        run(sys.argv[2])
    else:
        fail(__doc__, 2)


if __name__ == "__main__":
    main()
