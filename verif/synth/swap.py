#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""swap.py - a wrong carry-save tree: of flx_pe's middle full adder, sum and carry change places. Twin: verif/synth/synth_test.sh

  swap.py TREE_JSON OUT_JSON      exit 0, 2 bad input"""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import PASS, fail, read_json, start, write


def main():
    if len(sys.argv) != 3:
        fail("usage: swap.py TREE_JSON OUT_JSON")
    design = read_json(sys.argv[1], "modules")
    adders = [cell["connections"] for cell in design["modules"]["flx_pe"]["cells"].values() if cell["type"] == "$fa"]
    if not adders:
        fail(f"{sys.argv[1]}: flx_pe has no full adder, expected some")
    middle = adders[len(adders) // 2]
    middle["X"], middle["Y"] = middle["Y"], middle["X"]
    write(sys.argv[2], json.dumps(design))
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
