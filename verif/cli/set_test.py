#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""set_test.py - flx model --set with random configurations that the core's rules allow, and with ones that they do not. Twin: sw/flx/config_option.c

  set_test.py FLX CONFIGURATIONS TRACE..     traces of flex16+5

Of each run: every word is the trace's; the cycles that fire are the operand beats of the tiles; the counters add up to all cycles; and no command is
shorter than its beats, or than the rows of its results. Cycle for cycle the model is compared with RTL in verif/cosim."""
import json
import math
import random
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import INPUT, MISMATCH, fail, start

RANGES = {"ROWS": (1, 128), "COLS": (1, 128), "LANES": (1, 32), "ACC_BITS": (48, 62), "TENSORS": (3, 256), "A_DEPTH": (1, 1024), "B_DEPTH": (1, 1024),
          "C_DEPTH": (1, 1024), "CHUNK_EN": (0, 1), "STOCH_EN": (0, 1), "PE_PIPE": (0, 1)}
CLUSTERS = (1, 2, 4)
REFUSED = ("ROWS=0", "COLS=0", "LANES=0", "LANES=3", "LANES=64", "MANT_BITS=7", "MANT_BITS=17", "EXP_BITS=3", "EXP_BITS=9", "ACC_BITS=31", "ACC_BITS=63",
           "CLUSTER=0", "CLUSTER=3", "CLUSTER=5", "CLUSTER=8", "ROWS=7", "COLS=7", "ROWS=6,CLUSTER=4", "COLS=6,CLUSTER=4", "ROWS=64,C_DEPTH=64,TENSORS=31",
           "TENSORS=1", "TENSORS=257", "A_DEPTH=0", "B_DEPTH=0", "C_DEPTH=7", "ROWS=34", "PE_PIPE=2", "CHUNK_EN=2", "STOCH_EN=2", "FAST=1", "rows=1", "ROWS", "ROWS=",
           "ROWS=-1", "ROWS=+8", "ROWS= 8", "ROWS=8 ", "ROWS=010", "ROWS=0x8", "ROWS=1e1", "ROWS=8.0", "ROWS=inf", "ROWS=4294967297", "ROWS=1,", ",", "=1", "ROWS=1 COLS=1", "ROWS=99999,COLS=99999")


def draw(source):
    """Small values are as likely as large ones."""
    config = {key: min(high, low + int(2 ** source.uniform(0, math.log2(high - low + 1)) - 1 + 0.5)) for key, (low, high) in RANGES.items()}
    config["LANES"] = 2 ** source.randrange(6)
    config["CLUSTER"] = cluster = source.choice(CLUSTERS)
    for key in ("ROWS", "COLS"):
        config[key] = math.ceil(config[key] / cluster) * cluster
    config["TENSORS"] = max(config["TENSORS"], config["ROWS"] - config["ROWS"] // cluster)
    config["C_DEPTH"] = max(config["C_DEPTH"], config["ROWS"])
    return config


def run(flx, assignments, traces, *options):
    return subprocess.run([flx, "model", "--json", "--set", assignments, *options, *traces], capture_output=True, text=True, check=False)


def check(config, row):
    """What is wrong with a trace's run, or None."""
    tiles_n = math.ceil(row["n"] / config["COLS"])
    beats = math.ceil(row["m"] / config["ROWS"]) * tiles_n * math.ceil(row["k"] / config["LANES"])
    counters = row["counters"]
    if row["mismatched_words"] or row["mismatched_flags"]:
        return f"{row['mismatched_words']} words and {row['mismatched_flags']} flags differ"
    if counters["busy"] != beats:
        return f"{counters['busy']} cycles fire, expected the {beats} beats of the tiles"
    if sum(counters.values()) != row["total_cycles"]:
        return f"counters add up to {sum(counters.values())}, expected {row['total_cycles']} cycles"
    if row["cycles_model"] < max(beats, row["m"] * tiles_n):
        return f"{row['cycles_model']} cycles, expected at least {beats} beats and {row['m'] * tiles_n} result rows"
    return None


def main():
    if len(sys.argv) < 4 or not re.fullmatch("[1-9][0-9]{0,5}", sys.argv[2], re.A):
        fail("usage: set_test.py FLX CONFIGURATIONS TRACE..")
    flx, count, traces = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    source = random.Random(1)
    rows = 0
    for _ in range(count):
        config = draw(source)
        assignments = ",".join(f"{key}={value}" for key, value in config.items())
        stall = ("--stall", "0.3") if source.random() < 0.3 else ()
        result = run(flx, assignments, traces, *stall)
        if result.returncode:
            fail(f"set_test: --set {assignments}: exit {result.returncode}: {result.stderr.strip()}", MISMATCH)
        for row in json.loads(result.stdout)["results"]:
            wrong = check(config, row)
            if wrong:
                fail(f"set_test: --set {assignments} {row['trace']}: {wrong}", MISMATCH)
            rows += 1
    for assignments in REFUSED:
        result = run(flx, assignments, traces)
        if result.returncode != INPUT or result.stderr.count("\n") != 1 or not result.stderr.startswith("flx model: --set") or result.stdout:
            fail(f"set_test: --set {assignments}: exit {result.returncode}: {result.stderr!r}, expected exit 2 and one line", MISMATCH)
    print(f"set_test: {rows} runs of {count} configurations, {len(REFUSED)} refused")


if __name__ == "__main__":
    start(main, __doc__)
