#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""docs_test.py - README and docs: the tutorial's commands work, links lead somewhere, README stays short. Twin: docs/tutorial.md

  docs_test.py FLX      exit 0, 1 a check failed"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if __name__ == "__main__":
    os.chdir(sys.path[0])   # files of the tree are named from its root
from sw.cli.flx_cli import MISMATCH, PASS, fail, read, start

WORDS = 900     # of README.md
LINK = re.compile(r"\]\(([^)\s]+)\)")
checks, wrong = 0, []


def check(good, what):
    global checks
    checks += 1
    if not good:
        wrong.append(what)


def anchors(text):
    """Of the headings, as GitHub makes them."""
    found = []
    for heading in re.findall(r"^#+ +(.*)$", text, re.M):
        heading = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        found.append(re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-"))
    return found


def links(path):
    text = re.sub(r"```.*?```", "", read(path), flags=re.S)
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = target.partition("#")
        file = os.path.normpath(os.path.join(os.path.dirname(path), place)) if place else path
        check(os.path.exists(file), f"{path}: link {target} leads nowhere")
        if anchor and file.endswith(".md") and os.path.exists(file):
            check(anchor in anchors(read(file)), f"{path}: link {target}: {file} has no such heading")


def tutorial(flx):
    """The layer's script, and what golden model, RTL and cycle model say of it."""
    text = read("docs/tutorial.md")
    script = re.search(r"```python\n(.*?)```", text, re.S)[1]
    commands = re.findall(r"^build/bin/flx ((?:golden|cosim|model) [^#\n]*mine\.npz)", text, re.M)
    shown = [line for line in re.findall(r"^(?:network|mine|1 traces|mac256).*$", text, re.M)]
    check(len(commands) == 3, f"docs/tutorial.md: {len(commands)} commands of flx, expected 3")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["/usr/bin/python3", "-c", script], cwd=folder, check=True)
        said = ""
        for command in commands:
            done = subprocess.run([os.path.abspath(flx), *command.split()], cwd=folder, capture_output=True, text=True, check=False)
            check(done.returncode == 0, f"docs/tutorial.md: flx {command}: exit {done.returncode}: {done.stderr.strip()}")
            said += done.stdout
        for line in shown:
            steady = line.split("; simulated")[0]
            check(steady in said, f"docs/tutorial.md: no command prints: {steady}")


def readme():
    text = read("README.md")
    count = len(text.split())
    check(count <= WORDS, f"README.md: {count} words, expected at most {WORDS}")
    check("![" in text[:1500], "README.md: no drawing at its top")
    for target in re.findall(r"`make ([a-z-]+)", text) + re.findall(r"^make ([a-z-]+)", text, re.M):
        check(any(re.search(rf"^{target}:", read(path), re.M) for path in makefiles()), f"README.md: make {target} is no target")


def blank():
    """README's commands from a path with a blank: one line that says why not."""
    with tempfile.TemporaryDirectory(prefix="a b") as folder:
        for name in ("Makefile", "help"):
            done = subprocess.run(["make", "-f", os.path.abspath("Makefile"), *(["help"] if name == "help" else [])], cwd=folder, capture_output=True, text=True, check=False,
                                  env={k: v for k, v in os.environ.items() if not k.startswith("MAKE")})
            check(done.returncode == 2 and "holds a blank" in done.stderr and done.stderr.count("\n") == 1, f"make in a path with a blank: exit {done.returncode}: {done.stderr}")


def makefiles():
    return ["Makefile", *(str(path) for folder in ("sw", "sim", "synth", "verif", "docs", "rtl") for path in Path(folder).rglob("*.mk"))]


def main():
    if len(sys.argv) != 2:
        fail("usage: docs_test.py FLX")
    for path in ["README.md", *sorted(str(p) for p in Path("docs").rglob("*.md"))]:
        links(path)
    readme()
    blank()
    tutorial(sys.argv[1])
    for line in wrong:
        print(f"FAIL: {line}")
    print(f"docs: {checks} checks, {len(wrong)} failed")
    return MISMATCH if wrong else PASS


if __name__ == "__main__":
    start(main, __doc__)
