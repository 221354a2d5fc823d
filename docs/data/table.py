# SPDX-License-Identifier: Apache-2.0
"""table.py - Markdown tables for views. Twin: docs/data/render.py"""


def row(cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def table(head, rows):
    """Lines of a table, joined, without a newline at the end."""
    return "\n".join([row(head), row(["---"] * len(head)), *map(row, rows)])


def generated(path, also=""):
    """The first line of a rendered file: which view wrote it."""
    return f"<!-- rendered by docs/data/views/{path}.py from docs/data{also}; do not edit -->\n"
