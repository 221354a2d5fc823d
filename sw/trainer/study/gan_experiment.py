#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""gan_experiment.py - the same Wasserstein GAN in several formats: curves, samples, scores. Twin: sw/trainer/study/gan_report.py, docs/gan.md

  gan_experiment.py TRAINER OUT_DIR [DATA_DIR]      images of CIFAR-10 or MNIST, generated ones without DATA_DIR
FORMATS, SEEDS, ITERATIONS, BATCH, WIDTH, RATE, TRAIN, SCORE and JOBS (runs at a time) can be set; runs that are finished are not run again, one that was
stopped goes on."""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from sw.cli.flx_cli import PASS, fail, field, number, read_json, real, start
from sw.trainer.study.jobs import Job, run_all, words


def job(trainer, out, data, name, seed):
    path = os.path.join(out, f"gan_{name}_{seed}")
    command = [trainer, "--format", name, "--seed", seed, *(["--data", data] if data else []), "--iterations", str(number("ITERATIONS", 400)), "--batch", str(number("BATCH", 32)),
               "--width", str(number("WIDTH", 16)), "--rate", real("RATE", 0.0005), "--train", str(number("TRAIN", 10000)), "--score", str(number("SCORE", 2000)),
               "--csv", f"{path}.csv", "--samples", f"{path}.svg", "--checkpoint", f"{path}.state", "--checkpoint-every", "50", "--json"]
    return Job(f"gan {name} seed {seed}", command, f"{path}.json", f"{path}.log", (f"{path}.state",))


def score(done):
    found = read_json(done.result)
    value = field(done.result, found, "score", float, None)
    return "diverged" if found.get("diverged") else f"score {value}"


def main():
    if len(sys.argv) not in (3, 4):
        fail("usage: gan_experiment.py TRAINER OUT_DIR [DATA_DIR]")
    trainer, out = sys.argv[1:3]
    data = sys.argv[3] if len(sys.argv) == 4 else None
    os.makedirs(out, exist_ok=True)
    jobs = [job(trainer, out, data, name, seed) for seed in words("SEEDS", "1") for name in words("FORMATS", "float32 flex16+5 float16 dfp16")]
    run_all("gan_experiment.py", jobs, score)
    print(f"{len(jobs)} runs in {out}")
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
