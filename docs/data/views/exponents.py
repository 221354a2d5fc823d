# SPDX-License-Identifier: Apache-2.0
"""exponents.py - G, kappa and phi = G kappa of the watched tensors in each iteration, on log2 scales. Twin: docs/pictures.md

As Fig. 3 and 4 of Koester et al. 2017. The last row is not thinned: 40 iterations on both sides of the switch after which the value comes closest
to, or passes, the limit that was given up."""
import numpy as np
from matplotlib.ticker import MaxNLocator

from docs.data import style
from docs.data.watched import about, exponents, largest, log2

DATA = ["exponents.json"]
MOST, POINTS, NEAR = 3, 150, 40
VALUE, LIMIT, SCALE, SWITCH = "#0060a8", "#c00000", "#208040", "#808080"


def thinned(g):
    """At most about POINTS indices, each the largest G of its iterations."""
    step = len(g) // POINTS + 1
    return np.array([k + int(np.argmax(g[k:k + step])) for k in range(0, len(g), step)])


def closest_switch(phi, e, bits):
    """The write after which e falls and phi comes closest to the old limit; None if e never falls."""
    switches = np.flatnonzero(np.diff(e) < 0)
    room = [np.max(phi[k + 1:k + 1 + NEAR]) - (bits - 1 - e[k]) for k in switches]
    return int(switches[int(np.argmax(room))]) if len(switches) else None


def whole(axes, *values):
    """A whole step of room on both sides, ticks at whole numbers."""
    values = np.concatenate([np.atleast_1d(v) for v in values])
    axes.set_ylim(np.floor(np.nanmin(values)) - 1, np.floor(np.nanmax(values)) + 2)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))


def column(axes, series, bits):
    g = log2(largest(series))
    e = exponents(series, len(g))
    at, phi, limit = np.arange(len(g)) + series["first"], g - e, bits - 1 - e
    few = thinned(g)
    axes[0].axhline(bits - 1, color=LIMIT, label="limit")
    axes[0].plot(at[few], g[few], color=VALUE, linewidth=1)
    whole(axes[0], g[few], bits - 1)
    axes[1].step(at[few], -e[few], where="post", color=SCALE)
    whole(axes[1], -e[few])
    axes[2].step(at[few], limit[few], where="post", color=LIMIT, label="limit")
    axes[2].plot(at[few], phi[few], color=VALUE, linewidth=1, label="phi")
    whole(axes[2], limit[few], phi[few])
    center = closest_switch(phi, e, bits)
    zoom = slice(max((center or 0) - NEAR, 0), (center or 0) + NEAR + 1)
    if center is not None:
        axes[3].axvline(at[center] + 0.5, color=SWITCH, linestyle=":", linewidth=1)
        axes[3].plot([at[center], at[zoom][-1]], [limit[center]] * 2, color=LIMIT, linestyle="--", linewidth=1.2, label="old limit")
    axes[3].step(at[zoom], limit[zoom], where="post", color=LIMIT, label="limit")
    axes[3].plot(at[zoom], phi[zoom], color=VALUE, linewidth=1, label="phi")
    whole(axes[3], limit[zoom], phi[zoom], limit[center or 0])
    title = f"{series['kind'].capitalize()} {series['tensor']}"
    for one, what in zip(axes, ("log2 G", "log2 kappa", "log2 phi", "log2 phi, at a switch" if center is not None else "log2 phi, first iterations")):
        one.set_title(f"{title}: {what}", fontsize=9)
        one.margins(x=0)
    for one in (axes[0], axes[2], axes[3]):
        one.legend(loc="upper right", ncols=3, borderpad=0.1, handlelength=1.2, fontsize=7)
    axes[3].set_xlabel("iteration")


def picture(data):
    shown = data["exponents"]["results"]["series"][:MOST]
    figure, axes = style.panels(4, len(shown), 330 * len(shown), 820)
    for i, series in enumerate(shown):
        column(axes[i::len(shown)], series, data["exponents"]["parameters"]["bits"])
    return style.svg(figure, "exponents", about(data["exponents"]))


OUTPUTS = {"docs/gen/exponents.svg": picture}
