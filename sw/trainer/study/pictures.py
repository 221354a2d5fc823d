#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""pictures.py - trains one small network with --watch; its tensors, histograms and exponents as reports. Twin: sw/trainer/study/watch_report.py, docs/pictures.md

  pictures.py TRAINER OUT_DIR [DATA_DIR]      generated images without DATA_DIR; writes OUT_DIR/watch/*.csv and run.json, then the reports
NETWORK, FORMAT (an integer format), TENSORS, TRAIN, TEST, EPOCHS and BATCH can be set; as they are it takes about 4 minutes of one core."""
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from sw.cli.flx_cli import PASS, TOOL, fail, number, start, write
from sw.trainer.study import watch_report

WATCHED = {"resnet": "s1b1conv1.w,s1b1norm1.y,s1b1conv1.w.u"}


def main():
    if len(sys.argv) not in (3, 4):
        fail("usage: pictures.py TRAINER OUT_DIR [DATA_DIR]")
    trainer, out = sys.argv[1:3]
    network = os.environ.get("NETWORK") or "resnet"
    tensors = os.environ.get("TENSORS") or WATCHED.get(network)
    watch = os.path.join(out, "watch")
    os.makedirs(out, exist_ok=True)
    command = [trainer, "--network", network, "--format", os.environ.get("FORMAT") or "flex16+5", *(["--data", sys.argv[3]] if len(sys.argv) == 4 else []), "--train", str(number("TRAIN", 5120)),
               "--test", str(number("TEST", 512)), "--epochs", str(number("EPOCHS", 8)), "--batch", str(number("BATCH", 32)), "--watch", watch,
               *(["--watch-tensors", tensors] if tensors else []), "--json"]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})
    if run.returncode != 0:
        sys.exit(run.returncode if run.returncode > 0 else TOOL)    # it has said why
    write(os.path.join(watch, "run.json"), run.stdout)
    watch_report.report(watch, out)
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
