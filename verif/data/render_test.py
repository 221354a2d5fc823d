#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""render_test.py - the renderer on copies of the tree: its ratios computed again from the JSON, and what it, keep.py and the measuring scripts have to refuse. Twin: docs/data/render.py

  render_test.py      from the root of the tree; exit 0, 1 a check failed
Each refusal is one line for each fault on stderr, with exit 1 for what is not its data's and 2 for what is unreadable."""
import fnmatch
import importlib
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if __name__ == "__main__":
    os.chdir(sys.path[0])   # files of the tree are named from its root
from docs.data import store
from sw.cli.flx_cli import start

# What these tests break; views of training are left out of the copy, as their pictures take long.
VIEWS = ("area", "configs", "cost", "energy", "lanes", "libraries", "memories", "rivals", "rivals_energy", "short", "step", "training")
NEEDED = ("docs/data", "docs/gen", "README.md", "rtl", "sw/gen", "sw/cli", "synth/study", "synth/flow")
LIBRARY = "nangate45_typ"       # the README's
AREA, ENERGY = f"docs/data/rivals_area_{LIBRARY}.json", f"docs/data/rivals_energy_{LIBRARY}.json"
MEMORIES = "docs/data/memories.json"
FAILED = []
CHECKS = [0]


def check(good, what):
    CHECKS[0] += 1
    if not good:
        FAILED.append(what)
        print(f"FAIL: {what}")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def python(root, *command):
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"})
    return done.returncode, done.stdout, done.stderr


def copy(to):
    """A tree of the views above alone, whose check passes."""
    for path in NEEDED:
        os.makedirs(os.path.dirname(f"{to}/{path}"), exist_ok=True)
        if os.path.isdir(path):
            shutil.copytree(path, f"{to}/{path}", ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, f"{to}/{path}")
    for name in os.listdir(f"{to}/docs/data/views"):
        if name.removesuffix(".py") not in VIEWS:
            os.remove(f"{to}/docs/data/views/{name}")
    modules = [importlib.import_module(f"docs.data.views.{view}") for view in VIEWS]
    wanted = [pattern for module in modules for pattern in (*module.DATA, *getattr(module, "MORE", ()))]
    for name in os.listdir(f"{to}/docs/data"):
        if name.endswith(".json") and not any(fnmatch.fnmatch(name, pattern) for pattern in wanted):
            os.remove(f"{to}/docs/data/{name}")
    listed = python(to, "docs/data/render.py", "--list")[1].splitlines()
    for name in os.listdir(f"{to}/docs/gen"):
        if f"docs/gen/{name}" not in listed:
            os.remove(f"{to}/docs/gen/{name}")
    blocks = [line.removeprefix("README.md: ") for line in listed if line.startswith("README.md: ")]
    text = re.sub(r"<!-- begin (\S+) -->\n.*?<!-- end \1 -->\n", lambda m: m.group() if m[1] in blocks else "", read(f"{to}/README.md"), flags=re.S)
    write(f"{to}/README.md", text)


class Broken:
    """with Broken(tree, what, code, *patterns) as root: break something below root; then --check has to say so."""

    def __init__(self, tree, what, code, *patterns):
        self.tree, self.what, self.code, self.patterns = tree, what, code, patterns

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.root = f"{self.folder.name}/tree"
        shutil.copytree(self.tree, self.root)
        return self.root

    def __exit__(self, kind, *_):
        if kind is None:
            code, _, said = python(self.root, "docs/data/render.py", "--check")
            lines = said.splitlines()
            check(code == self.code, f"{self.what}: exit {code}, expected {self.code}: {said[:300]}")
            for pattern in self.patterns:
                check(any(re.search(pattern, line) for line in lines), f"{self.what}: no line is /{pattern}/: {said[:300]}")
            check("Traceback" not in said and (self.code != 2 or len(lines) == 1), f"{self.what}: {len(lines)} lines, expected one for each fault: {said[:300]}")
        self.folder.cleanup()


