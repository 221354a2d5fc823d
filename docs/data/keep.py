#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""keep.py - puts finished reports into docs/data. Twin: docs/data/store.py

  keep.py REPORT_JSON..     each becomes docs/data/ of the same name; all or none
Exit 2 if one is no measurement, its seal does not fit, or it is of other RTL than the tree's."""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from docs.data import store
from sw.cli.flx_cli import PASS, fail, read, start, write


def refused(path):
    """Why it is not kept, or None."""
    try:
        document = store.load(path)
    except store.Bad as error:
        return str(error)
    if document.get("seal") != store.seal_of(document):
        return f"{path}: seal does not fit, expected that of {document['command']}"
    rtl = document.get("rtl", {})
    if not isinstance(rtl, dict):
        return f"{path}: rtl is no object, expected digests of modules"
    for top, digest in rtl.items():
        if digest != store.digest(top):
            return f"{path}: RTL of {top} is not the tree's, expected a report of {document['command']} on this tree"
    return None


def main():
    if len(sys.argv) < 2:
        fail("usage: keep.py REPORT_JSON..")
    names = [os.path.basename(path) for path in sys.argv[1:]]
    for path, name in zip(sys.argv[1:], names):
        why = refused(path) or (f"{path}: name is given twice, expected each report once" if names.count(name) > 1 else None)
        if why:
            fail(why)
    for path in sys.argv[1:]:
        kept = os.path.join(store.FOLDER, os.path.basename(path))
        write(kept, read(path))
        print(f"kept: {kept}")
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
