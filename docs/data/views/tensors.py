# SPDX-License-Identifier: Apache-2.0
"""tensors.py - head-room, overflows, clipping, underflow and lost updates of every tensor of a run. Twin: docs/pictures.md"""
import re

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from docs.data import style
from docs.data.table import generated, table
from docs.data.watched import about, rows

DATA = ["tensors.json"]
CSV = ("tensor", "kind", "usage", "bits", "count", "writes", "elements", "overflows", "clipped", "underflow", "exponent_changes", "updates", "lost_updates", "exponent_min", "exponent_max",
       "headroom_mean", "headroom_min")
HEAD = ("tensors", "number", "writes", "overflowed", "elements clipped", "became 0", "updates lost", "changes of exponent, per 100 writes", "head-room in bits: mean", "least")
PARTS = ("y", "dx", "ds", "w", "w.g", "w.v", "w.u", "b", "b.g", "b.v", "b.u", "mean", "var")
SUMS = ("writes", "elements", "overflows", "clipped", "underflow", "exponent_changes", "updates", "lost_updates")

# Blue for room, up to 6 bits; orange for what goes wrong, shares on a log scale from 1e-6, lost updates on a linear one.
ROOM = LinearSegmentedColormap.from_list("room", ["#f0f0f0", "#084081"], N=32)
WRONG = LinearSegmentedColormap.from_list("wrong", ["#f0f0f0", "#a63603"], N=32)
BITS_MAX, SHARE_MIN, STEP, SQUARE = 6, 1e-6, 0.08, 11
MEASURES = (("Mean head-room, bits", "room", lambda r: r["headroom_mean"]), ("Least head-room, bits", "room", lambda r: r["headroom_min"]),
            ("Writes that overflowed", "share", lambda r: r["overflows"] / r["writes"]), ("Elements clipped", "share", lambda r: r["clipped"] / r["elements"]),
            ("Elements that became 0", "share", lambda r: r["underflow"] / r["elements"]), ("Updates lost", "lost", lambda r: r["lost_updates"] / r["updates"] if r["updates"] else None))
KEYS = {"room": ([0, 0.5, 1], ["0", "3", "6 +"]), "share": ([0, STEP, STEP + (1 - STEP) / 2, 1], ["0", "1e-4 %", "0.1 %", "100 %"]), "lost": ([0, 0.5, 1], ["0", "50 %", "100 %"])}


def written(document):
    return [row for row in rows(document) if row["writes"] > 0]


def csv(data):
    lines = [",".join(CSV)]
    for row in rows(data["tensors"]):
        row = {**row, "usage": "training", "headroom_mean": f"{row['headroom_mean']:.3f}", "headroom_min": f"{row['headroom_min']:.3f}"}
        lines.append(",".join(str(row[key]) for key in CSV))
    return "\n".join(lines) + "\n"


def kind_cells(kind, of_kind):
    total = {key: sum(row[key] for row in of_kind) for key in SUMS}
    lost = f"{100 * total['lost_updates'] / total['updates']:.1f} %" if total["updates"] else "-"
    room = sum(row["headroom_mean"] * row["writes"] for row in of_kind) / total["writes"]
    return (kind, len(of_kind), total["writes"], total["overflows"], f"{100 * total['clipped'] / total['elements']:.2g} %", f"{100 * total['underflow'] / total['elements']:.3g} %", lost,
            f"{100 * total['exponent_changes'] / total['writes']:.2f}", f"{room:.2f}", f"{min(row['headroom_min'] for row in of_kind):.2f}")


def text(data):
    found = written(data["tensors"])
    kinds = [kind_cells(kind, [row for row in found if row["kind"] == kind]) for kind in {row["kind"] for row in found}] + [kind_cells("all", found)]
    return generated("tensors") + about(data["tensors"]) + ".\n\n" + table(HEAD, sorted(kinds, key=lambda cells: (cells[2], cells[0]))) + "\n"


def place(tensor):
    """(layer, part): normalisation's gamma and beta stand as w and b."""
    found = re.search(r"\.(y|dx|ds|mean|var|(w|b|gamma|beta)(\.[guv])?)$", tensor)
    if not found:
        return tensor, "y" if tensor == "images" else "dx"
    return tensor[:found.start()], re.sub("^beta", "b", re.sub("^gamma", "w", found.group(1)))


def level(kind, value):
    """0 to 1, a place in the colours."""
    if kind == "room":
        return min(value / BITS_MAX, 1)
    if kind == "lost" or value <= 0:
        return value
    return STEP + (1 - STEP) * (1 - np.log10(max(value, SHARE_MIN)) / np.log10(SHARE_MIN))


def panel(figure, axes, layers, found, measure):
    title, kind, value = measure
    cells = []
    for row in found:
        (layer, part), share = place(row["tensor"]), value(row)
        if share is not None:
            cells.append((PARTS.index(part), layers.index(layer), level(kind, share)))
    x, y, shade = zip(*cells)
    squares = axes.scatter(x, y, c=shade, cmap=ROOM if kind == "room" else WRONG, vmin=0, vmax=1, marker="s", s=SQUARE ** 2, linewidth=0)
    axes.set(title=title, xlim=(-0.6, len(PARTS) - 0.4))
    axes.set_xticks(range(len(PARTS)), PARTS, rotation=60, ha="right", rotation_mode="anchor", fontsize=8)
    axes.tick_params(length=0)
    axes.grid(False)
    for side in axes.spines.values():
        side.set_visible(False)
    if kind == "lost":
        for j, i, share in cells:
            axes.text(j + 0.5, i, f"{100 * share:.0f} %", fontsize=7, va="center")
    bar = figure.colorbar(squares, ax=axes, location="bottom", fraction=0.03, pad=0.02, aspect=40)
    bar.set_ticks(KEYS[kind][0], labels=KEYS[kind][1], fontsize=8)
    bar.outline.set_visible(False)


def picture(data):
    found = written(data["tensors"])
    layers = list(dict.fromkeys(place(row["tensor"])[0] for row in found))
    figure, axes = style.panels(2, 3, 900, 2 * (13 * len(layers) + 110), sharey=True)
    for one, measure in zip(axes, MEASURES):
        panel(figure, one, layers, found, measure)
    axes[0].set_ylim(len(layers) - 0.4, -0.6)
    for left in (axes[0], axes[3]):
        left.set_yticks(range(len(layers)), layers, fontsize=8)
    return style.svg(figure, "tensors", about(data["tensors"]))


OUTPUTS = {"docs/gen/tensors.csv": csv, "docs/gen/tensors.md": text, "docs/gen/tensors.svg": picture}
