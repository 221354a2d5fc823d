# SPDX-License-Identifier: Apache-2.0
"""curves.py - learning curves: training loss, smoothed, and test accuracy of each epoch, means over the seeds. Twin: docs/pictures.md"""
import numpy as np

from docs.data import style
from docs.data.trained import PAIR, groups, rank

DATA = ["training_runs.json"]
COLUMN, KEY, HEIGHT = 360, 120, 500     # pixels


def look(name):
    """float32 is a broad line under the others; numbers of exponent bits other than 5 are dashed."""
    if name == "float32":
        return {"linewidth": 5, "alpha": 0.3, "zorder": 1}
    if name == "flex16+5":
        return {"linewidth": 1.8, "zorder": 4}
    return {"linewidth": 1.1, "zorder": 3, "linestyle": "--" if name.startswith("flex16+") else "-"}


def lines(axes, group, names):
    """Loss above, accuracy below; a run that diverges leaves the panel, whose top is a little above float32's first point."""
    for name in names:
        case, how = group.cases[name], {"color": style.colour(name), **look(name)}
        axes[0].plot(*case.loss, **how)
        axes[1].plot(range(1, len(case.accuracies) + 1), case.accuracies, marker="o", markersize=3, **how)
    axes[0].set(title=f"{group.network}: training loss", xlabel="iteration", xlim=(0, None))
    if "float32" in group.cases and np.isfinite(group.cases["float32"].loss[1][0]):
        axes[0].set_ylim(top=1.1 * group.cases["float32"].loss[1][0])
    axes[1].set(title=f"{group.network}: test accuracy", xlabel="epoch")
    axes[1].xaxis.get_major_locator().set_params(integer=True)


def picture(data, title, chosen):
    shown = [(g, [n for n in g.cases if chosen(n)]) for g in groups(data["training_runs"]["results"])]
    shown = [(g, names) for g, names in shown if names]
    figure, axes = style.panels(2, len(shown), COLUMN * len(shown) + KEY, HEIGHT)
    for i, (group, names) in enumerate(shown):
        lines((axes[i], axes[i + len(shown)]), group, names)
    present = sorted({n for _, names in shown for n in names}, key=rank)
    for name in present:
        axes[0].plot([], [], color=style.colour(name), label=name, **look(name))
    figure.legend(loc="center left", bbox_to_anchor=(1 - KEY / (COLUMN * len(shown) + KEY), 0.5))
    figure.get_layout_engine().set(rect=(0, 0, 1 - KEY / (COLUMN * len(shown) + KEY), 1))
    return style.svg(figure, title, "make experiment formats: training loss and test accuracy, means over the seeds")


OUTPUTS = {"docs/gen/training.svg": lambda data: picture(data, "training", lambda name: name in PAIR),
           "docs/gen/curves.svg": lambda data: picture(data, "curves", lambda name: True)}