def edit(path, old, new, count=1):
    """The first place of OLD, which has to be there."""
    text = read(path)
    if old not in text:
        raise ValueError(f"{path}: has no {old!r}, expected what this test changes")
    write(path, text.replace(old, new, count))


def bump(path, pattern):
    """The first number behind PATTERN grows by 1 in its last digit."""
    text = read(path)
    found = re.search(pattern + r"(\d+)", text)
    if not found:
        raise ValueError(f"{path}: has no /{pattern}/, expected what this test changes")
    write(path, f"{text[:found.start(1)]}{int(found[1]) + 1}{text[found.end(1):]}")


def reseal(path, change):
    """A data file with other results, as if it had been measured so."""
    document = json.loads(read(path))
    change(document)
    fields = {key: value for key, value in document.items() if key != "seal"}
    store.write(path, **fields)


def refusals(tree):
    with Broken(tree, "a changed figure of a table", 1, r"^docs/gen/cost\.md: is not what its data give") as root:
        edit(f"{root}/docs/gen/cost.md", "| 1.00 |", "| 1.01 |")
    with Broken(tree, "a changed picture", 1, r"^docs/gen/libraries\.svg: is not what its data give") as root:
        edit(f"{root}/docs/gen/libraries.svg", "#c00000", "#c00001")
    with Broken(tree, "a missing output", 1, r"^docs/gen/lanes\.md: file is missing") as root:
        os.remove(f"{root}/docs/gen/lanes.md")
    with Broken(tree, "an emptied table", 1, r"^docs/gen/lanes\.md: table in line \d+ has no rows", r"^docs/gen/lanes\.md: is not what") as root:
        write(f"{root}/docs/gen/lanes.md", re.sub(r"^\| \d.*\n", "", read(f"{root}/docs/gen/lanes.md"), flags=re.M))
    with Broken(tree, "a table emptied with its data", 1, r"^docs/gen/lanes\.md: table in line \d+ has no rows") as root:
        reseal(f"{root}/docs/data/lanes_{LIBRARY}.json", lambda d: d["results"].update(shapes=[]))
        python(root, "docs/data/render.py")
    with Broken(tree, "a changed figure of the data", 1, rf"^docs/data/rivals_area_{LIBRARY}\.json: seal does not fit") as root:
        bump(f"{root}/{AREA}", r'"area_per_mac": ')
    with Broken(tree, "a figure changed in the data and rendered", 1, rf"^docs/data/rivals_area_{LIBRARY}\.json: seal does not fit") as root:
        bump(f"{root}/{AREA}", r'"critical_ns": \d\.')
        python(root, "docs/data/render.py")
    with Broken(tree, "a changed block of the README", 1, r"^README\.md: block cost is not what its data give") as root:
        bump(f"{root}/README.md", r"\| BF16, BF16 sum \| ")
    with Broken(tree, "a README without a block", 1, r"^README\.md: block cost has not one begin and one end") as root:
        edit(f"{root}/README.md", "<!-- begin cost -->\n", "")
    with Broken(tree, "a block of no view", 1, r"^README\.md: block other is of no view") as root:
        edit(f"{root}/README.md", "<!-- begin cost -->\n", "<!-- begin other -->\n<!-- end other -->\n<!-- begin cost -->\n")
    with Broken(tree, "other RTL", 1, r"^docs/data/core_mac256_\w+\.json: stale: RTL of flx_core .*make synth LIB=\S+ CONFIG=mac256 measures", r"^docs/data/lanes_\w+\.json: stale: RTL of flx_array",
                r"^docs/data/rivals_area_\w+\.json: stale: RTL of flx_cluster") as root:
        edit(f"{root}/rtl/array/flx_pe.v", "endmodule", "    wire other = 1'b0;\nendmodule")
    with Broken(tree, "a figure typed into the README", 1, r"^README\.md:\d+: figure that no data has: 12\.5 pJ", r"^README\.md:\d+: figure that no data has: 3 %") as root:
        edit(f"{root}/README.md", "## Training\n", "## Training\nIt takes 12.5 pJ, 3 % less.\n")
    with Broken(tree, "a file of no view", 1, r"^docs/gen/other\.md: no view writes it") as root:
        write(f"{root}/docs/gen/other.md", "x\n")
    with Broken(tree, "data of no view", 1, r"^docs/data/other\.json: no view reads it") as root:
        shutil.copy(f"{root}/docs/data/configs.json", f"{root}/docs/data/other.json")
    with Broken(tree, "a missing row", 2, r"rivals_energy_\w+: fp32 has no netlist of the clock recipe, expected one") as root:
        reseal(f"{root}/{ENERGY}", lambda d: d["results"].update(netlists=[n for n in d["results"]["netlists"] if (n["format"], n["recipe"]) != ("fp32", "clock")]))
    with Broken(tree, "area and energy of other netlists", 2, r"rivals_energy_\w+: fp32, area recipe: area_per_mac is [\d.]+, expected [\d.]+ of the same netlist") as root:
        reseal(f"{root}/{ENERGY}", lambda d: [n.update(area_per_mac=n["area_per_mac"] + 9) for n in d["results"]["netlists"] if n["format"] == "fp32"])
    with Broken(tree, "energy of another library", 2, r"energy of other, .*expected the same libraries|area is of .*, energy of .*other.*, expected the same libraries") as root:
        reseal(f"{root}/{ENERGY}", lambda d: d["library"].update(name="other"))
    with Broken(tree, "an unreadable data file", 2, rf"^{re.escape(ENERGY)}: JSON is broken") as root:
        write(f"{root}/{ENERGY}", read(f"{root}/{ENERGY}")[:-40])
    with Broken(tree, "a data file that is no measurement", 2, rf"^{re.escape(ENERGY)}: results is missing or empty") as root:
        write(f"{root}/{ENERGY}", '{"what": "x", "command": "make x", "tools": {"yosys": "0"}}')
    with Broken(tree, "no data file", 2, r"^docs/data/lanes_\*\.json: data file is missing, expected by docs/data/views/lanes\.py") as root:
        os.remove(f"{root}/docs/data/lanes_{LIBRARY}.json")
    with Broken(tree, "a view that is none", 2, r"^docs/data/views/other\.py: view is unreadable") as root:
        write(f"{root}/docs/data/views/other.py", "DATA = [\n")


