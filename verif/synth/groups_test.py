#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""groups_test.py - blocks get the cost group that rtl/rtl.f says, an unknown one is an error; a module without a budget is one. Twins: synth/study/report.py, verif/synth/budget.py

  groups_test.py      from the root of the tree; exit 0, 1 a check failed"""
import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if __name__ == "__main__":
    os.chdir(sys.path[0])   # files of the tree are named from its root
from docs.data import store
from sw.gen import rtl_list
from synth.study.report import group_of
from verif.synth import budget
from sw.cli.flx_cli import start

GROUPS = {"flx_pe": "array", "flx_perf": "control", "flx_fifo_WIDTH65_DEPTH16": "buffers", "flx_secded_enc_DATA_BITS25_CHECK_BITS6": "exponent", "flx_core": "control"}
REFUSED = ("flx_other", "flx_peer", "flx_ram", "flx_dot_halves")    # unknown, of no module, a memory, one that dissolves


def refusal(block, modules):
    """What is said, None if it has a group."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        try:
            group_of(block, modules)
        except SystemExit as error:
            return said.getvalue() if error.code == 2 else f"exit {error.code}"
    return None


def main():
    modules, failed = rtl_list.read()[0], []
    failed += [f"{block} is in {group_of(block, modules)}, expected {group}" for block, group in GROUPS.items() if group_of(block, modules) != group]
    failed += [f"{block} has {text or 'a group'}, expected one line about it" for block in REFUSED for text in [refusal(block, modules)] if not text or block not in text or text.count("\n") != 1]
    with tempfile.TemporaryDirectory() as folder:
        with open("verif/synth/budget.txt", encoding="utf-8") as file:
            lines = [line for line in file if " flx_decode " not in line]
        with open(f"{folder}/budget.txt", "w", encoding="utf-8") as file:
            file.writelines(lines)
        if budget.without(budget.budgets(f"{folder}/budget.txt", "osu018_stdcells")) != ["flx_decode"]:
            failed.append("a budget without flx_decode is not noticed")
        try:
            store.write(f"{folder}/empty.json", what="x", command="make x", tools={"yosys": "0"}, results={})
            failed.append("a measurement without results is written")
        except store.Bad:
            pass
    for text in failed:
        print(f"FAIL: {text}")
    print(f"groups_test: {len(GROUPS) + len(REFUSED) + 2} checks, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    start(main, __doc__)
