#!/usr/bin/python3 -B
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
  rtl_list.py fusesoc         a FuseSoC core description
  rtl_list.py check           every .v below rtl/ is listed, holds the module of its name, and uses only listed ones

Files are named from the root of the tree (RTL_ROOT: another one). Exit 0, 2 an unknown name or a wrong list, 3 a tool failed."""
import collections
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import INPUT, TOOL, fail, fail_all, rooted, start

ROOT = os.environ.get("RTL_ROOT") or rooted(".")
LIST = "rtl/rtl.f"
SETS = {"core": "flx_core", "rivals": "flx_rival_array"}   # and its top
COSTS = ("array", "exponent", "buffers", "control", "memory", "rival")
KINDS = ("own", "in", "black")

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


def fusesoc(modules, includes):
    version = re.search(r'FLX_VERSION "([^"]+)"', text_of("cmodel/include/flx/flx_version.h")).group(1)
    print(f"CAPI=2:\n# generated by sw/gen/rtl_list.py from rtl/rtl.f; do not edit\nname: flexpoint:flx:core:{version}\ndescription: Flexpoint MAC array, shared exponents, Autoflex\nfilesets:\n  rtl:\n    files:")
    headers = included(closure(modules, [SETS["core"]]), includes)
    for path in headers:
        print(f"      - {path} : {{is_include_file: true, include_path: {os.path.dirname(path)}}}")
    for m in modules.values():
        if m.set == "core":
            print(f"      - {m.path}")
    print(f"    file_type: verilogSource-2005\ntargets:\n  default:\n    filesets: [rtl]\n    toplevel: {SETS['core']}")


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
    elif what == "fusesoc":
        fusesoc(modules, includes)
    elif what == "check":
        check(modules)
    else:
        fail(USAGE)


if __name__ == "__main__":
    start(main, __doc__)
