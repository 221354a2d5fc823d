# SPDX-License-Identifier: Apache-2.0
"""trained.py - runs of training, one by one or as means over seeds, as groups for tables and pictures. Twin: docs/data/README.md, sw/trainer/study/training_report.py"""
import collections
import re

import numpy as np

# Runs of one network with the same images and epochs; cases: {format: Case}, float32 and flex16+5 first.
Group = collections.namedtuple("Group", "network dataset train test epochs cases")
# diverged: seeds whose loss ended as no number; loss: (x, y) of the curve; accuracies: of each epoch; None where nothing is known.
Case = collections.namedtuple("Case", "seeds diverged accuracy deviation overflows writes lost loss accuracies")
ABOUT = ("network", "dataset", "train", "test", "epochs")
PAIR = ("float32", "flex16+5")


def rank(name):
    """Order of formats: float32, flex16+5, others by name, flexN+M with falling N, then rising M."""
    bits = re.fullmatch(r"flex(\d+)\+(\d+)", name)
    if name in PAIR:
        return (PAIR.index(name), 0, 0, name)
    return (3, -int(bits.group(1)), int(bits.group(2)), name) if bits else (2, 0, 0, name)


def flat(rows):
    """Values that stand in rows of a data file, a gap as NaN."""
    return np.array([np.nan if value is None else value for row in rows for value in row], dtype=float)


def percent(part, whole):
    return 100 * part / whole if whole else None


def sample_deviation(values):
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


def curve(step, rows):
    """A point in the middle of every `step` iterations."""
    y = flat(rows)
    return np.arange(len(y)) * step + (step - 1) / 2, y


def mean_of(runs):
    """Case of the runs of one format."""
    total = {key: sum(run[key] for run in runs) for key in ("overflows", "writes", "lost_updates", "updates")}
    accuracy = [run["accuracy"] for run in runs if run["accuracy"] is not None]
    curves = [curve(run["loss_step"], run["loss"]) for run in runs]
    return Case(len(runs), sum(bool(run.get("diverged")) for run in runs), float(np.mean(accuracy)) if accuracy else None, sample_deviation(accuracy), total["overflows"], total["writes"] or None, percent(total["lost_updates"], total["updates"]),
                (curves[0][0], np.mean([y for _, y in curves], axis=0)), np.mean([flat([run["accuracies"]]) for run in runs], axis=0))


def carried(m):
    """Case of means whose runs are gone."""
    return Case(m["seeds"], 0, m["accuracy"], m["deviation"], m["overflows"], m["writes"], m["lost_percent"], curve(m["loss_step"], m["loss"]), np.array(m["accuracies"]))


def groups(results):
    """In the order of tables."""
    runs, found = collections.defaultdict(list), {}
    for run in results.get("runs", []):
        runs[tuple(run[key] for key in ABOUT), run["format"]].append(run)
    for key, of_format in runs.items():
        found[key] = mean_of(of_format)
    for m in results.get("means", []):
        key = tuple(m[k] for k in ABOUT), m["format"]
        if key in found:
            raise ValueError(f"{m['network']} in {m['format']} stands in runs and in means, expected it in one")
        found[key] = carried(m)
    cases = collections.defaultdict(dict)
    for about, name in sorted(found, key=lambda key: (key[0], rank(key[1]))):
        cases[about][name] = found[about, name]
    return [Group(*about, of_group) for about, of_group in cases.items()]
