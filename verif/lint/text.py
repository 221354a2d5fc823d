#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""text.py - rules about the files themselves. Twin: verif/lint/lint.py

  text.py [FILE..]     all files of the tree, or these

  1. No file has more than 400 lines beside its licence's, but for those of LONG.
  2. A file that a comment names as a twin is there.
  3. No function of C, C++ or Python has more than eight parameters.
  4. shellcheck finds nothing in a shell script.
  5. A C file includes its own room and rooms below it in ROOMS; verif may use all, nothing uses verif.
  6. A shell script sources sw/cli/flx_cli.sh, which sets the C locale and answers --help; a Python script starts as sw/cli/flx_cli.py says.
  7. Files are replaced by cmodel/trace/flx_output.c and sw/cli/flx_output.py alone; no C program sets a locale.
  8. A source file says its licence within its first four lines.
  9. rtl/rtl.f lists all RTL, every module has a mutant, and the tests' inputs are all there.
Exit 0, 1 a rule is broken, 3 a tool is missing."""
import ast
import glob
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sw.cli.flx_cli import MISMATCH, PASS, ROOT, TOOL, fail, start

# The way of a value, upwards: golden never needs fast.
ROOMS = ("cmodel/def", "cmodel/include/flx", "cmodel/golden", "cmodel/interface", "cmodel/fast", "cmodel/cycle", "cmodel/trace", "cmodel/play", "sim/rtl", "sw/cli", "sw/trainer/tensor",
         "sw/trainer/ops", "sw/trainer/layer", "sw/trainer/data", "sw/trainer/net", "sw/trainer/run", "sw/flx", "synth/netsim")
LINES_MAX, PARAMETERS_MAX = 400, 8
FOREIGN = {"dsyev_"}       # LAPACK's, whose prototypes are not ours to shorten
# Data and drawings, traces, what is generated.
LONG = (r".*\.svg", r".*\.npz", r"docs/data/.*\.json", r"docs/gen/.*", r"rtl/gen/.*")
# Programs of awk, sed and jq stand in single quotes, and `test && more || fail` means that either fails.
SHELLCHECK = ("shellcheck", "-x", "-f", "gcc", "-e", "SC2015,SC2016")
SOURCE = (".c", ".h", ".cc", ".v", ".vh", ".py", ".sh", ".mk", ".def", ".f", ".txt", ".groups")
EXTENSIONS = r"(?:c|h|cc|v|vh|py|sh|mk|md|txt|def|f|groups|json|svg|in)"
WORDS = {"if", "for", "while", "switch", "return", "sizeof", "defined", "catch", "static_assert", "alignas", "__attribute__"}


LICENCE = "SPDX-License-Identifier: Apache-2.0"
LICENSED = (".c", ".h", ".cc", ".v", ".vh", ".py", ".sh", ".mk", ".def", ".f", "Makefile")


def lines_of(path, text):
    count = text.count("\n") - (LICENCE in text)
    if count > LINES_MAX and not any(re.fullmatch(p, path) for p in LONG):
        yield f"{path}: lines are {count}, expected at most {LINES_MAX}"


def licence_of(path, text):
    if path.endswith(LICENSED) and LICENCE not in "\n".join(text.splitlines()[:4]):
        yield f"{path}: licence is missing, expected {LICENCE} within the first four lines"


def twins_of(path, text):
    """Twin: or Twins: to the end of the line; a name without folder is in the folder of the file before it, or of this one."""
    for number, line in enumerate(text.splitlines(), 1):
        named = re.search(r"\bTwins?: (.*)", line) if re.match(r'\s*(//|/?\*|#|""")|.*""".*\bTwins?:', line) else None
        folder = os.path.dirname(path)
        for name in re.findall(rf"[\w./*+-]*\w\*?\.{EXTENSIONS}\b", named.group(1)) if named else ():
            found = [p for p in (name, os.path.join(folder, name), os.path.join(os.path.dirname(path), name)) if glob.glob(p)]
            if not found:
                yield f"{path}:{number}: twin is {name}, expected a file that is there"
            elif os.path.dirname(found[0]):
                folder = os.path.dirname(found[0])


def plain(text):
    """C without comments, strings, preprocessor and template brackets; as long in lines as before."""
    keep = lambda match: "\n" * match.group(0).count("\n")
    text = re.sub(r"//[^\n]*|/\*.*?\*/", keep, text, flags=re.S)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', "0", text)
    return re.sub(r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", keep, text, flags=re.M)


def c_functions(text):
    """(line, name, parameters) of every prototype and definition: NAME(..) behind a type, before { ; or an attribute."""
    text = plain(text)
    for match in re.finditer(r"([\w>*&\]][\s*&]*)\b(\w+)\s*\(", text):
        before, name = match.group(1), match.group(2)
        if name in WORDS or not re.search(r"[\s*&]$", before) or re.search(r"\b(return|else|case|new|delete|throw|goto)\s*$", text[max(0, match.start() - 8):match.end(1)]):
            continue
        depth, commas, empty, end = 1, 0, True, None
        for at in range(match.end(), len(text)):
            char = text[at]
            depth += (char in "([{<") - (char in ")]}" or (char == ">" and text[at - 1] != "-"))
            commas += char == "," and depth == 1
            empty = empty and (char.isspace() or char == ")")
            if depth == 0:
                end = at + 1
                break
        if end is not None and re.match(r"\s*(?:\{|;|const|noexcept|override|=|->|:|__attribute__|[A-Z_]+\b)", text[end:end + 80]):
            yield text.count("\n", 0, match.start()) + 1, name, 0 if empty else commas + 1


def parameters_of(path, text):
    if path.endswith((".c", ".h", ".cc")):
        functions = c_functions(text)
    elif path.endswith(".py"):
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            yield f"{path}:{error.lineno}: Python is broken ({error.msg})"
            return
        functions = ((n.lineno, n.name, sum(len(a) for a in (n.args.posonlyargs, n.args.args, n.args.kwonlyargs))) for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))
    else:
        return
    for line, name, count in functions:
        if count > PARAMETERS_MAX and name not in FOREIGN:
            yield f"{path}:{line}: {name} has {count} parameters, expected at most {PARAMETERS_MAX}"


def doors_of(path, text):
    if path.endswith(".sh") and not re.search(r"^\. .*/(flx_cli|cli_check)\.sh", text, re.M) and not re.search(r"^export LC_ALL=C\b", text, re.M):
        yield f"{path}: locale is the user's, expected sw/cli/flx_cli.sh to be sourced"
    if path.endswith(".py") and re.search(r"^if __name__ == .__main__.:\n    (?!os\.chdir)", text, re.M):
        for wanted in ("#!/usr/bin/python3 -B\n", f"sys.path.insert(0, str(Path(__file__).resolve().parents[{path.count('/')}]))\n", "    start(main, __doc__"):
            if wanted not in text:
                yield f"{path}: {wanted.strip()} is missing, expected in a script"


def replacements_of(path, text):
    if path.endswith((".c", ".h", ".cc")):
        wrong = re.search(r"\b(rename|setlocale)\s*\(", plain(text)) if path != "cmodel/trace/flx_output.c" else None
    elif path.endswith(".py"):
        wrong = re.search(r"\bos\.(rename|replace)\(", text) if path not in ("sw/cli/flx_output.py", "verif/lint/text.py") else None
    else:
        return
    if wrong:
        yield f"{path}: calls {wrong.group(1)}, expected the writer of files to do it"


def arrows_of(path, text, headers):
    """headers: {base name: path} of all of the tree's."""
    room = os.path.dirname(path)
    if room not in ROOMS:
        return
    for number, line in enumerate(text.splitlines(), 1):
        named = re.match(r'\s*#include "([^"]+)"', line)
        header = headers.get(os.path.basename(named.group(1))) if named else None
        other = os.path.dirname(header) if header else room
        if other not in ROOMS or ROOMS.index(other) > ROOMS.index(room):
            yield f"{path}:{number}: includes {named.group(1)} of {other}, expected a room that is not above {room}"


def tree():
    """Every file of the tree, in a checkout or not: not what is built, not what a tool left."""
    found = []
    for folder, folders, names in os.walk("."):
        folders[:] = [f for f in folders if f not in ("build", ".git", "__pycache__")]
        found += [os.path.relpath(os.path.join(folder, name)) for name in names]
    return sorted(found)


def ask(*words):
    """A tool's complaints, a line each."""
    try:
        run = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError as error:
        fail(f"lint: {words[0]} does not run ({error.strerror}), expected the package in packages.txt", TOOL)
    return (run.stdout + run.stderr).strip().splitlines() or [f"{words[0]}: exit code {run.returncode}"] if run.returncode else []


def main():
    asked = [os.path.relpath(path, ROOT) for path in sys.argv[1:]]
    os.chdir(ROOT)
    files = asked or tree()
    files = [f for f in files if os.path.exists(f) or asked]
    broken = []
    headers = {os.path.basename(p): p for p in glob.glob("**/*.h", recursive=True) if not p.startswith("build/")}
    headers.update({os.path.basename(p): p for p in glob.glob("cmodel/def/*.def")})
    for path in files:
        if path.endswith(".npz"):
            continue
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        broken += lines_of(path, text)
        broken += licence_of(path, text)
        if path.endswith(SOURCE) or path == "Makefile":
            broken += twins_of(path, text)
        if path.endswith((".c", ".h", ".cc")):
            broken += arrows_of(path, text, headers)
        broken += parameters_of(path, text)
        broken += doors_of(path, text)
        broken += replacements_of(path, text)
    scripts = [f for f in files if f.endswith(".sh")]
    broken += ask(*SHELLCHECK, *scripts) if scripts else []
    if not asked:
        broken += ask("sw/gen/rtl_list.py", "check") + ask("verif/mutants/mutants.py", "check") + ask("verif/house/inputs.py", "check")
    for line in broken:
        print(f"lint: {line}")
    print(f"lint: {len(files)} files, {len(broken)} rules broken")
    sys.exit(MISMATCH if broken else PASS)


if __name__ == "__main__":
    start(main, __doc__)
