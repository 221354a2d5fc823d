# SPDX-License-Identifier: Apache-2.0
"""store.py - measurements as files: written by the command that measured, sealed, read by the renderer. Twin: docs/data/README.md

  store.write("build/report/lanes_osu018_stdcells.json", what=.., command="make synth-lanes", tools=store.tools("yosys", "sta"),
              library=store.library(LIB), rtl=store.rtl("flx_array"), results={..})
  store.load(path)      the document, Bad if it is none

`make keep` puts a finished report into docs/data (docs/data/keep.py)."""
import hashlib
import json
import os
import re
import subprocess

from sw.cli.flx_cli import TOOL, fail, finite, rooted, write as write_file

FOLDER = rooted("docs/data")
NEEDED = ("what", "command", "tools", "results")
FIELDS = ("what", "command", "tools", "note", "library", "config", "parameters", "rtl", "results", "seal")
WIDTH = 200     # of a line of JSON
VERSIONS = {"yosys": (["yosys", "-V"], r"Yosys (\S+)"), "sta": (["sta", "-version"], r"(\d+\.\d+\.\d+)"), "verilator": (["verilator", "--version"], r"Verilator (\S+)"),
            "gcc": (["gcc", "--version"], r"(\d+\.\d+\.\d+)\s*$"), "iverilog": (["iverilog", "-V"], r"version (\S+)")}


# What a view does with data that are not what it wants.
VIEW_ERRORS = (KeyError, IndexError, TypeError, ValueError, AttributeError, ZeroDivisionError, StopIteration)


class Bad(ValueError):
    """A data file that is none: the text names file, field and what was expected."""


def seal_of(document):
    """sha256 of everything but the seal."""
    rest = {key: value for key, value in document.items() if key != "seal"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def dumps(value, indent=0):
    """JSON with one row of a table on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not inside or (indent and (len(flat) + indent <= WIDTH or not any(isinstance(item, (dict, list)) for item in inside))):
        return flat
    pad = " " * (indent + 1)
    if isinstance(value, list):
        return "[\n" + ",\n".join(pad + dumps(item, indent + 1) for item in value) + "\n" + " " * indent + "]"
    return "{\n" + ",\n".join(f"{pad}{json.dumps(key, ensure_ascii=False)}: {dumps(item, indent + 1)}" for key, item in value.items()) + "\n" + " " * indent + "}"


def wrong(document):
    """What keeps it from being a measurement, None if nothing does."""
    if not isinstance(document, dict):
        return "JSON is no object, expected a measurement"
    for key in NEEDED:
        if not document.get(key):
            return f"{key} is missing or empty, expected that of a measurement"
    for key, kind in (("what", str), ("command", str), ("tools", dict), ("results", dict)):
        if not isinstance(document[key], kind):
            return f"{key} is {json.dumps(document[key])[:60]}, expected {'a text' if kind is str else 'an object'}"
    unknown = [key for key in document if key not in FIELDS]
    if unknown:
        return f"{unknown[0]} is no field of a measurement, expected {', '.join(FIELDS)}"
    return None


def rounded(value):
    """Without the last bits of sums."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if isinstance(value, (list, tuple)) else value


def write(path, **fields):
    """Into PATH, with its seal: only a command that measured calls this."""
    bad = wrong(fields)
    if bad:
        raise Bad(f"{path}: {bad}")
    fields = finite(fields)
    document = {key: rounded(fields[key]) for key in FIELDS if key in fields and fields[key] is not None}
    document["seal"] = seal_of(document)
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    write_file(path, dumps(document) + "\n")


def load(path):
    """The document of a file that is a measurement, its seal not yet looked at."""
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except OSError as error:
        raise Bad(f"{path}: file is unreadable ({error.strerror}), expected a measurement") from error
    except (ValueError, RecursionError) as error:
        raise Bad(f"{path}: JSON is broken ({error}), expected a measurement") from error
    bad = wrong(document)
    if bad:
        raise Bad(f"{path}: {bad}")
    return document


def sha256(path):
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError as error:
        return fail(f"{path}: file is unreadable ({error.strerror}), expected one to measure with")


def library(path):
    """A cell library: its name and what is in it."""
    return {"name": os.path.splitext(os.path.basename(path))[0], "sha256": sha256(path)}


def digest(top):
    """Of the RTL of a module, today's."""
    run = subprocess.run([rooted("sw/gen/rtl_list.py"), "digest", top], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        fail(run.stderr.strip() or f"sw/gen/rtl_list.py: digest {top} failed", run.returncode)
    return run.stdout.strip()


def rtl(*tops):
    """What was measured: {module: digest}."""
    return {top: digest(top) for top in tops}


def tools(*names):
    """{tool: version}."""
    found = {}
    for name in names:
        command, pattern = VERSIONS[name]
        try:
            run = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        except OSError as error:
            fail(f"{name}: tool is not there ({error.strerror})", TOOL)
        version = re.search(pattern, run.stdout + run.stderr, re.M)
        found[name] = version.group(1) if version else fail(f"{name}: version is unknown, expected one in the output of {' '.join(command)}", TOOL)
    return found
