#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""training_report.py - the runs of the experiment as one report. Twin: sw/trainer/study/experiment.py, docs/data/trained.py

  training_report.py EXPERIMENT_DIR REPORT_JSON     of NETWORK_FORMAT_SEED.json and .csv
Exit 2 if a result is empty, no JSON, of another name, or without its curve."""
import glob
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from docs.data import store
from docs.data.trained import rank
from sw.cli.flx_cli import PASS, fail, field, number_of, read_csv, read_json, start
from sw.trainer.study.curves import POINTS, smoothed
from sw.trainer.study.environment import tools

ABOUT = {"dataset": str, "train": int, "test": int, "epochs": int}
COUNTS = ("overflows", "writes", "lost_updates", "updates")
WRITTEN = "what flx-train --csv writes"


def name_parts(path):
    parts = os.path.basename(path)[:-len(".json")].split("_")
    if len(parts) != 3 or not re.fullmatch("[0-9]{1,10}", parts[2]):
        fail(f"{path}: name is of {len(parts)} parts, expected NETWORK_FORMAT_SEED.json")
    return parts[0], parts[1], int(parts[2])


def curves(path):
    """Loss, averaged between two of at most POINTS points, what is no number as a gap; and accuracy of each epoch."""
    rows = read_csv(path, "loss", "accuracy", expected=WRITTEN)
    loss = [number_of(path, row, "loss") for row in rows]
    accuracies = [number_of(path, row, "accuracy") for row in rows if row["accuracy"]]
    if not loss:
        fail(f"{path}: no iterations, expected {WRITTEN}")
    step = (len(loss) - 1) // POINTS + 1
    return {"loss_step": step, "loss": smoothed(loss, step, 4), "accuracies": accuracies}


def run(path):
    network, name, seed = name_parts(path)
    found = read_json(path)
    about = {key: field(path, found, key, kind) for key, kind in ABOUT.items()}
    accuracy = field(path, found, "accuracy", float, None)
    counts = {key: field(path, found, f"flex.{key}", int) for key in COUNTS}
    diverged = {"diverged": True} if accuracy is None or found.get("diverged") else {}
    return {"network": network, "format": name, "seed": seed, **about, "accuracy": accuracy, **counts, **diverged, **curves(path[:-len(".json")] + ".csv")}


def main():
    if len(sys.argv) != 3:
        fail("usage: training_report.py EXPERIMENT_DIR REPORT_JSON")
    folder, report = sys.argv[1:]
    paths = sorted(glob.glob(os.path.join(glob.escape(folder), "*.json")))
    if not paths:
        fail(f"{folder}: no results, expected those of experiment.py")
    runs = sorted(map(run, paths), key=lambda r: (r["network"], rank(r["format"]), r["seed"]))
    store.write(report, what="Networks trained in every number format: accuracy, writes that overflow, updates that are lost, learning curves", command="make experiment formats", tools=tools(),
                results={"runs": runs})
    print(f"{report}: {len(runs)} runs")
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
