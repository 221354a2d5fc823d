#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""measure.py - area and critical path of one flat mapped netlist. Twin: synth/flow/block.sh

  measure.py LIBRARY_JSON NETLIST_JSON TOP "PARAM=VALUE .." STA_TXT OUT     writes OUT.json and OUT.txt
"""
import collections
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import fail, read, read_json, start, write


def path_of(report, title, period):
    """(ns, start, end) of the path under 'FLX title', None if there is none. What is left of the clock's period, in ns, is slack."""
    section = re.search(r"^FLX %s\n(.*?)(?=^FLX )" % title, report, re.S | re.M)
    if not section:
        return None
    slack = re.search(r"(-?[\d.]+)\s+slack", section.group(1))
    start = re.search(r"Startpoint: (\S+)", section.group(1))
    end = re.search(r"Endpoint: (\S+)", section.group(1))
    if not (slack and start and end):
        return None
    delay = period - float(slack.group(1))
    return round(delay, 3 if delay >= 0.1 else 6), start.group(1), end.group(1)


def main():
    if len(sys.argv) != 7:
        fail('usage: measure.py LIBRARY_JSON NETLIST_JSON TOP "PARAM=VALUE .." STA_TXT OUT')
    library_path, netlist_path, top, parameters, sta_path, out = sys.argv[1:]
    library, modules = read_json(library_path, "name", "area", "flip_flops", "period_ns"), read_json(netlist_path, "modules")["modules"]
    if top not in modules:
        fail(f"{netlist_path}: module {top} is missing, expected one of {', '.join(modules)}")
    cells, report = modules[top]["cells"], read(sta_path, "OpenSTA's report")
    count = collections.Counter(c["type"] for c in cells.values())
    boxes = {t: n for t, n in count.items() if t not in library["area"]}
    area = {t: n * library["area"][t] for t, n in count.items() if t in library["area"]}
    flops = [t for t in area if t in library["flip_flops"]]
    period = library["period_ns"]
    worst, registers = path_of(report, "worst", period), path_of(report, "registers", period)
    result = {
        "top": top, "library": library["name"], "parameters": dict(p.split("=", 1) for p in parameters.split()),
        "area": round(sum(area.values()), 3), "cells": sum(count[t] for t in area), "flip_flops": sum(count[t] for t in flops),
        "flip_flop_area": round(sum(area[t] for t in flops), 3), "full_adders": count.get(library["full_adder"], 0),
        "critical_ns": worst[0] if worst else None, "register_ns": registers[0] if registers else None,
        "fmax_mhz": round(1000.0 / worst[0], 1) if worst and worst[0] > 0 else None,
        "from": worst[1] if worst else None, "to": worst[2] if worst else None, "black_boxes": boxes,
        "by_cell": {t: {"count": count[t], "area": round(area[t], 3)} for t in sorted(area, key=lambda t: -area[t])}}
    write(out + ".json", json.dumps(result, indent=1) + "\n")
    lines = [f"{top} ({parameters or 'default parameters'}), {library['name']}", "",
             f"{'area':<24}{result['area']:>12.1f}", f"{'cells':<24}{result['cells']:>12}",
             f"{'flip-flops':<24}{result['flip_flops']:>12}   {result['flip_flop_area']:.1f}"]
    if worst:
        lines += [f"{'critical path, ns':<24}{worst[0]:>12.3f}   {worst[1]} to {worst[2]}"]
    if registers:
        lines += [f"{'between flip-flops, ns':<24}{registers[0]:>12.3f}   {registers[1]} to {registers[2]}"]
    for box, n in boxes.items():
        lines += [f"{'not counted: ' + box:<24}{n:>12}"]
    lines += ["", f"{'cell':<24}{'count':>12}{'area':>12}{'share':>8}"]
    for kind, row in result["by_cell"].items():
        lines += [f"{kind:<24}{row['count']:>12}{row['area']:>12.1f}{100 * row['area'] / result['area']:>7.1f}%"]
    write(out + ".txt", "\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    start(main, __doc__)
