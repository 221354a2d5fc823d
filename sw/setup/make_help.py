#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""make_help.py - `make help`: the targets of makefiles, by task. Twin: Makefile

A target's line ends with `## GROUP: what it does`. usage: make_help.py MAKEFILE..
"""
import os
import re
import shutil
import sys
import textwrap
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import INPUT, fail, read, start

FIRST = ["all", "test", "help", "install", "clean"]   # of Start here, in this order
GROUPS = {"start": "Start here", "simulate": "Simulate", "train": "Train", "synthesise": "Synthesise, measure energy", "test": "Test one part",
          "nightly": "Long tests", "maintain": "Maintain"}
TARGET = re.compile(r"^([a-z0-9-]+):.*?## ([a-z]+): (.*)$", re.MULTILINE)


def main():
    found = {group: [] for group in GROUPS}
    for path in sys.argv[1:]:
        for name, group, text in TARGET.findall(read(path)):
            if group not in found:
                fail(f"{path}: target {name}: group is {group}, expected one of {', '.join(GROUPS)}", INPUT)
            found[group].append((name, text))
    bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else ("", "")
    width = min(shutil.get_terminal_size((140, 24)).columns, 140)
    for group, title in GROUPS.items():
        print(f"{bold}{title}{plain}")
        for name, text in sorted(found[group], key=lambda target: (FIRST.index(target[0]) if target[0] in FIRST else len(FIRST), target)):
            lines = textwrap.wrap(text, width - 24) or [""]
            print(f"  make {bold}{name:<16}{plain} {lines[0]}")
            for line in lines[1:]:
                print(" " * 24 + line)
    print("V=1 shows commands, JOBS=N or -jN runs N at once, NO_INSTALL=1 installs no packages.")


if __name__ == "__main__":
    start(main, __doc__)
