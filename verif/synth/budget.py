#!/usr/bin/python3
"""budget.py - every block's area against its budget. Twin: verif/synth/budget.txt

  budget.py BUDGET_TXT REPORT_JSON     exit 1 if a block is over its budget or more than its tolerance below it, or one has no budget
"""
import json
import sys


def main():
    budget_path, report_path = sys.argv[1:]
    with open(report_path, encoding="utf-8") as file:
        report = json.load(file)
    budget = {}
    with open(budget_path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            words = line.split("#")[0].split()
            if not words:
                continue
            if len(words) != 4:
                print(f"{budget_path}: line {number} has {len(words)} words, expected LIBRARY BLOCK AREA TOLERANCE", file=sys.stderr)
                return 2
            if words[0] == report["library"]:
                budget[words[1]] = (float(words[2]), float(words[3]))
    failed = 0
    print(f"{'block':<42}{'budget':>12}{'area':>12}{'used':>8}")
    for row in sorted(report["blocks"], key=lambda r: r["block"]):
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
    print(f"budgets: {len(report['blocks'])} blocks, {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
