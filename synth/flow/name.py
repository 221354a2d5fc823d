#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""name.py - readable names for Yosys's parametrised modules. Twin: synth/flow/core.sh

  name.py IN_RTLIL OUT_RTLIL     flx_x if there is one of it, else flx_x_PARAM<value>.. with the parameters in which they differ
"""
import collections
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import fail, read, start, write


def main():
    if len(sys.argv) != 3:
        fail("usage: name.py IN_RTLIL OUT_RTLIL")
    source, target = sys.argv[1:]
    text = read(source, "what Yosys's write_rtlil writes")
    variants = collections.defaultdict(list)
    for match in re.finditer(r"^module (\$paramod\S*\\(flx_\w+)\S*)\n((?:  parameter .*\n)*)", text, re.M):
        full, base, parameters = match.groups()
        base = re.match(r"\$paramod(?:\$[0-9a-f]+)?\\(\w+)", full).group(1)
        variants[base].append((full, dict(re.findall(r"parameter \\(\w+) (\S+)", parameters))))
    names = {}
    for base, rows in variants.items():
        differing = [p for p in rows[0][1] if len({row[1].get(p) for row in rows}) > 1]
        for full, parameters in rows:
            suffix = "_".join(f"{p}{parameters[p]}" for p in differing)
            names[full] = "\\" + (f"{base}_{suffix}" if suffix else base)
    text = re.sub(r"\$paramod\S+", lambda m: names.get(m.group(0), m.group(0)), text)
    write(target, text)
    return 0


if __name__ == "__main__":
    start(main, __doc__)
