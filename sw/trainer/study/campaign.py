#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""campaign.py - records every product of five networks early, midway and late, and replays them all. Twin: docs/trainer.md

  campaign.py TRAINER GAN_TRAINER FLX OUT_DIR [DATA_DIR]      generated images without DATA_DIR; writes OUT_DIR/*.npz and OUT_DIR/report.json
Two runs of each network: the paper profile, with changes of the exponent; the code profile at a high learning rate, whose elements clip. One of the
Wasserstein GAN. Exit 1 at a mismatch, or if less was covered than promised."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from sw.cli.flx_cli import MISMATCH, PASS, TOOL, fail, field, read_json, start, write
from sw.trainer.study.jobs import Job, run_all

RATES = {"alexnet": "0.05", "resnet": "0.3", "lenet": "0.1", "mlp": "0.1"}   # high ones, of the code profile
TRACES, NETWORKS = 200, 3       # promised
OWN = re.compile(rf"({'|'.join([*RATES, 'wgan'])})([-_].*_\d{{6,}}\.npz|(_paper|_code)?\.(txt|log))|report\.json(\.failed)?")      # files of a campaign
COMMON = ("--record-elements", "16384")


def jobs(trainer, gan_trainer, out, data):
    """Two lists, one after the other: runs of one network may record the same product of the same iteration, whose file is then the second's."""
    of_data = ["--data", data] if data else []
    first, second = [], []
    for network, rate in RATES.items():
        common = [trainer, "--network", network, *of_data, "--train", "12800", "--test", "640", "--epochs", "2", "--record", out, *COMMON]
        first.append((f"{network}_paper", [*common, "--record-at", "3,200,396", "--record-changed", "6", "--record-from", "20"]))
        second.append((f"{network}_code", [*common, "--profile", "code", "--rate", rate, "--seed", "2", "--record-saturated", "6", "--record-from", "4"]))
    first.append(("wgan", [gan_trainer, *of_data, "--train", "2000", "--width", "8", "--batch", "16", "--iterations", "60", "--rate", "0.0005", "--score", "0", "--record", out, *COMMON,
                           "--record-at", "3,30,59", "--record-changed", "6", "--record-from", "20"]))
    return [[Job(name, command, os.path.join(out, f"{name}.txt"), os.path.join(out, f"{name}.log")) for name, command in some] for some in (first, second)]


def covered(report, traces):
    """Counts of what the replay compared."""
    networks = {re.split("[-_]", os.path.basename(path))[0] for path in traces}
    results = report["results"]
    for r in results:
        for key in ("saturated", "exp_c", "words"):
            field("report.json", r, key, int)
        field("report.json", r, "exp_next", int, None)
    return {"traces": report["traces"], "networks": len(networks), "saturated": sum(r["saturated"] > 0 for r in results), "changed": sum(r["exp_next"] != r["exp_c"] for r in results),
            "words": sum(r["words"] for r in results)}


def main():
    if len(sys.argv) not in (5, 6):
        fail("usage: campaign.py TRAINER GAN_TRAINER FLX OUT_DIR [DATA_DIR]")
    trainer, gan_trainer, flx, out = sys.argv[1:5]
    data = sys.argv[5] if len(sys.argv) == 6 else None
    os.makedirs(out, exist_ok=True)
    fresh = tempfile.mkdtemp(prefix="campaign.", dir=out)       # an earlier campaign stays until this one is recorded
    for some in jobs(trainer, gan_trainer, fresh, data):
        run_all("campaign.py", some, lambda job: "recorded")
    for name in os.listdir(out):
        if OWN.fullmatch(name):
            os.remove(os.path.join(out, name))
    for name in os.listdir(fresh):
        shutil.move(os.path.join(fresh, name), os.path.join(out, name))
    os.rmdir(fresh)
    traces = sorted(path for path in glob.glob(os.path.join(glob.escape(out), "*.npz")) if OWN.fullmatch(os.path.basename(path)))
    path = os.path.join(out, "report.json")
    replay = subprocess.run([flx, "cosim", "--json", *traces], stdout=subprocess.PIPE, text=True, check=False)
    if replay.returncode != 0:
        write(path + ".failed", replay.stdout)
        fail(f"campaign.py: the replay's exit code is {replay.returncode}: {path}.failed", replay.returncode if replay.returncode > 0 else TOOL)
    write(path, replay.stdout)
    report = read_json(path, "traces", "mismatched_words", "mismatched_flags", "cycle_error_max", "results")
    c = covered(report, traces)
    print(f"{c['traces']} traces of {c['networks']} networks, {c['saturated']} with clipped elements, {c['changed']} after which the exponent changes, {c['words']} words: "
          f"{report['mismatched_words']} mismatched words, {report['mismatched_flags']} mismatched flags, cycle error {report['cycle_error_max']}")
    if c["traces"] < TRACES or c["networks"] < NETWORKS or not c["saturated"] or not c["changed"]:
        fail(f"campaign.py: expected at least {TRACES} traces of {NETWORKS} networks, some with clipped elements and some changes of the exponent", MISMATCH)
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
