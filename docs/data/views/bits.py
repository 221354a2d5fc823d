# SPDX-License-Identifier: Apache-2.0
"""bits.py - test accuracy against the mantissa bits N of flexN+5 and the exponent bits M of flex16+M. Twin: docs/pictures.md

Each network that was trained with three N or M or more; its float32 as a broad line."""
import re

from docs.data import style
from docs.data.trained import groups

DATA = ["training_runs.json"]
PANELS = ((r"flex(\d+)\+5", "mantissa bits N of flexN+5", (7.5, 16.5)), (r"flex16\+(\d+)", "exponent bits M of flex16+M", (3.5, 8.5)))
LINES = ("#c00000", "#0060a8", "#208040", "#8050a0", "#e08000")    # one a network


def points(group, pattern):
    """Bits and formats, sorted by the bits."""
    return sorted((int(m.group(1)), name) for name in group.cases if (m := re.fullmatch(pattern, name)))


def known(accuracy):
    """A run that has none leaves a gap."""
    return float("nan") if accuracy is None else accuracy


def panel(axes, found, about, limits):
    one = len(found) == 1
    for (group, of_group), line in zip(found, LINES):
        base = group.cases["float32"]
        axes.axhline(known(base.accuracy), color=style.colour("float32") if one else line, linewidth=5, alpha=0.25, label=f"{group.network}, float32")
        accuracy = [known(group.cases[name].accuracy) for _, name in of_group]
        axes.plot([bits for bits, _ in of_group], accuracy, color=line, label=group.network, zorder=2)
        axes.scatter([bits for bits, _ in of_group], accuracy, c=[style.colour(name) for _, name in of_group] if one else line, s=28, zorder=3)
    axes.set(title=about[0].upper() + about[1:], xlabel="bits", ylabel="test accuracy", xlim=limits, ylim=(0, None))
    axes.set_xticks(range(int(limits[0] + 1), int(limits[1] + 1)))
    axes.legend(loc="lower right")


def picture(data):
    all_groups = [g for g in groups(data["training_runs"]["results"]) if "float32" in g.cases]
    shown = []
    for pattern, about, limits in PANELS:
        found = [(g, points(g, pattern)) for g in all_groups]
        found = [(g, of_group) for g, of_group in found if len(of_group) >= 3]
        if found:
            shown.append((found, about, limits))
    figure, axes = style.panels(1, len(shown), 430 * len(shown), 340, sharey=True)
    for one, args in zip(axes, shown):
        panel(one, *args)
    return style.svg(figure, "formats", "make formats: test accuracy against bits, means over the seeds")


def outputs(data):
    """Nothing where no network was trained with three numbers of bits."""
    some = any(len(points(g, pattern)) >= 3 for g in groups(data["training_runs"]["results"]) if "float32" in g.cases for pattern, _, _ in PANELS)
    return {"docs/gen/formats.svg": picture} if some else {}


OUTPUTS = outputs
