#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""note.py - seals what was noted by hand. Twin: docs/data/keep.py, which takes what was measured

  note.py      docs/data/memories.json: published SRAM macros, each with the file that it was read in
Exit 2 if a macro is none: then nothing is written."""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from docs.data import macros, store
from sw.cli.flx_cli import PASS, fail, start

NOTED = os.path.join(store.FOLDER, "memories.json")


def main():
    if len(sys.argv) != 1:
        fail("usage: note.py")
    try:
        document = store.load(NOTED)
        macros.checked(document)
    except store.VIEW_ERRORS as error:
        fail(error)
    store.write(NOTED, **{key: value for key, value in document.items() if key != "seal"})
    print(f"noted: {NOTED}: {len(document['results']['macros'])} macros")
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
