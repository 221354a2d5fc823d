#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""render.py - writes every table, picture and README block from docs/data/*.json. Twin: docs/data/README.md

  render.py             writes them
  render.py --list      their names
  render.py --check     compares, exit 1 with a line for each that is wrong:
    1. an output or a block of README.md that is not what the data give      2. a table without rows
    3. a data file changed by hand (its seal)                               4. one of other RTL than the tree's
    5. a file of docs/gen that no view writes, data that none reads         6. a figure with a unit in README.md outside of blocks

A view is a module of docs/data/views: DATA, names of data files (* matches any); MORE, of those that need not be there; OUTPUTS, {path: function(data)} or a function(data) that gives these;
BLOCKS, {name: function(data)} for README.md between <!-- begin NAME --> and <!-- end NAME -->. data: {name without .json: document}. What a function gives is text or bytes.
Exit 0, 1, 2 a data file or a view is unreadable."""
import collections
import fnmatch
import importlib
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if __name__ == "__main__":
    os.chdir(sys.path[0])   # files of the tree are named from its root
from docs.data import store
from docs.data.store import VIEW_ERRORS
from sw.cli.flx_cli import INPUT, MISMATCH, PASS, fail, fail_all, start, write

GEN, README = "docs/gen", "README.md"
ELSEWHERE = ("interface.md", "layout*")     # what sw/gen/flx_gen.c writes
FIGURE = re.compile(r"\d[\d.,]*(?:\s|&nbsp;)?(?:[uµ]m2|[µm]m²|mm2|[kMG]Hz|[pnuµ]J|[pnuµm]s|[nuµm]W|fF|G?MAC/s|MMAC/s|%)(?![A-Za-z0-9])")

View = collections.namedtuple("View", "name module data")


def data_files():
    try:
        names = sorted(name for name in os.listdir(store.FOLDER) if name.endswith(".json"))
        return {name: store.load(os.path.join(store.FOLDER, name)) for name in names}
    except (OSError, store.Bad) as error:
        return fail(error)


def views(files):
    """Every view with its data."""
    found = []
    for name in sorted(os.listdir(os.path.join(store.FOLDER, "views"))):
        if not name.endswith(".py"):
            continue
        path = f"{store.FOLDER}/views/{name}"
        try:
            module = importlib.import_module(f"docs.data.views.{name[:-3]}")
        except (SyntaxError, ImportError, *VIEW_ERRORS) as error:
            fail(f"{path}: view is unreadable ({type(error).__name__}: {error})")
        data = {}
        for pattern in getattr(module, "DATA", ()):
            names = fnmatch.filter(files, pattern)
            if not names:
                fail(f"{store.FOLDER}/{pattern}: data file is missing, expected by {path}")
            data.update({n[:-5]: files[n] for n in names})
        for pattern in getattr(module, "MORE", ()):
            data.update({n[:-5]: files[n] for n in fnmatch.filter(files, pattern)})
        if data:
            found.append(View(path, module, data))
    return found


def called(view, what, function):
    try:
        return function(view.data)
    except VIEW_ERRORS as error:
        text = f"no {error}" if isinstance(error, KeyError) else error
        return fail(f"{what}: cannot be written from {', '.join(sorted(view.data))} ({text}), as {view.name} wants")


def rendered(all_views):
    """({path: content}, {block: content})"""
    outputs, blocks = {}, {}
    for view in all_views:
        of_view = getattr(view.module, "OUTPUTS", {})
        if callable(of_view):
            of_view = called(view, view.name, of_view)
        for kind, functions in ((outputs, of_view), (blocks, getattr(view.module, "BLOCKS", {}))):
            for name, function in functions.items():
                if name in kind:
                    fail(f"{view.name}: {name} is written by another view too")
                kind[name] = called(view, name, function)
    return outputs, blocks


def as_bytes(content):
    return content if isinstance(content, bytes) else content.encode()


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def readme():
    try:
        return (read(README) or b"").decode()
    except UnicodeDecodeError as error:
        return fail(f"{README}: byte {error.start} is no UTF-8, expected text")


def with_blocks(text, blocks):
    """(README with every block as rendered, what is wrong with its markers)"""
    wrong = []
    for name in re.findall(r"^<!-- begin (\S+) -->$", text, re.M):
        if name not in blocks:
            wrong.append(f"{README}: block {name} is of no view, expected one of {', '.join(sorted(blocks))}")
    for name, content in blocks.items():
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->\n"
        if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
            wrong.append(f"{README}: block {name} has not one begin and one end behind it")
            continue
        head, rest = text.split(begin)
        text = head + begin + content.rstrip("\n") + "\n" + end + rest.split(end)[1]
    return text, wrong


def without_rows(name, content):
    """Tables that end behind their head."""
    try:
        lines = as_bytes(content).decode().splitlines() + [""]
    except UnicodeDecodeError:
        return []
    return [f"{name}: table in line {i} has no rows" for i, line in enumerate(lines[:-1], 1) if re.fullmatch(r"\|( ?:?-+:? ?\|)+", line.strip()) and not lines[i].startswith("|")]


def typed_figures(text):
    """Figures with a unit outside of blocks and of examples, which are code fences behind <!-- example: .. -->."""
    def lines_only(match):
        return "\n" * match.group().count("\n")
    text = re.sub(r"<!-- begin (\S+) -->.*?<!-- end \1 -->", lines_only, text, flags=re.S)
    text = re.sub(r"<!-- example: [^\n]*-->\n```.*?\n```", lines_only, text, flags=re.S)
    return [f"{README}:{number}: figure that no data has: {found.group()}" for number, line in enumerate(text.splitlines(), 1) for found in FIGURE.finditer(line)]


def check_data(files):
    wrong = []
    for name, document in files.items():
        path = f"{store.FOLDER}/{name}"
        if document.get("seal") != store.seal_of(document):
            wrong.append(f"{path}: seal does not fit: changed since {document['command']} wrote it")
        for top, digest in document.get("rtl", {}).items():
            if digest != DIGESTS[top]:
                wrong.append(f"{path}: stale: RTL of {top} has changed since; {document['command']} measures it again")
    return wrong


class Digests(dict):
    """Of the tree, each asked once."""

    def __missing__(self, top):
        self[top] = store.digest(top)
        return self[top]


DIGESTS = Digests()


def check(files, all_views, outputs, blocks):
    wrong = check_data(files)
    wrong += [f"{store.FOLDER}/{name}: no view reads it" for name in files if not any(name[:-5] in view.data for view in all_views)]
    for path, content in outputs.items():
        there = read(path)
        if there is None:
            wrong.append(f"{path}: file is missing: run make gen")
        elif there != as_bytes(content):
            wrong.append(f"{path}: is not what its data give: run make gen")
        wrong += without_rows(path, content) or without_rows(path, there or b"")
    text = readme()
    for name, content in blocks.items():
        wrong += without_rows(f"{README}: block {name}", content)
        new, markers = with_blocks(text, {name: content})
        if not [m for m in markers if "has not one begin" in m] and new != text:
            wrong.append(f"{README}: block {name} is not what its data give: run make gen")
    wrong += with_blocks(text, blocks)[1] + typed_figures(text)
    for name in sorted(os.listdir(GEN)):
        if f"{GEN}/{name}" not in outputs and not any(fnmatch.fnmatch(name, pattern) for pattern in ELSEWHERE) and not name.endswith(".part"):
            wrong.append(f"{GEN}/{name}: no view writes it")
    return wrong


def main():
    if sys.argv[1:] not in ([], ["--check"], ["--list"]):
        fail("usage: render.py [--check | --list]")
    files = data_files()
    all_views = views(files)
    outputs, blocks = rendered(all_views)
    if sys.argv[1:] == ["--list"]:
        print("\n".join([*outputs, *(f"{README}: {name}" for name in blocks)]))
        return PASS
    if sys.argv[1:] == ["--check"]:
        wrong = check(files, all_views, outputs, blocks)
        if wrong:
            fail_all(wrong, MISMATCH)
        print(f"rendered: {len(outputs)} files and {len(blocks)} blocks of {README} are what {len(files)} data files give")
        return PASS
    text, wrong = with_blocks(readme(), blocks)
    if wrong:
        fail(wrong[0], INPUT)
    for path, content in {**outputs, README: text}.items():
        if read(path) != as_bytes(content):
            write(path, as_bytes(content))
            print(f"written: {path}")
    return PASS


if __name__ == "__main__":
    start(main, __doc__)
