# SPDX-License-Identifier: Apache-2.0
"""networks.py - layers of the networks whose traces are shipped: shapes of their products, MACs of a training step. Twin: sw/trainer/net/trn_shapes.h, docs/trainer.md"""
from docs.data.table import generated, table
from docs.data.watched import records

DATA = ["networks.json"]
PASSES = ("fprop", "bprop", "update")
HEAD = ("layer", "m x n x k of fprop", *(f"MMAC {p}" for p in PASSES))


def mega(rows, phase):
    macs = sum(row["macs_per_image"] for row in rows if row["pass"] == phase)
    return f"{macs / 1e6:.3f}" if macs else "-"


def layer_cells(layer, rows):
    forward = next(row for row in rows if row["pass"] == "fprop")
    return (layer, f"{forward['m']} x {forward['n']} x {forward['k']}", *(mega(rows, p) for p in PASSES))


def section(name, network):
    rows = records(network["columns"], network["products"])
    layers = list(dict.fromkeys(row["layer"] for row in rows))
    cells = [layer_cells(layer, [row for row in rows if row["layer"] == layer]) for layer in layers]
    return (f"## {name}\n\n{network['parameters']:,} parameters, images of {network['side']} x {network['side']}, {network['classes']} classes; products of a minibatch of "
            f"{network['images']} images, MACs of one image.\n\n" + table(HEAD, cells + [("**all**", "", *(mega(rows, p) for p in PASSES))]) + "\n")


def text(data):
    return (generated("networks") + "# Layers\n\nAs `flx-train --network NAME --shapes` prints them. The first layer needs no gradient of its input; zeros between the elements of a spread "
            "operand are not counted.\n\n" + "\n".join(section(*pair) for pair in data["networks"]["results"].items()))


OUTPUTS = {"docs/gen/networks.md": text}
