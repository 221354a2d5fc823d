# SPDX-License-Identifier: Apache-2.0
"""networks.py - MACs of one image through one training step of the networks whose traces are shipped. Twin: docs/data/networks.json, as the trainer builds them"""
from docs.data import store
from sw.cli.flx_cli import fail

NETWORKS = {"resnet": "resnet20", "alexnet": "alexnet"}     # of traces: in networks.json
PATH = "docs/data/networks.json"


def step_macs(network):
    """{pass: MACs}; a first layer has no bprop."""
    try:
        shapes = store.load(PATH)["results"][NETWORKS[network]]
        rows = [dict(zip(shapes["columns"], row)) for row in shapes["products"]]
        return {phase: sum(row["macs_per_image"] for row in rows if row["pass"] == phase) for phase in ("fprop", "bprop", "update")}
    except store.Bad as error:
        return fail(error)
    except KeyError as error:
        return fail(f"{PATH}: {error} is missing, expected shapes of {NETWORKS[network]} as flx-train --shapes prints them")
