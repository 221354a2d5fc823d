#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""watch_report.py - what flx-train --watch wrote, as reports of tensors, histograms and exponents. Twin: docs/pictures.md

  watch_report.py WATCH_DIR OUT_DIR     WATCH_DIR: tensors.csv, series.csv, histograms.csv and run.json, the run's summary
Writes OUT_DIR/tensors.json, histograms.json, exponents.json. Exit 2 if a file is missing, or the run's format has no exponents."""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from docs.data import store
from sw.cli.flx_cli import PASS, fail, field, number_of, read_csv, read_json, start
from sw.trainer.study.environment import tools

ABOUT = {"network": str, "format": str, "dataset": str, "seed": int, "train": int, "test": int, "epochs": int, "accuracy": float}
TENSOR_COLUMNS = ("tensor", "kind", "bits", "count", "writes", "elements", "overflows", "clipped", "underflow", "exponent_changes", "updates", "lost_updates", "exponent_min", "exponent_max",
                  "headroom_mean", "headroom_min")
CSV_FILES = {"tensors.csv": ("usage", *TENSOR_COLUMNS), "series.csv": ("iteration", "tensor", "gamma", "exp", "exp_next"),
             "histograms.csv": ("epoch", "kind", "tensor", "exp", "log2", "count")}
ROW = 24    # values of a series on a line
KINDS = {"weight": 0, "activation": 1}   # then what changes weights


def lines(folder, name):
    """Of a CSV file, each as a dictionary."""
    return read_csv(os.path.join(folder, name), *CSV_FILES[name], expected="what flx-train --watch writes")


def value(text):
    """A number as a number."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def tensors(rows):
    return {"columns": list(TENSOR_COLUMNS), "rows": [[value(row[key]) for key in TENSOR_COLUMNS] for row in rows]}


def histograms(rows, path):
    """A row for each tensor and epoch: counts of elements with floor(log2 |value|) = first, first + 1, .."""
    found = {}
    for row in rows:
        key = (number_of(path, row, "epoch", int), row["kind"], row["tensor"], number_of(path, row, "exp", int))
        if row["log2"] != "zero":
            number_of(path, row, "log2", int)
        found.setdefault(key, {})[row["log2"]] = number_of(path, row, "count", int)
    out = []
    for key, bins in found.items():
        logs = sorted(int(log2) for log2 in bins if log2 != "zero")
        counts = [bins.get(str(log2), 0) for log2 in range(logs[0], logs[-1] + 1)] if logs else []
        out.append([*key, bins.get("zero", 0), logs[0] if logs else 0, counts])
    return {"columns": ["epoch", "kind", "tensor", "exponent", "zeros", "first", "counts"], "rows": out}


def one_series(name, kind, rows, path):
    """The exponent of a write is what the one before chose, so its changes say it all."""
    exps, following, at, largest = ([number_of(path, row, key, int) for row in rows] for key in ("exp", "exp_next", "iteration", "gamma"))
    for i, row in enumerate(rows[:-1]):
        if following[i] != exps[i + 1]:
            fail(f"{path}: exp_next of {name} in iteration {row['iteration']} is {row['exp_next']}, expected the next exp, {exps[i + 1]}")
    changes = [[at[i], exps[i]] for i in range(len(rows)) if i == 0 or exps[i] != exps[i - 1]]
    return {"tensor": name, "kind": kind, "first": at[0], "exponents": changes, "next": following[-1],
            "largest": [largest[i:i + ROW] for i in range(0, len(largest), ROW)]}


def series(rows, kinds, path):
    """Weights, then activations, then what changes weights."""
    names = sorted(dict.fromkeys(row["tensor"] for row in rows), key=lambda name: (KINDS.get(kinds.get(name), 2), list(kinds).index(name) if name in kinds else 0))
    return {"series": [one_series(name, kinds.get(name, "tensor"), [row for row in rows if row["tensor"] == name], path) for name in names]}


def report(folder, out):
    """Writes the three."""
    of_file = {name: lines(folder, name) for name in CSV_FILES}
    run_path = os.path.join(folder, "run.json")
    run = read_json(run_path)
    about = {key: field(run_path, run, key, kind) for key, kind in ABOUT.items()}
    training = [row for row in of_file["tensors.csv"] if row["usage"] == "training"]
    if not training or not all(row["bits"] for row in training):
        fail(f"{os.path.join(folder, 'tensors.csv')}: bits is empty, expected a run in an integer format")
    if not of_file["series.csv"]:
        fail(f"{os.path.join(folder, 'series.csv')}: no tensor, expected a run in an integer format")
    bits = number_of(os.path.join(folder, "tensors.csv"), training[0], "bits", int)
    kinds = {row["tensor"]: row["kind"] for row in training}
    parameters = {**about, "bits": bits}
    reports = {"tensors": ("Statistics of every tensor of a training", tensors(training)),
               "histograms": ("Elements of every tensor by floor(log2 |value|), in the middle minibatch of the first and the last epoch", histograms(of_file["histograms.csv"], os.path.join(folder, "histograms.csv"))),
               "exponents": ("Largest mantissa and exponent of a few tensors in every iteration", series(of_file["series.csv"], kinds, os.path.join(folder, "series.csv")))}
    for name, (what, results) in reports.items():
        store.write(os.path.join(out, f"{name}.json"), what=what, command="make pictures", tools=tools(), parameters=parameters, results=results)
    print(f"{out}: {', '.join(f'{name}.json' for name in reports)}")


def main():
    if len(sys.argv) != 3:
        fail("usage: watch_report.py WATCH_DIR OUT_DIR")
    report(*sys.argv[1:])
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
