#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""bench_step.py - time of a training step in each format, in turns, one thread. Twin: docs/data/views/step.py, docs/trainer.md

  bench_step.py TRAINER REPORT_JSON
Float formats are timed with OpenBLAS and with oneDNN. NETWORKS, FORMATS (beside float32), ROUNDS, IMAGES and BLOCKS can be set; the fastest round of each
case counts. Exit 3 and no report if a run gives no time."""
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from docs.data import store
from docs.data.views import step
from sw.cli.flx_cli import PASS, TOOL, Progress, fail, number, start
from sw.trainer.study.environment import processor, tools
from sw.trainer.study.jobs import words

BATCH = 64
FLOATS = ("float32", "float16", "bfloat16")


def products_of(name):
    """Who multiplies."""
    if name in FLOATS:
        return ("openblas", "onednn")
    return ("openblas",) if name.startswith(("hbfp", "mxint")) else ("exact",)


def seconds(trainer, network, case, images, blocks):
    """Of a step."""
    name, products = case
    command = [trainer, "--network", network, "--blocks", str(blocks), "--format", name, *(["--products", products] if products != "exact" else []), "--train", str(images),
               "--test", str(BATCH), "--epochs", "1", "--threads", "1", "--batch", str(BATCH), "--json"]
    environment = {key: value for key, value in os.environ.items() if key != "OPENBLAS_CORETYPE"}     # float32 gets the core that OpenBLAS itself chooses
    run = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env={**environment, "OPENBLAS_NUM_THREADS": "1"})
    what = f"bench_step.py: {network} {name} {products}"
    if run.returncode != 0:
        fail(f"{what}: the trainer's exit code is {run.returncode}: {(run.stderr.strip().splitlines() or ['it said nothing'])[-1]}", TOOL)
    try:
        taken = float(json.loads(run.stdout)["step_seconds"])
    except (ValueError, KeyError, TypeError):
        taken = 0.0
    if taken <= 0:
        fail(f"{what}: step_seconds is missing, expected a time", TOOL)
    return taken


def main():
    if len(sys.argv) != 3:
        fail("usage: bench_step.py TRAINER REPORT_JSON")
    trainer, report = sys.argv[1:]
    networks = words("NETWORKS", "resnet alexnet")
    formats = ["float32", *words("FORMATS", "flex16+5 dfp16 bfloat16 float16 hbfp8 mxint8 fixed4.12")]
    rounds, images, blocks = number("ROUNDS", 3), number("IMAGES", 1024), number("BLOCKS", 3)
    cases = [(name, products) for name in formats for products in products_of(name)]
    best = {}
    with Progress("bench_step.py", len(networks) * rounds * len(cases), "runs") as progress:
        for network in networks:
            for case in [case for _ in range(rounds) for case in cases]:
                taken = seconds(trainer, network, case, images, blocks)
                best[network, case] = min(taken, best.get((network, case), taken))
                progress.step(f"{network} {' '.join(case)}")
    name, instructions = processor()
    shown = {network: f"resnet{6 * blocks + 2}" if network == "resnet" else network for network in networks}
    results = [{"network": shown[network], "format": case[0], "products": case[1], "step_seconds": taken} for (network, case), taken in best.items()]
    store.write(report, what="Time of a training step in every number format", command="make bench-step", tools=tools(), results={"cases": results},
                parameters={"processor": name, "instructions": instructions, "threads": 1, "batch": BATCH, "rounds": rounds, "images": images})
    ratios = step.ratios(results)
    for case in results:
        print(f"{case['network']:10} {case['format']:10} {case['products']:10} {1000 * case['step_seconds']:10.1f} ms a step, {ratios[case['format'], case['products']][case['network']]:.2f} "
              "of the fastest float32")
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
