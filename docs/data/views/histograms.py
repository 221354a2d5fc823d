# SPDX-License-Identifier: Apache-2.0
"""histograms.py - log2 |value| of the watched tensors, first and last epoch side by side. Twin: docs/pictures.md

As Fig. 1 and 2 of Koester et al. 2017: behind the bars is the range from 2^-e, one unit of the mantissa, to 2^(N-1-e)."""
from docs.data import style
from docs.data.table import generated, table
from docs.data.watched import about, rows

DATA = ["histograms.json", "exponents.json"]
HEAD = ("tensors", "epoch", "values", "zeros", "non-zero values from 2^", "to below 2^", "exponents e")
MOST, LIMITS, RANGE = 3, (-32, 16), "#fbe3d6"


def elements(row):
    return row["zeros"] + sum(row["counts"])


def kind_cells(of_kind):
    """Of a kind and epoch."""
    values, zeros = sum(map(elements, of_kind)), sum(row["zeros"] for row in of_kind)
    some = [row for row in of_kind if row["counts"]]
    low, high = min(row["first"] for row in some), max(row["first"] + len(row["counts"]) for row in some)
    exponents = [row["exponent"] for row in of_kind]
    return (of_kind[0]["kind"], of_kind[0]["epoch"], values, f"{100 * zeros / values:.2f} %", low, high, f"{min(exponents)} to {max(exponents)}")


def text(data):
    found = {}
    for row in rows(data["histograms"]):
        found.setdefault((row["kind"], row["epoch"]), []).append(row)
    return generated("histograms") + about(data["histograms"]) + "; in the middle minibatch of an epoch.\n\n" + table(HEAD, [kind_cells(found[key]) for key in sorted(found)]) + "\n"


def panel(axes, row, bits, top):
    low, count = -row["exponent"], elements(row)
    axes.axvspan(low, low + bits - 1, color=RANGE, linewidth=0, zorder=0)
    axes.bar([row["first"] + i + 0.5 for i in range(len(row["counts"]))], [100 * n / count for n in row["counts"]], width=0.85, color="#0060a8", linewidth=0, zorder=2)
    axes.text(low + bits / 2, 0.97 * top, f"e = {row['exponent']}", ha="center", va="top")
    axes.text(0.99, 0.97, f"zeros {100 * row['zeros'] / count:.1f} %", ha="right", va="top", transform=axes.transAxes)
    axes.set(title=f"{row['kind'].capitalize()} {row['tensor']}, epoch {row['epoch']}", xlim=LIMITS, ylim=(0, top))
    axes.set_xticks(range(LIMITS[0], LIMITS[1] + 1, 8))


def picture(data):
    names = [series["tensor"] for series in data["exponents"]["results"]["series"]][:MOST]
    found = {(row["tensor"], row["epoch"]): row for row in rows(data["histograms"])}
    epochs = sorted({epoch for _, epoch in found})
    figure, axes = style.panels(len(names), len(epochs), 860, 210 * len(names) + 20)
    for i, name in enumerate(names):
        of_tensor = [found[name, epoch] for epoch in epochs]
        top = 120 * max(max(row["counts"], default=0) / elements(row) for row in of_tensor)
        for j, row in enumerate(of_tensor):
            panel(axes[i * len(epochs) + j], row, data["histograms"]["parameters"]["bits"], top or 1)
        axes[i * len(epochs)].set_ylabel("% of elements")
    for one in axes[-len(epochs):]:
        one.set_xlabel("log2 |value|")
    return style.svg(figure, "histograms", about(data["histograms"]))


OUTPUTS = {"docs/gen/histograms.md": text, "docs/gen/histograms.svg": picture}
