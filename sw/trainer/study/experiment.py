#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""experiment.py - formats beside float32, same hyperparameters. Twin: sw/trainer/study/training_report.py, docs/trainer.md

  experiment.py TRAINER OUT_DIR [DATA_DIR]      writes OUT_DIR/NETWORK_FORMAT_SEED.json, .csv and .log
FORMATS, NETWORKS, SEEDS, EPOCHS, TRAIN, TEST and JOBS (runs at a time) can be set; runs that are finished are not run again, one that was interrupted goes
on. A network is one of the trainer's, or resnetN of N = 6 blocks + 2 weight layers: resnet20 is --network resnet --blocks 3."""
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from sw.cli.flx_cli import PASS, fail, field, number, read_json, start
from sw.trainer.study.jobs import Job, run_all, words

FASTER = {"float32": "onednn", "float16": "onednn", "bfloat16": "onednn"}     # whose products


def network_options(name):
    """Of the trainer."""
    depth = re.fullmatch(r"resnet(\d+)", name)
    if "_" in name or (depth and (int(depth.group(1)) - 2) % 6 != 0):
        fail(f"NETWORKS: {name}, expected one of the trainer's networks or resnetN with N = 6 blocks + 2")
    return ["--network", "resnet", "--blocks", str((int(depth.group(1)) - 2) // 6)] if depth else ["--network", name]


def job(trainer, out, data, run):
    network, name, seed = run
    path = os.path.join(out, f"{network}_{name}_{seed}")
    command = [trainer, *network_options(network), "--format", name, "--products", FASTER.get(name, "openblas"), "--seed", seed, *(["--data", data] if data else []),
               "--train", str(number("TRAIN", 16384)), "--test", str(number("TEST", 10000)), "--epochs", str(number("EPOCHS", 3)), "--csv", f"{path}.csv",
               "--checkpoint", f"{path}.state", "--json"]
    return Job(f"{network} {name} seed {seed}", command, f"{path}.json", f"{path}.log", (f"{path}.state",))


def accuracy(done):
    found = read_json(done.result)
    value = field(done.result, found, "accuracy", float, None)
    return "diverged" if value is None or found.get("diverged") else f"test accuracy {value:.4f}"


def main():
    if len(sys.argv) not in (3, 4):
        fail("usage: experiment.py TRAINER OUT_DIR [DATA_DIR]")
    trainer, out = sys.argv[1:3]
    data = sys.argv[3] if len(sys.argv) == 4 else None
    runs = [(network, name, seed) for seed in words("SEEDS", "1 2 3") for network in words("NETWORKS", "alexnet resnet") for name in words("FORMATS", "float32 flex16+5")]
    jobs = [job(trainer, out, data, run) for run in runs]
    os.makedirs(out, exist_ok=True)
    run_all("experiment.py", jobs, accuracy)
    print(f"{len(jobs)} runs in {out}")
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
