#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""budget.py - every block's area against its budget. Twin: verif/synth/budget.txt

  budget.py BUDGET_TXT REPORT_JSON     exit 1 if a block is over its budget or more than its tolerance below it, one has no budget, or a module of rtl/rtl.f that is a block of its own has none
Exit 2 bad input."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from docs.data import store
from sw.cli.flx_cli import MISMATCH, PASS, fail, read, start
from sw.gen import rtl_list


def budgets(path, library):
    """{block: (largest area, tolerance)} of one library."""
    found = {}
    for number, line in enumerate(read(path, "a list of budgets").splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) != 4:
            fail(f"{path}:{number}: line has {len(words)} words, expected LIBRARY BLOCK AREA TOLERANCE")
        try:
            limit = (float(words[2]), float(words[3]))
        except ValueError:
            fail(f"{path}:{number}: area and tolerance are {words[2]} and {words[3]}, expected numbers")
        if words[0] == library:
            found[words[1]] = limit
    return found


def without(budget):
    """Modules of the core that are blocks of their own and have no budget, whatever their parameters."""
    own = [m.name for m in rtl_list.read()[0].values() if m.set == "core" and m.kind == "own"]
    return [name for name in own if not any(block == name or block.startswith(name + "_") for block in budget)]


def main():
    if len(sys.argv) != 3:
        fail("usage: budget.py BUDGET_TXT REPORT_JSON")
    budget_path, report_path = sys.argv[1:]
    try:
        report = store.load(report_path)
    except store.Bad as error:
        fail(error)
    budget = budgets(budget_path, report["library"]["name"])
    failed = 0
    for name in without(budget):
        print(f"{name:<42} is a block of rtl/rtl.f and has no budget")
        failed += 1
    print(f"{'block':<42}{'budget':>12}{'area':>12}{'used':>8}")
    blocks = report["results"]["blocks"]
    for row in sorted(blocks, key=lambda r: r["block"]):
        if row["block"] not in budget:
            print(f"{row['block']:<42}{'-':>12}{row['area']:>12,.1f}   no budget")
            failed += 1
            continue
        limit, tolerance = budget.pop(row["block"])
        used = row["area"] / limit
        note = "" if 1 - tolerance <= used <= 1 else "   over" if used > 1 else "   stale: lower the budget"
        failed += note != ""
        print(f"{row['block']:<42}{limit:>12,.1f}{row['area']:>12,.1f}{100 * used:>7.1f}%{note}")
    for block in budget:
        print(f"{block:<42} is in the budget and not in the core")
        failed += 1
    print(f"budgets: {len(blocks)} blocks, {failed} failures")
    return MISMATCH if failed else PASS


if __name__ == "__main__":
    start(main, __doc__)
