#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""rtl_list.py - reads rtl/rtl.f, the one list of RTL files, for everybody who needs it. Twin: rtl/rtl.f

  rtl_list.py files [SET]     the files of a set (core, rivals), or all, in the list's order
  rtl_list.py path NAME..     of files by their base names
  rtl_list.py closure TOP..   the files that modules TOP are made of, in the list's order
  rtl_list.py includes TOP..  the included files among them
  rtl_list.py incdirs         -I flags
  rtl_list.py search          -y flags: where a tool finds a module by its name
  rtl_list.py blocks SET      modules that are blocks of their own in area tables
  rtl_list.py black SET       modules that netlists leave out
  rtl_list.py digest TOP      sha256 of what TOP is made of, behind the preprocessor, without comments, white space and the rules by absent modules,
                              which hold no logic: figures are of it
  rtl_list.py make            variables for make
  rtl_list.py filelist [DIR]  the core for `verilator -f` and `iverilog -f`; paths are relative to the root of the tree, or behind DIR/
  rtl_list.py fusesoc         the core for FuseSoC, with the example and its testbench
  rtl_list.py write           rewrites the committed copies of these two, those that changed
  rtl_list.py compare         exit 1 and a line for each copy that is stale
  rtl_list.py check           every .v below rtl/ is listed, holds the module of its name, and uses only listed ones

Files are named from the root of the tree (RTL_ROOT: another one). Exit 0, 1 a copy is stale, 2 an unknown name or a wrong list, 3 a tool failed."""
import collections
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import INPUT, MISMATCH, TOOL, fail, fail_all, rooted, start, write

ROOT = os.environ.get("RTL_ROOT") or rooted(".")
LIST = "rtl/rtl.f"
SETS = {"core": "flx_core", "rivals": "flx_rival_array"}   # and its top
COSTS = ("array", "exponent", "buffers", "control", "memory", "rival")
KINDS = ("own", "in", "black")
EXAMPLE = {"example": "verif/example/flx_example.v", "tb": "verif/example/flx_example_tb.v"}     # FuseSoC's file sets beside the core's

USAGE = "rtl_list.py: COMMAND is missing or unknown, expected one that rtl_list.py --help lists"

Module = collections.namedtuple("Module", "name path set cost kind")


def read():
    """({name: Module}, include directories) in the list's order."""
    modules, includes = {}, []
    try:
        with open(os.path.join(ROOT, LIST), encoding="utf-8") as file:
            lines = file.read().splitlines()
    except OSError as error:
        fail(f"{LIST}: file is unreadable ({error.strerror}), expected the list of RTL files")
    for number, line in enumerate(lines, 1):
        entry, _, about = (part.strip() for part in line.partition("//"))
        if not entry:
            continue
        if entry.startswith("+incdir+"):
            includes.append(entry[len("+incdir+"):])
            continue
        words = about.split()
        name = os.path.basename(entry).removesuffix(".v")
        if len(words) != 3 or words[0] not in SETS or words[1] not in COSTS or words[2] not in KINDS:
            fail(f"{LIST}:{number}: {name}: set, cost group and kind are {about or 'missing'}, expected one each of {', '.join(SETS)}; {', '.join(COSTS)}; {', '.join(KINDS)}")
        if name in modules:
            fail(f"{LIST}:{number}: {name} is listed twice, expected once")
        modules[name] = Module(name, entry, *words)
    return modules, includes


def text_of(path):
    try:
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        fail(f"{path}: file is unreadable ({error.strerror}), expected one that {LIST} lists")


def plain(text):
    """Without comments."""
    return re.sub(r"//[^\n]*|/\*.*?\*/", " ", text, flags=re.S)


def instances(text):
    """Names that are instantiated: NAME #( .. or NAME u_x (, rules by absent modules left out."""
    return {n for n in re.findall(r"^\s*(flx_\w+)\s+(?:#\s*\(|u_\w+)", plain(text), re.M) if not n.startswith("flx_rule_")}


def closure(modules, tops):
    """The modules that tops are made of, in the list's order."""
    todo, found = list(tops), set()
    while todo:
        name = todo.pop()
        if name not in modules:
            fail(f"module is {name}, expected one that {LIST} lists")
        if name not in found:
            found.add(name)
            todo += instances(text_of(modules[name].path))
    return [m for m in modules.values() if m.name in found]


