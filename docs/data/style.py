# SPDX-License-Identifier: Apache-2.0
"""style.py - one look for all pictures: sizes, colours of number formats, titled panels, SVG that is the same each time. Twin: docs/data/render.py

  figure, axes = style.panels(2, 1, 860, 640)      pixels
  axes[0].bar(.., color=style.colour("flex16+5")); axes[0].set_title("..")
  text = style.svg(figure, "libraries", "cells alone, no wires")

The background is explicit, so that a dark viewer shows the same picture; text stays text."""
import io
import re

import matplotlib

matplotlib.use("svg")
from matplotlib import colors               # noqa: E402  pylint: disable=wrong-import-position
from matplotlib.figure import Figure        # noqa: E402  pylint: disable=wrong-import-position

INK, PAPER, LINES = "#303030", "#ffffff", "#e4e4e4"
RC = {"svg.hashsalt": "flexpoint", "svg.fonttype": "none", "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"], "font.size": 9, "axes.titlesize": 10,
      "axes.titlelocation": "left", "axes.titleweight": "bold", "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "axes.axisbelow": True, "grid.color": LINES,
      "grid.linewidth": 0.6, "axes.edgecolor": INK, "axes.labelcolor": INK, "text.color": INK, "xtick.color": INK, "ytick.color": INK, "legend.frameon": False, "legend.fontsize": 8,
      "lines.linewidth": 1.4, "figure.facecolor": PAPER, "axes.facecolor": PAPER, "savefig.facecolor": PAPER, "figure.dpi": 72, "path.simplify": True}
matplotlib.rcParams.update(RC)

# One colour per number format, whatever the picture: of tensors in training, and of operands with their accumulators (synth/study/pes.py).
COLOURS = {"float32": "#404040", "bfloat16": "#0060a8", "float16": "#208040", "dfp16": "#e08000", "fixed4.12": "#8050a0", "hbfp8": "#8c564b", "mxint8": "#d060a0",
           "flex16_4": "#c00000", "flex16_1": "#e06050", "flex16+4": "#f08878", "flex16+5": "#c00000", "flex16+6": "#a00050", "flex16+7": "#800068", "flex16+8": "#600080",
           "int8_4": "#b4b4b4", "int8_1": "#d0d0d0", "bf16_bf16": "#b8cfe5", "bf16_fp32": "#6aa0d0", "bf16_fp32_4": "#0060a8", "fp16_fp16": "#b8dcc0", "fp16_fp32": "#70b888",
           "fp16_fp32_4": "#208040", "fp32": "#404040"}
FEW, MANY = "#f0d080", "#c03000"    # flexN of 8 to 15 bits


def colour(name):
    """Of a number format."""
    if name in COLOURS:
        return COLOURS[name]
    bits = re.match(r"flex(\d+)", name)
    if not bits:
        raise ValueError(f"docs/data/style.py: format {name} has no colour, expected one of {', '.join(COLOURS)} or a flexN+M")
    part = min(max((int(bits.group(1)) - 8) / 7, 0.0), 1.0)
    return colors.to_hex([(1 - part) * few + part * many for few, many in zip(colors.to_rgb(FEW), colors.to_rgb(MANY))])


def panels(rows, columns, width, height, **options):
    """A figure of WIDTH x HEIGHT pixels and its axes, always as a list, row by row; options: those of Figure.subplots."""
    figure = Figure(figsize=(width / 72, height / 72), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, **options)
    return figure, list(axes.flat)


def svg(figure, title, about):
    """The picture's text. Every panel that shows something has a title."""
    for number, axes in enumerate(figure.axes, 1):
        if axes.axison and axes.has_data() and axes.get_label() != "<colorbar>" and not any(axes.get_title(loc=where) for where in ("left", "center", "right")):
            raise ValueError(f"{title}: panel {number} has no title")
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Title": title, "Description": about})
    text = re.sub(r'(<svg [^>]*width="[\d.]+)pt(" height="[\d.]+)pt"', r'\1\2"', out.getvalue(), count=1)     # pixels
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