def noted(tree):
    """A macro that is none, sealed or not, and what note.py makes of it."""
    def first(**fields):
        return lambda d: d["results"]["macros"][0].update(fields)
    for what, change, why in (("without a source", first(path=""), "path is missing or empty"), ("of no version", first(commit="main"), "commit is main, expected 40"),
                              ("of negative area", first(um2=-1240.624), "um2 is -1240.624, expected a number above 0"), ("of other words than its name", first(words=128), "words x bits are 128 x 32"),
                              ("of another area than was read", first(um2=1204.624), r"um2 is 1204.624, expected that of what was read, SIZE 20\.140 BY 61\.600"),
                              ("of no process", first(process="other"), "process is other, expected one of NanGate45"), ("of no ports", first(ports="3RW"), "ports is 3RW, expected one of 1R1W")):
        why = rf"memories: macro fakeram45_64x32: {why}"
        with Broken(tree, f"a macro {what}", 2, rf"^docs/gen/\w+\.md: cannot be written from .*{why}") as root:
            reseal(f"{root}/{MEMORIES}", change)
            before = read(f"{root}/{MEMORIES}")
            said(root, f"note of a macro {what}", 2, why, "docs/data/note.py")
            check(read(f"{root}/{MEMORIES}") == before, f"note of a macro {what}: the file has changed")
    with Broken(tree, "a sentence about a process changed by hand", 1, rf"^{re.escape(MEMORIES)}: seal does not fit: changed since docs/data/note\.py", r"^docs/gen/memories\.md: is not what") as root:
        edit(f"{root}/{MEMORIES}", "cells alone", "all cells")
    with Broken(tree, "a sentence that was noted and rendered", 0) as root:
        edit(f"{root}/{MEMORIES}", "cells alone", "all cells")
        said(root, "note", 0, "", "docs/data/note.py")
        python(root, "docs/data/render.py")
    with Broken(tree, "a core of other memories", 2, r"memories are \[\[64, 31\], \[68, 122\]\], expected three, the first of 64 words") as root:
        reseal(f"{root}/docs/data/core_mac256_{LIBRARY}.json", lambda d: d["results"]["memories"].pop())


