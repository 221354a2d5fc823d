# SPDX-License-Identifier: Apache-2.0
"""machine.py - a drawing of the core, made from the text below. Twin: docs/core.md, rtl/core/flx_core.v

A line is a box or an arrow. Lengths are pixels.
  box    NAME  x y width height  COLOUR  title | second line | ..
  array  NAME  x y width height  COLOUR  title
  arrow  COLOUR  x,y x,y ..  label at x,y: text
The background is drawn too, so that a dark page shows the same picture. Sizes of the array are those of the named configuration."""
from xml.sax.saxutils import escape

from docs.data.style import INK, PAPER, colour

DATA = ["configs.json"]
CONFIG = "mac256"
WIDTH, HEIGHT, CELL_GAP = 880, 436, 4
COLOURS = {"data": "#0060a8", "control": "#606060", "exponent": colour("flex16+5")}
TEXT = """
box   a       100 176 104  64  data      FIFO a | mantissas
box   b       288  24 184  46  data      FIFO b | mantissas
array pes     260 112 240 192  data      {rows} x {columns} PEs, {lanes} products each
box   drain   260 350 240  60  data      flx_drain, for each column | shift, round once, saturate
box   c       100 356 104  48  data      FIFO c | mantissas
box   decode  640  24 160  60  control   flx_decode | checks the command
box   seq     640 136 112  60  control   flx_seq | one beat a cycle
box   exp     620 236 200  72  exponent  flx_exp_unit | table of exponents | Autoflex: the next one
box   stats   640 350 160  60  exponent  flx_stats | max |m|, overflow, counts

arrow data      24,208 100,208            label 52,200: a
arrow data      204,208 260,208
arrow data      24,47 288,47              label 52,39: b
arrow data      380,70 380,112
arrow data      380,304 380,350           label 388,326: exact sums
arrow data      260,380 204,380
arrow data      100,380 24,380            label 52,372: c
arrow data      500,380 640,380           label 520,372: rows of results
arrow control   856,54 800,54             label 826,46: cmd
arrow control   690,84 690,136
arrow control   640,166 500,166           label 520,158: fire
arrow exponent  786,236 786,84            label 794,160: exponents
arrow exponent  720,350 720,308           label 728,330: G
arrow exponent  820,272 856,272           label 828,264: rsp
"""


def words(x, y, text, size=12, anchor="middle", fill=INK, weight="normal"):
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{fill}" font-weight="{weight}">{escape(text)}</text>'


def outline(x, y, width, height, line):
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="5" fill="{line}" fill-opacity="0.08" stroke="{line}" stroke-width="1.5"/>'


def lines(x, y, width, height, texts):
    """Of a box, centred; the first is its name."""
    top = y + height / 2 - 8 * (len(texts) - 1) + 4
    return [words(x + width / 2, top + 16 * i, text, 11 if i else 12, weight="normal" if i else "bold") for i, text in enumerate(texts)]


def box(fields, about):
    x, y, width, height = map(int, fields[1:5])
    return [outline(x, y, width, height, COLOURS[fields[5]]), *lines(x, y, width, height, [part.strip() for part in about.split(" | ")])]


def array(fields, about, rows, columns):
    """Every processing element is a square."""
    x, y, width, height = map(int, fields[1:5])
    line, top = COLOURS[fields[5]], y + 26
    wide, high = (width - 12) / columns, (y + height - 6 - top) / rows
    cells = [f'<rect x="{x + 6 + j * wide + CELL_GAP / 2:g}" y="{top + i * high + CELL_GAP / 2:g}" width="{wide - CELL_GAP:g}" height="{high - CELL_GAP:g}" fill="{line}" fill-opacity="0.45"/>'
             for i in range(rows) for j in range(columns)]
    return [outline(x, y, width, height, line), words(x + width / 2, y + 18, about, weight="bold"), *cells]


def arrow(fields, label):
    kind, points = fields[0], " ".join(fields[1:])
    drawn = [f'<polyline points="{points}" fill="none" stroke="{COLOURS[kind]}" stroke-width="1.8" marker-end="url(#{kind})"/>']
    if label:
        at, text = label.split(": ", 1)
        x, y = map(int, at.split(","))
        drawn.append(words(x, y, text, anchor="start"))
    return drawn


def head(kind, line):
    return f'<marker id="{kind}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="{line}"/></marker>'


def picture(data):
    rows, columns, lanes = map(int, next(c["grid"] for c in data["configs"]["results"]["configurations"] if c["name"] == CONFIG).split(" x "))
    drawn = []
    for line in TEXT.format(rows=rows, columns=columns, lanes=lanes).strip().splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "arrow":
            path, _, label = rest.partition("label ")
            drawn += arrow(path.split(), label)
        elif kind:
            fields = rest.split(None, 6)
            drawn += box(fields, fields[6]) if kind == "box" else array(fields, fields[6], rows, columns)
    about = f"The core, as {CONFIG} has it: mantissas pass the array (blue), commands steer it (grey), exponents follow from what was written (red)"
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="DejaVu Sans, Verdana, Arial, sans-serif">',
                      f"<title>{escape(about)}</title>", "<defs>", *(head(*pair) for pair in COLOURS.items()), "</defs>",
                      f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="{PAPER}"/>', *drawn, "</svg>", ""])


OUTPUTS = {"docs/gen/machine.svg": picture}
