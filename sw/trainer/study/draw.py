#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""draw.py - tables and pictures of reports, before they become data: what docs/data/render.py would write. Twin: docs/data/render.py

  draw.py OUT_DIR REPORT_JSON..      each view whose data are all among the reports, into OUT_DIR
Exit 2 if a report is no measurement, or no view is of it."""
import fnmatch
import importlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from docs.data import store
from docs.data.store import VIEW_ERRORS
from sw.cli.flx_cli import PASS, fail, start, write

VIEWS = os.path.join(store.FOLDER, "views")


def loaded(paths):
    """{name: document}"""
    try:
        return {os.path.basename(path).removesuffix(".json"): store.load(path) for path in paths}
    except store.Bad as error:
        return fail(error)


def of_view(module, documents):
    """The view's data, None if one is not there."""
    found = {}
    for pattern in getattr(module, "DATA", ()):
        names = fnmatch.filter(documents, pattern.removesuffix(".json"))
        if not names:
            return None
        found.update({name: documents[name] for name in names})
    return found


def drawn_by(module, data):
    """{file name: content}, or exit 2 where the data are not what the view wants."""
    try:
        outputs = getattr(module, "OUTPUTS", {})
        return {os.path.basename(path): content(data) for path, content in (outputs(data) if callable(outputs) else outputs).items()}
    except VIEW_ERRORS as error:
        return fail(f"{', '.join(f'{name}.json' for name in data)}: cannot be drawn ({type(error).__name__}: {error}), as {module.__name__} wants")


def main():
    if len(sys.argv) < 3:
        fail("usage: draw.py OUT_DIR REPORT_JSON..")
    out, documents = sys.argv[1], loaded(sys.argv[2:])
    os.makedirs(out, exist_ok=True)
    drawn = []
    for name in sorted(os.listdir(VIEWS)):
        if not name.endswith(".py"):
            continue
        module = importlib.import_module(f"docs.data.views.{name[:-3]}")
        data = of_view(module, documents)
        if not data:
            continue
        for path, content in drawn_by(module, data).items():
            write(os.path.join(out, path), content)
            drawn.append(path)
    if not drawn:
        fail(f"{', '.join(sys.argv[2:])}: no view is of these, expected one in {VIEWS}")
    print(f"{out}: {', '.join(drawn)}")
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
