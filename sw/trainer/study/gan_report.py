#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""gan_report.py - the runs of the GAN experiment as a report, and the first seed's samples as another. Twin: sw/trainer/study/gan_experiment.py, docs/gan.md

  gan_report.py EXPERIMENT_DIR REPORT_JSON     of gan_FORMAT_SEED.json, .csv and .svg; the samples go to REPORT_samples.json
Exit 2 if a result is missing, or runs are of unlike settings."""
import glob
import math
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from docs.data import store
from docs.data.trained import rank
from sw.cli.flx_cli import PASS, fail, field, number_of, read, read_csv, read_json, start
from sw.trainer.study.curves import smoothed
from sw.trainer.study.environment import tools

SETTINGS = {"iterations": int, "critic_steps": int, "batch": int, "width": int, "rate": float, "clip": float, "train": int, "dataset": str, "score_images": int}
COUNTS = ("overflows", "writes", "lost_updates", "updates")
STEP, LAST = 10, 20     # iterations of a point of the curve; of the estimate
WRITTEN = "what flx-train-gan --csv writes"


def run(path):
    """(settings, run)"""
    found, curve_path = read_json(path), path[:-len(".json")] + ".csv"
    settings = {key: field(path, found, key, kind) for key, kind in SETTINGS.items()}
    curve = [number_of(curve_path, row, "wasserstein") for row in read_csv(curve_path, "wasserstein", expected=WRITTEN)]
    if not curve:
        fail(f"{curve_path}: no iterations, expected {WRITTEN}")
    last = sum(curve[-LAST:]) / len(curve[-LAST:])
    return {**settings, "score_real": field(path, found, "score_real", float, None)}, {
        "format": field(path, found, "format", str), "seed": field(path, found, "seed", int), "score": field(path, found, "score", float, None),
        "estimate": last if math.isfinite(last) else None, **{key: field(path, found, f"flex.{key}", int) for key in COUNTS}, "curve_step": STEP, "curve": smoothed(curve, STEP, 6)}


def pictures(folder, runs):
    """{format: SVG} of its first seed."""
    first = {r["format"]: r["seed"] for r in reversed(runs)}
    return {name: read(os.path.join(folder, f"gan_{name}_{first[name]}.svg"), "samples of flx-train-gan") for name in sorted(first, key=rank)}, min(first.values())


def main():
    if len(sys.argv) != 3:
        fail("usage: gan_report.py EXPERIMENT_DIR REPORT_JSON")
    folder, report = sys.argv[1:]
    paths = sorted(glob.glob(os.path.join(glob.escape(folder), "gan_*.json")))
    if not paths:
        fail(f"{folder}: no results, expected those of gan_experiment.py")
    found = [run(path) for path in paths]
    parameters = {key: found[0][0][key] for key in SETTINGS}
    for path, (summary, _) in zip(paths, found):
        for key in SETTINGS:
            if summary[key] != parameters[key]:
                fail(f"{path}: {key} is {summary[key]}, expected {parameters[key]} as in {paths[0]}")
    runs = sorted((r for _, r in found), key=lambda r: (rank(r["format"]), r["seed"]))
    store.write(report, what="A Wasserstein GAN trained in several number formats: scores, estimate of the critic, writes that overflow, updates that are lost", command="make gan", tools=tools(),
                parameters=parameters, results={"score_real": found[0][0]["score_real"], "runs": runs})
    svgs, seed = pictures(folder, runs)
    store.write(report.removesuffix(".json") + "_samples.json", what="Images that the generators made after training, as the SVG files that flx-train-gan writes", command="make gan",
                tools=tools(), parameters={"seed": seed}, results={"pictures": svgs})
    print(f"{report}: {len(runs)} runs")
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
