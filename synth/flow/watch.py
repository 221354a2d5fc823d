#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""watch.py - a line every 30 s about a step that takes long: how much is done, how much time is left. Twin: synth/flow/flow.sh

  watch.py [--out FILE | --both FILE] [--err FILE] [--count PATTERN TOTAL] WHAT STEM COMMAND..

Runs COMMAND, its stdout, stderr or both into FILEs if these are named, and ends with its exit status. STEM.seconds keeps how long the step took, for
the next run's estimate. With --count, a line of stdout's FILE that matches PATTERN begins each of TOTAL parts. SYNTH_TICK is the time
between lines in seconds (30). Other programs use Watch to say what part they have done."""
import argparse
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import start, write


class Watch:
    """with Watch(..) as watch: watch.done = parts done so far, or watch.count() gives them."""

    def __init__(self, what, stem, total=0, unit="parts"):
        self.what, self.kept, self.total, self.unit = what, stem + ".seconds", total, unit
        self.done = 0
        self.count = lambda: self.done
        self.start = time.monotonic()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        try:
            with open(self.kept, encoding="utf-8") as file:
                self.last = int(file.read())
        except (FileNotFoundError, ValueError):
            self.last = None

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, *_):
        self.ended.set()
        self.thread.join()
        if kind is None:
            write(self.kept, f"{time.monotonic() - self.start:.0f}\n")

    def left(self, done, passed):
        """At the pace so far, or as long as the last run took."""
        if done:
            return f"about {passed * (self.total - done) / done:.0f} s left"
        if self.last is None:
            return "time left unknown, as no run was before"
        return f"about {self.last - passed:.0f} s left" if passed < self.last else f"the last run took {self.last} s"

    def run(self):
        while not self.ended.wait(float(os.environ.get("SYNTH_TICK", "30"))):
            done, passed = self.count(), time.monotonic() - self.start
            part = f"{done} of {self.total} {self.unit}, " if self.total else ""
            print(f"synth: {self.what}: {part}{passed:.0f} s, {self.left(done, passed)}", file=sys.stderr, flush=True)


def begun(path, pattern):
    with open(path, encoding="utf-8", errors="replace") as file:
        return sum(bool(pattern.search(line)) for line in file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=argparse.FileType("wb"))
    parser.add_argument("--both", type=argparse.FileType("wb"))
    parser.add_argument("--err", type=argparse.FileType("wb"))
    parser.add_argument("--count", nargs=2, metavar=("PATTERN", "TOTAL"))
    parser.add_argument("what")
    parser.add_argument("stem")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    o = parser.parse_args()
    watch, out = Watch(o.what, o.stem), o.both or o.out
    if o.count:
        pattern = re.compile(o.count[0])
        watch.total, watch.count = int(o.count[1]), lambda: max(0, begun(out.name, pattern) - 1)
    try:
        with watch:
            subprocess.run(o.command, stdout=out, stderr=subprocess.STDOUT if o.both else o.err, check=True)
    except subprocess.CalledProcessError as error:
        return error.returncode if error.returncode >= 0 else 128 - error.returncode
    return 0


if __name__ == "__main__":
    start(main, __doc__, command=True)
