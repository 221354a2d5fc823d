#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""inputs.py - the tests' committed inputs are all there and unchanged, so that no list of them is silently short. Twin: verif/house/inputs.txt

  inputs.py check     exit 0, or 2 with a line for each that is missing, changed or not listed
  inputs.py write     writes the list, after traces were recorded again"""
import glob
import hashlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if __name__ == "__main__":
    os.chdir(sys.path[0])   # files of the tree are named from its root
from sw.cli.flx_cli import INPUT, fail, read, start, write

LIST = "verif/house/inputs.txt"
INPUTS = ("verif/traces/*.npz", "verif/tracefile/corpus/*.npz")
HEAD = "# inputs.txt - sha256 of every committed input of the tests. Twin: verif/house/inputs.py\n"


def there():
    found = {}
    for path in sorted(p for pattern in INPUTS for p in glob.glob(pattern)):
        with open(path, "rb") as file:
            found[path] = hashlib.sha256(file.read()).hexdigest()
    return found


def main():
    if sys.argv[1:] == ["write"]:
        write(LIST, HEAD + "".join(f"{digest} {path}\n" for path, digest in there().items()))
        return
    if sys.argv[1:] != ["check"]:
        fail("inputs.py: COMMAND is missing, expected check or write")
    listed = dict(reversed(line.split()) for line in read(LIST).splitlines() if not line.startswith("#"))
    found = there()
    wrong = [f"{path}: input is missing, expected one that {LIST} lists" for path in listed if path not in found]
    wrong += [f"{path}: input is not in {LIST} (verif/house/inputs.py write lists it)" for path in found if path not in listed]
    wrong += [f"{path}: input has changed since {LIST} was written" for path in found if found[path] != listed.get(path, found[path])]
    if not listed:
        wrong.append(f"{LIST}: list is empty, expected the tests' inputs")
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        sys.exit(INPUT)
    print(f"inputs: {len(listed)} files are there and unchanged")


if __name__ == "__main__":
    start(main, __doc__)