def said(root, what, code, pattern, *command):
    got, _, text = python(root, *command)
    check(got == code and re.search(pattern, text) and len(text.splitlines()) == (code != 0), f"{what}: exit {got}, expected {code} and one line /{pattern}/: {text[:300]}")


def keeping(tree):
    """keep.py takes what was measured on this tree, and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        root = f"{folder}/tree"
        shutil.copytree(tree, root)
        report = f"{root}/lanes_{LIBRARY}.json"
        shutil.copy(f"{root}/docs/data/lanes_{LIBRARY}.json", report)
        reseal(report, lambda d: d["results"].update(traces=67))
        said(root, "keep", 0, "", "docs/data/keep.py", report)
        check(json.loads(read(f"{root}/docs/data/lanes_{LIBRARY}.json"))["results"]["traces"] == 67, "keep: a report that it took is not in docs/data")
        python(root, "docs/data/render.py")
        check("67 traces in the PE" in read(f"{root}/docs/gen/lanes.md"), "keep: what it took is not in the table")
        edit(report, '"traces": 67', '"traces": 68')
        said(root, "keep of a changed report", 2, "seal does not fit", "docs/data/keep.py", report)
        reseal(report, lambda d: d["rtl"].update(flx_array="0" * 64))
        said(root, "keep of other RTL", 2, "RTL of flx_array is not the tree's", "docs/data/keep.py", report)
        said(root, "keep of nothing", 2, "none.json: file is unreadable", "docs/data/keep.py", "none.json")
        said(root, "keep without a name", 2, "^usage", "docs/data/keep.py")


def scripts(tree):
    """Measuring scripts end with one line."""
    for name, *rest in (("rivals_area", "none.lib", "out.json"), ("rivals_energy", "netsim", "none.lib", "out", "out.json", "a.npz"), ("lanes", "none.lib", "netsim", "core", "out.json", "a.npz"),
                        ("configs", "none", "out.json"), ("rivals_area",), ("energy",)):
        said(tree, f"{name}.py {' '.join(rest)}", 2, r"^usage: |none(\.lib)?: (LIB is missing|cannot be run)|core/proof\.json: file is missing", f"synth/study/{name}.py", *rest)


def cells(text, first):
    """Rows of tables that begin with these cells."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [row for row in rows if row[:len(first)] == list(first)]