def included(modules, include_dirs):
    """Files that these modules include, found along the include directories."""
    found, todo = [], [m.path for m in modules]
    while todo:
        for name in re.findall(r'^\s*`include\s+"([^"]+)"', plain(text_of(todo.pop())), re.M):
            path = next((f"{d}/{name}" for d in include_dirs if os.path.exists(os.path.join(ROOT, d, name))), None)
            if path is None:
                fail(f"{name}: include is in none of {', '.join(include_dirs)}")
            if path not in found:
                found.append(path)
                todo.append(path)
    return found


# A rule of a configuration as tokens: a generate block that holds an absent module and nothing else, so no circuit has anything of it.
RULE = re.compile(r"if \( (?:(?! if | begin ).)*? \) begin : g_rule_\w+ flx_rule_\w+ u_rule \( \) ; end ")


def without_rules(tokens):
    return RULE.sub("", tokens).replace("generate endgenerate ", "")


def digest(top):
    """What a figure of this module is a figure of."""
    modules, includes = read()
    files = [m.path for m in sorted(closure(modules, [top]), key=lambda m: m.name)]
    run = subprocess.run(["iverilog", "-g2005", "-E", "-o", "/dev/stdout", *(f"-I{d}" for d in includes), *files], cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        fail(f"{top}: iverilog -E failed: {run.stderr.strip().splitlines()[-1] if run.stderr.strip() else run.returncode}", TOOL)
    tokens = re.findall(r"[A-Za-z_$\\`][\w$]*|\d[\w.]*|\S", plain(re.sub(r"^`line .*$", "", run.stdout, flags=re.M)))
    return hashlib.sha256(without_rules(" ".join(tokens) + " ").rstrip().encode()).hexdigest()


def path_of(modules, includes, name):
    """A listed or included file by its base name."""
    listed = [m.path for m in modules.values()] + included(modules.values(), includes)
    return next((p for p in listed if os.path.basename(p) == name), None) or fail(f"file is {name}, expected one that {LIST} lists")


def make(modules, includes):
    for name in SETS:
        print(f"RTL_{name.upper()} := {' '.join(m.path for m in modules.values() if m.set == name)}")
    print(f"RTL_INCLUDE := {' '.join('-I' + d for d in includes)}")
    print(f"RTL_SEARCH := {' '.join(search(modules))}")
    print("RTL_MODULES :=", *modules)


def search(modules):
    return list(dict.fromkeys(f"-y {os.path.dirname(m.path)}" for m in modules.values()))


def filelist(modules, includes, folder=""):
    """Text of the core's .f: include directories, then files."""
    core = closure(modules, [SETS["core"]])
    where = folder.rstrip("/") + "/" if folder else ""
    lines = [f"// flx_core.f - the core's files for `verilator -f` and `iverilog -f`; generated by sw/gen/rtl_list.py from {LIST}; do not edit", "// SPDX-License-Identifier: Apache-2.0",
             "// " + (f"Paths are below {folder}." if folder else "Paths are relative to the root of the tree; elsewhere: sw/gen/rtl_list.py filelist DIR")]
    lines += [f"+incdir+{where}{d}" for d in dict.fromkeys(os.path.dirname(p) for p in included(core, includes))]
    return "\n".join(lines + [where + m.path for m in core]) + "\n"


def parameters(text):
    """(name, default, meaning) of a module's parameters, one a line."""
    return re.findall(r"^\s*parameter\s+(\w+)\s*=\s*(\d+),?[ \t]*(?://[ \t]*(.*))?$", text, re.M)


def fusesoc(modules, includes):
    """Text of the CAPI2 core description. A target's tools are FuseSoC's names; what it runs is what `make example` runs."""
    top = SETS["core"]
    core = closure(modules, [top])
    version = re.search(r'FLX_VERSION "([^"]+)"', text_of("cmodel/include/flx/flx_version.h")).group(1)
    knobs = parameters(text_of(modules[top].path))
    text = f"""CAPI=2:
# flx.core - generated by sw/gen/rtl_list.py from {LIST}; do not edit
# SPDX-License-Identifier: Apache-2.0
name: flexpoint:flx:core:{version}
description: Flexpoint MAC array with shared exponents and Autoflex

filesets:
  rtl:
    files:
"""
    text += "".join(f"      - {path}: {{is_include_file: true, include_path: {os.path.dirname(path)}}}\n" for path in included(core, includes))
    text += "".join(f"      - {m.path}\n" for m in core) + "    file_type: verilogSource-2005\n"
    for name, path in EXAMPLE.items():
        text += f"  {name}:\n    files:\n      - {path}\n    file_type: verilogSource-2005\n"
    text += "\nparameters:\n"
    for name, default, meaning in knobs:
        about = f", description: {json.dumps(meaning.strip())}" if meaning.strip() else ""
        text += f"  {name}: {{datatype: int, paramtype: vlogparam, default: {default}{about}}}\n"
    names = ", ".join(name for name, _, _ in knobs)
    return text + f"""
targets:
  default:
    filesets: [rtl]
    toplevel: {top}
    parameters: [{names}]
  lint:
    description: Verilator -Wall
    filesets: [rtl]
    toplevel: {top}
    parameters: [{names}]
    default_tool: verilator
    tools:
      verilator:
        mode: lint-only
        verilator_options: [-Wall]
  sim:
    description: the example's testbench; --tool=verilator for the other simulator
    filesets: [rtl, {", ".join(EXAMPLE)}]
    toplevel: {os.path.basename(EXAMPLE["tb"]).removesuffix(".v")}
    default_tool: icarus
    tools:
      icarus:
        iverilog_options: [-g2005]
      verilator:
        mode: binary
        verilator_options: [--timing, -Wno-fatal]
"""


def copies(modules, includes):
    """The committed copies: {path: text}."""
    return {"rtl/flx_core.f": filelist(modules, includes), "flx.core": fusesoc(modules, includes)}


def stale(modules, includes):
    """{path: text} of the copies that are not what the list gives."""
    old = {}
    for path, text in copies(modules, includes).items():
        try:
            with open(os.path.join(ROOT, path), encoding="utf-8") as file:
                there = file.read()
        except (OSError, UnicodeDecodeError):
            there = None
        if there != text:
            old[path] = text
    return old


def compare(modules, includes):
    old = stale(modules, includes)
    if old:
        fail_all([f"{path} is stale: run make gen" for path in old], MISMATCH)


def check(modules):
    listed = {m.path for m in modules.values()}
    there = sorted(os.path.relpath(os.path.join(d, f), ROOT) for d, _, files in os.walk(os.path.join(ROOT, "rtl")) for f in files if f.endswith(".v"))
    wrong = [f"{path}: module is in no cost group: {LIST} does not list it" for path in there if path not in listed]
    for m in modules.values():
        text = plain(text_of(m.path))
        if re.findall(r"^\s*module\s+(\w+)", text, re.M) != [m.name]:
            wrong.append(f"{m.path}: modules are {', '.join(re.findall(r'^ *module +([a-zA-Z0-9_]+)', text, re.M)) or 'none'}, expected {m.name} alone")
        wrong += [f"{m.path}: uses {n}, which {LIST} does not list" for n in sorted(instances(text)) if n not in modules]
    for name, top in SETS.items():
        inside = {m.name for m in closure(modules, [top])}
        wrong += [f"{m.path}: is in set {name} and not used by {top}" for m in modules.values() if m.set == name and m.name not in inside]
    if wrong:
        fail_all(wrong, INPUT)
    print(f"rtl.f: {len(modules)} modules listed, each with a cost group")


def main():
    if len(sys.argv) < 2:
        fail(USAGE)
    what, rest = sys.argv[1], sys.argv[2:]
    modules, includes = read()
    if what in ("blocks", "black") or (what == "files" and rest):
        if len(rest) != 1 or rest[0] not in SETS:
            fail(f"SET is {' '.join(rest) or 'missing'}, expected {' or '.join(SETS)}")
    if what == "digest" and len(rest) != 1:
        fail(f"TOP is {' '.join(rest) or 'missing'}, expected one module")
    if what == "filelist" and len(rest) > 1:
        fail(f"DIR is {' '.join(rest)}, expected one folder")
    of_set = [m for m in modules.values() if not rest or m.set == rest[0]]
    answers = {
        "files": lambda: [m.path for m in of_set], "path": lambda: [path_of(modules, includes, n) for n in rest], "closure": lambda: [m.path for m in closure(modules, rest)],
        "includes": lambda: included(closure(modules, rest), includes), "incdirs": lambda: [f"-I{d}" for d in includes], "search": lambda: search(modules),
        "blocks": lambda: [m.name for m in of_set if m.kind == "own"], "black": lambda: [m.name for m in of_set if m.kind == "black"],
        "digest": lambda: [digest(*rest)]}
    if what in answers:
        print(*answers[what]())
    elif what == "make":
        make(modules, includes)
    elif what == "filelist":
        print(filelist(modules, includes, *rest), end="")
    elif what == "fusesoc":
        print(fusesoc(modules, includes), end="")
    elif what == "write":
        for path, text in stale(modules, includes).items():
            write(os.path.join(ROOT, path), text)
    elif what == "compare":
        compare(modules, includes)
    elif what == "check":
        check(modules)
    else:
        fail(USAGE)


if __name__ == "__main__":
    start(main, __doc__)
