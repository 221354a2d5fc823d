#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""render_test.py - the renderer on copies of the tree: its ratios computed again from the JSON, and what it, keep.py and the measuring scripts have to refuse. Twin: docs/data/render.py

  render_test.py      from the root of the tree; exit 0, 1 a check failed
Each refusal is one line for each fault on stderr, with exit 1 for what is not its data's and 2 for what is unreadable."""
import fnmatch
import importlib
import json
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
VIEWS = ("area", "configs", "cost", "energy", "lanes", "libraries", "rivals", "rivals_energy", "short", "step", "training")
NEEDED = ("docs/data", "docs/gen", "README.md", "rtl", "sw/gen", "sw/cli", "synth/study", "synth/flow")
LIBRARY = "nangate45_typ"       # the README's
AREA, ENERGY = f"docs/data/rivals_area_{LIBRARY}.json", f"docs/data/rivals_energy_{LIBRARY}.json"
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
        edit(f"{root}/{AREA}", '"area_per_mac": 1252', '"area_per_mac": 1251')
    with Broken(tree, "a figure changed in the data and rendered", 1, rf"^docs/data/rivals_area_{LIBRARY}\.json: seal does not fit") as root:
        edit(f"{root}/{AREA}", '"critical_ns": 1.95', '"critical_ns": 1.96')
        python(root, "docs/data/render.py")
    with Broken(tree, "a changed block of the README", 1, r"^README\.md: block cost is not what its data give") as root:
        edit(f"{root}/README.md", "| BF16, BF16 sum | 1323 |", "| BF16, BF16 sum | 1324 |")
    with Broken(tree, "a README without a block", 1, r"^README\.md: block cost has not one begin and one end") as root:
        edit(f"{root}/README.md", "<!-- begin cost -->\n", "")
    with Broken(tree, "a block of no view", 1, r"^README\.md: block other is of no view") as root:
        edit(f"{root}/README.md", "<!-- begin cost -->\n", "<!-- begin other -->\n<!-- end other -->\n<!-- begin cost -->\n")
    with Broken(tree, "other RTL", 1, r"^docs/data/core_mac256_\w+\.json: stale: RTL of flx_core .*make synth LIB=\S+ CONFIG=mac256 measures", r"^docs/data/lanes_\w+\.json: stale: RTL of flx_array",
                r"^docs/data/rivals_area_\w+\.json: stale: RTL of flx_pe") as root:
        edit(f"{root}/rtl/array/flx_pe.v", "endmodule", "    wire other = 1'b0;\nendmodule")
    with Broken(tree, "a figure typed into the README", 1, r"^README\.md:\d+: figure that no data has: 12\.5 pJ", r"^README\.md:\d+: figure that no data has: 3 %") as root:
        edit(f"{root}/README.md", "## Training\n", "## Training\nIt takes 12.5 pJ, 3 % less.\n")
    with Broken(tree, "a file of no view", 1, r"^docs/gen/other\.md: no view writes it") as root:
        write(f"{root}/docs/gen/other.md", "x\n")
    with Broken(tree, "data of no view", 1, r"^docs/data/other\.json: no view reads it") as root:
        shutil.copy(f"{root}/docs/data/configs.json", f"{root}/docs/data/other.json")
    with Broken(tree, "a missing row", 2, r"rivals_energy_\w+: fp32 has no netlist of the clock recipe, expected one") as root:
        reseal(f"{root}/{ENERGY}", lambda d: d["results"].update(netlists=[n for n in d["results"]["netlists"] if (n["format"], n["recipe"]) != ("fp32", "clock")]))
    with Broken(tree, "area and energy of other netlists", 2, r"rivals_energy_\w+: fp32, area recipe: area_per_mac is \d+, expected \d+ of the same netlist") as root:
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


def main():
    ratios()
    with tempfile.TemporaryDirectory() as folder:
        tree = f"{folder}/tree"
        copy(tree)
        code, _, text = python(tree, "docs/data/render.py", "--check")
        check(code == 0, f"the tree as it is: exit {code}: {text[:600]}")
        refusals(tree)
        keeping(tree)
        scripts(tree)
    print(f"render_test: {CHECKS[0]} checks, {len(FAILED)} failed")
    return 1 if FAILED else 0


if __name__ == "__main__":
    start(main, __doc__)
