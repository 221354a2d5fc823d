#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""networks.py - the matrix products of the networks whose traces are shipped, as the trainer builds them. Twin: sw/trainer/net/trn_shapes.h

  networks.py TRAINER REPORT_JSON           writes it
  networks.py TRAINER --check DATA_JSON     exit 1 if the trainer builds others than the file holds"""
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from docs.data import store
from sw.cli.flx_cli import MISMATCH, PASS, TOOL, fail, field, parse_json, start

NETWORKS = {"resnet20": ("--network", "resnet", "--blocks", "3"), "alexnet": ("--network", "alexnet")}
COLUMNS = ("layer", "pass", "m", "n", "k", "parts", "macs_per_image")


def shapes(trainer, options):
    """Of one network: what the trainer prints, products as rows."""
    run = subprocess.run([trainer, *options, "--shapes"], capture_output=True, text=True, errors="replace", check=False)
    if run.returncode != 0:
        fail(run.stderr.strip() or f"{trainer} --shapes: exit code {run.returncode}, expected shapes", TOOL)
    found = parse_json(run.stdout, f"{trainer} --shapes")
    products = field(f"{trainer} --shapes", found, "products", list)
    for product in products:
        for key in COLUMNS:
            field(f"{trainer} --shapes", product, key, int, str)
    return {**{key: value for key, value in found.items() if key not in ("network", "products")}, "columns": list(COLUMNS),
            "products": [[product[key] for key in COLUMNS] for product in products]}


def main():
    if len(sys.argv) not in (3, 4) or (len(sys.argv) == 4) != (sys.argv[2] == "--check"):
        fail("usage: networks.py TRAINER REPORT_JSON | TRAINER --check DATA_JSON")
    trainer, path = sys.argv[1], sys.argv[-1]
    built = {name: shapes(trainer, options) for name, options in NETWORKS.items()}
    if len(sys.argv) == 3:
        store.write(path, what="Matrix products of one training step of the networks whose traces are shipped, as the trainer builds them", command="make networks", tools=store.tools("gcc"),
                    note="macs_per_image leaves out what multiplies the zeros between the elements of an operand that is spread by a convolution's stride. parts: equal products that make one "
                         "tensor.", results=built)
        return PASS
    try:
        kept = store.load(path)["results"]
    except store.Bad as error:
        fail(error)
    for name, of_network in built.items():
        if kept.get(name) != of_network:
            fail(f"{path}: {name} is not what {trainer} builds: run make networks, then make keep", MISMATCH)
    print(f"{path}: as {trainer} builds them: {', '.join(built)}")
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
