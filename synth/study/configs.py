#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""configs.py - the named configurations and how long a large product takes on them, from the cycle model. Twin: docs/data/views/configs.py

  configs.py FLX OUT_JSON             measures: a report
  configs.py FLX --check DATA_JSON    exit 1 if the data are not what FLX says today

FLX: build/bin/flx. Exit 2 bad input, 3 FLX failed."""
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from docs.data import store
from sw.cli.flx_cli import INPUT, MISMATCH, PASS, TOOL, fail, start

COLUMNS = ("name", "MACs", "grid x lanes", "format", "accumulator", "CLUSTER", "PE_PIPE")
PRODUCT = re.compile(r"cycles of (\d+)x(\d+)x(\d+)")


def measured(flx):
    """(rows, m, n, k)"""
    try:
        run = subprocess.run([flx, "configs"], capture_output=True, text=True, check=False)
    except OSError as error:
        fail(f"{flx}: cannot be run ({error.strerror}), expected build/bin/flx")
    if run.returncode != 0:
        fail(f"{flx}: configs ended with exit {run.returncode}", TOOL)
    table = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in run.stdout.splitlines() if line.startswith("|")]
    product = next((found for found in map(PRODUCT.search, table[0] if table else []) if found), None)
    if not product or len(table) < 3 or tuple(table[0][:len(COLUMNS)]) != COLUMNS:
        fail(f"{flx}: configs prints no table of {', '.join(COLUMNS)} and cycles", TOOL)
    rows = [{"name": c[0], "macs": int(c[1]), "grid": c[2], "format": c[3], "accumulator": c[4], "cluster": int(c[5]), "pe_pipe": int(c[6]),
             "cycles": int(c[7]), "utilisation": c[8]} for c in table[2:]]
    return rows, [int(size) for size in product.groups()]


def main():
    if len(sys.argv) not in (3, 4) or (len(sys.argv) == 4 and sys.argv[2] != "--check"):
        fail("usage: configs.py FLX OUT_JSON | configs.py FLX --check DATA_JSON")
    flx, path = sys.argv[1], sys.argv[-1]
    rows, product = measured(flx)
    if len(sys.argv) == 4:
        try:
            kept = store.load(path)
        except store.Bad as error:
            fail(error, INPUT)
        if kept["results"].get("configurations") != rows or kept["parameters"].get("product") != product:
            fail(f"{path}: is not what {os.path.basename(flx)} configs prints: run make configs-report, then make keep FROM=build/report/configs.json", MISMATCH)
        return PASS
    store.write(path, what="The named configurations, and cycles of one large product on each by the cycle model", command="make configs-report", tools=store.tools("gcc"),
                parameters={"product": product}, rtl=store.rtl("flx_core"), results={"configurations": rows})
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
