#!/usr/bin/python3 -B
"""training_report.py - the runs of the experiment as one report. Twin: sw/trainer/study/experiment.py, docs/data/trained.py

  training_report.py EXPERIMENT_DIR REPORT_JSON     of NETWORK_FORMAT_SEED.json and .csv
Exit 2 if a result is empty, no JSON, of another name, or without its curve."""
import csv
import glob
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from docs.data import store
from docs.data.trained import rank
from sw.cli.flx_cli import PASS, fail, read, read_json, start
from sw.trainer.study.curves import POINTS, smoothed
from sw.trainer.study.environment import tools

SUMMARY = ("dataset", "train", "test", "epochs", "accuracy", "flex")
COUNTS = ("overflows", "writes", "lost_updates", "updates")


def name_parts(path):
    parts = os.path.basename(path)[:-len(".json")].split("_")
    if len(parts) != 3 or not parts[2].isdigit():
        fail(f"{path}: name is of {len(parts)} parts, expected NETWORK_FORMAT_SEED.json")
    return parts[0], parts[1], int(parts[2])


def curves(path):
    """Loss, averaged between two of at most POINTS points, and accuracy of each epoch."""
    if not os.path.isfile(path) or os.path.getsize(path) == 0:
        fail(f"{path}: missing, expected beside the .json")
    rows = list(csv.DictReader(read(path).splitlines()))
    try:
        loss = [float(row["loss"]) for row in rows]
        accuracies = [float(row["accuracy"]) for row in rows if row["accuracy"]]
    except (KeyError, TypeError, ValueError):
        fail(f"{path}: a line is not iteration, epoch, loss, rate, accuracy, expected what flx-train --csv writes")
    if not loss:
        fail(f"{path}: no iterations, expected what flx-train --csv writes")
    step = (len(loss) - 1) // POINTS + 1
    return {"loss_step": step, "loss": smoothed(loss, step, 4), "accuracies": accuracies}


def summary(path):
    if os.path.getsize(path) == 0:
        fail(f"{path}: is empty, expected a summary of flx-train")
    found = read_json(path, *SUMMARY)
    for key in COUNTS:
        if not isinstance(found["flex"], dict) or key not in found["flex"]:
            fail(f"{path}: flex.{key} is missing, expected a summary of flx-train")
    return found


def run(path):
    network, name, seed = name_parts(path)
    found = summary(path)
    return {"network": network, "format": name, "seed": seed, **{key: found[key] for key in SUMMARY[:-1]}, **{key: found["flex"][key] for key in COUNTS},
            **curves(path[:-len(".json")] + ".csv")}


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