def ratios():
    """Cells of the committed tables, computed here from the JSON alone."""
    area, energy = (json.loads(read(path))["results"]["netlists"] for path in (AREA, ENERGY))
    period = json.loads(read(AREA))["parameters"]["period_ns"]

    def figures(table, key, figure, **wanted):
        return [n[figure] for n in table if n["format"] == key and n["cluster"] == 2 and all(n[k] == v for k, v in wanted.items())]
    cost, libraries = read("docs/gen/cost.md"), read("docs/gen/libraries.md")
    for key, name, last in (("bf16_bf16", "BF16, BF16 sum", 1), ("fp32", "FP32, FP32 sum", 1), ("fp16_fp32_4", "FP16, FP32 sum, fused, 4 lanes", 2),
                            ("int8_4", "int8, 32-bit sum, 4 lanes (does not train)", 0)):
        least = [min(figures(energy, k, "dynamic_glitch")) for k in ("flex16_4", key)]
        single = [min(figures(area, k, "area_per_mac", recipe="area", pe_pipe=0)) for k in ("flex16_4", key)]
        clock = [figures(area, k, "area_per_mac", recipe="clock")[0] for k in ("flex16_4", key)]
        star = "*" * (figures(area, key, "critical_ns", recipe="clock")[0] > period)
        wanted = [name] + [cell for (own, this), shown in ((single, "%.0f"), (clock, "%.0f" + star), (least, "%.2f")) for cell in (shown % this, f"{own / this:.2f}")]
        check(cells(cost, [name]) == [wanted], f"docs/gen/cost.md: {name}: {cells(cost, [name])}, expected {wanted}")
        pipe = [min(figures(energy, k, "dynamic_glitch", recipe="area", pe_pipe=p)) for k, p in (("flex16_4", 0), (key, last))]
        for goal in cells(libraries, [name, "0.80" if key == "bf16_bf16" else "0.25", "area, rival pipelined", "energy"]):
            check(goal[4].startswith(f"{pipe[0] / pipe[1]:.2f}, "), f"docs/gen/libraries.md: goal of {name}: {goal[4]}, expected {pipe[0] / pipe[1]:.2f}")
    check(len(cells(libraries, ["FP32, FP32 sum", "0.25"])) == 8, "docs/gen/libraries.md: goals of FP32 are not eight rows")


def memories():
    """What the committed table says of mac256's memories, computed here from the JSON alone."""
    results, macros = json.loads(read(f"docs/data/core_mac256_{LIBRARY}.json"))["results"], json.loads(read(MEMORIES))["results"]["macros"]

    def least(words, bits, process, *ports):
        return min(math.ceil(words / m["words"]) * math.ceil(bits / m["bits"]) * m["um2"] for m in macros if m["process"] == process and m["ports"] in ports)
    text, macro = read("docs/gen/memories.md"), sum(least(words, bits, "NanGate45", "1RW") for words, bits in results["memories"])
    area, flip_flops = results["area"], results["ram_as_flip_flops"]
    wanted = ["all", "", "", "", f"{sum(w * b for w, b in results['memories']):,}", f"{flip_flops:,.0f}", f"{100 * flip_flops / area:.1f} %", "", f"{macro:,.0f}", f"{100 * macro / area:.1f} %", ""]
    check(cells(text.split("\n## mac256, NanGate45")[1].split("\n## ")[0], ["all"]) == [wanted], f"docs/gen/memories.md: mac256: no row is {wanted}")
    two = f"{least(64, 31, 'SG13G2', '2RW'):,.0f}"
    check(least(64, 31, "SG13G2", "1RW") < least(64, 31, "SG13G2", "2RW"), f"{MEMORIES}: no macro of one port is smaller than that of two, expected one, so that the choice can be seen")
    check([row[5] for row in cells(text, ["entries", "64 x 31", "SG13G2"])] == [two], f"docs/gen/memories.md: entries in SG13G2: expected {two} of two ports")
    check(all(row[7] == "none published" for row in cells(text.split("\n## mac256, osu018")[1].split("\n## ")[0], ["entries"])), "docs/gen/memories.md: osu018: macros, expected none")
    check([row[5:8] for row in cells(read("docs/gen/area.md"), ["mac256", LIBRARY])[:1]] == [[wanted[4], wanted[5], wanted[8]]], f"docs/gen/area.md: mac256: memories are not {wanted[4]}, {wanted[5]}, {wanted[8]}")


def main():
    ratios()
    memories()
    with tempfile.TemporaryDirectory() as folder:
        tree = f"{folder}/tree"
        copy(tree)
        code, _, text = python(tree, "docs/data/render.py", "--check")
        check(code == 0, f"the tree as it is: exit {code}: {text[:600]}")
        refusals(tree)
        noted(tree)
        keeping(tree)
        scripts(tree)
    print(f"render_test: {CHECKS[0]} checks, {len(FAILED)} failed")
    return 1 if FAILED else 0


if __name__ == "__main__":
    start(main, __doc__)
