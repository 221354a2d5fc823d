#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""kit_test.py - what others build the core from is complete: rtl/flx_core.f, flx.core, rtl/gen/flx_defs.vh. Twin: docs/integrate.md

  kit_test.py BUILD_DIR

  1. flx.core is CAPI2: known keys, file sets and parameters that exist, a VLNV of this version, the core's own parameters and defaults.
  2. The files that it names, alone in a folder, lint and simulate as FuseSoC would run them; without any one of them they do not.
  3. rtl/flx_core.f elaborates in Icarus, Verilator and Yosys from the root, and elsewhere with the paths of `rtl_list.py filelist DIR`.
  4. The states of flx_defs.vh are those of the RTL; every constant of it is usable.
  5. A host that streams its beats in another order, and a core that rounds otherwise, end with FAIL and an error.
Exit 0, 1 something is incomplete, 3 a tool is missing."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if __name__ == "__main__":
    os.chdir(sys.path[0])   # files of the tree are named from its root
from sw.cli.flx_cli import MISMATCH, PASS, TOOL, fail, read, start, write
from sw.gen import rtl_list

WORK = None
ROOT = os.getcwd()
KEYS = {"": {"name", "description", "filesets", "parameters", "targets"}, "fileset": {"files", "file_type"},
        "file": {"is_include_file", "include_path"}, "parameter": {"datatype", "paramtype", "default", "description"},
        "target": {"description", "filesets", "toplevel", "parameters", "default_tool", "tools"},
        "icarus": {"iverilog_options"}, "verilator": {"mode", "verilator_options"}}
wrong = []


def expect(holds, text):
    if not holds:
        wrong.append(text)


def run(*words, cwd=None):
    """(exit code, output)"""
    try:
        done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    except OSError as error:
        fail(f"kit_test: {words[0]} does not run ({error.strerror}), expected the package in packages.txt", TOOL)
    return done.returncode, (done.stdout + done.stderr).strip()


def keys(kind, what, given):
    expect(set(given) <= KEYS[kind], f"flx.core: {what}: keys are {', '.join(sorted(set(given) - KEYS[kind]))}, expected some of {', '.join(sorted(KEYS[kind]))}")


def capi2():
    """The description as FuseSoC reads it: first line, then YAML."""
    text = read("flx.core")
    expect(text.startswith("CAPI=2:\n"), "flx.core: first line is not CAPI=2:")
    core = yaml.safe_load(text)
    core.pop("CAPI=2", None)
    keys("", "top", core)
    version = re.search(r'"(.*)"', read("cmodel/include/flx/flx_version.h")).group(1)
    expect(core["name"] == f"flexpoint:flx:core:{version}", f"flx.core: name is {core['name']}, expected version {version}")
    for name, fileset in core["filesets"].items():
        keys("fileset", name, fileset)
        for entry in fileset["files"]:
            path, about = next(iter(entry.items())) if isinstance(entry, dict) else (entry, {})
            keys("file", path, about)
            expect(os.path.isfile(path), f"flx.core: {path}: file is missing")
            expect(path.endswith(".vh") == about.get("is_include_file", False), f"flx.core: {path}: is_include_file is wrong")
    declared = {n: int(d) for n, d, _ in rtl_list.parameters(read("rtl/core/flx_core.v"))}
    header = re.search(r"module flx_core #\((.*?)\n\)", read("rtl/core/flx_core.v"), re.S).group(1)
    expect(set(re.findall(r"parameter\s+(\w+)", header)) == set(declared), "flx.core: a parameter of flx_core was not read")
    expect({n: p["default"] for n, p in core["parameters"].items()} == declared, "flx.core: parameters are not those of flx_core.v")
    for name, parameter in core["parameters"].items():
        keys("parameter", name, parameter)
        expect((parameter["datatype"], parameter["paramtype"]) == ("int", "vlogparam"), f"flx.core: {name}: type is wrong")
    expect(set(core["targets"]) == {"default", "lint", "sim"}, "flx.core: targets are not default, lint, sim")
    for name, target in core["targets"].items():
        keys("target", name, target)
        expect(set(target["filesets"]) <= set(core["filesets"]), f"flx.core: {name}: a file set is missing")
        expect(set(target.get("parameters", ())) <= set(core["parameters"]), f"flx.core: {name}: a parameter is missing")
        for tool, options in target.get("tools", {}).items():
            keys(tool, f"{name}: {tool}", options)
        expect(target.get("default_tool") in (None, *target.get("tools", {})), f"flx.core: {name}: default_tool has no entry")
    return core


def sources(core, target):
    """(include flags, files) of a target."""
    entries = [e for s in core["targets"][target]["filesets"] for e in core["filesets"][s]["files"]]
    includes = [a for e in entries if isinstance(e, dict) for a in e.values()]
    return [f"+incdir+{p}" for p in dict.fromkeys(a["include_path"] for a in includes)], [e for e in entries if isinstance(e, str)]


def copy(core, without=None):
    """Only the files that the description names."""
    folder = os.path.join(WORK, "alone")
    shutil.rmtree(folder, ignore_errors=True)
    for fileset in core["filesets"].values():
        for entry in fileset["files"]:
            path = entry if isinstance(entry, str) else next(iter(entry))
            if path != without:
                os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
                shutil.copy(path, os.path.join(folder, path))
    return folder


def simulate(core, folder):
    """The target sim with Icarus, from a command file as FuseSoC writes it: the exit code and what it prints."""
    includes, files = sources(core, "sim")
    files = [f for f in files if os.path.exists(os.path.join(folder, f))]
    write(os.path.join(folder, "sim.scr"), "\n".join(includes + files) + "\n")
    target = core["targets"]["sim"]
    code, said = run("iverilog", "-s", target["toplevel"], "-c", "sim.scr", "-o", "sim", *target["tools"]["icarus"]["iverilog_options"], cwd=folder)
    return (code, said) if code or said else run("vvp", "-n", "sim", cwd=folder)


def elaborates(core, folder):
    """Every option on: what the example does not use."""
    includes, files = sources(core, "default")
    write(os.path.join(folder, "core.scr"), "\n".join(includes + [f for f in files if os.path.exists(os.path.join(folder, f))]) + "\n")
    return all(run("iverilog", "-g2005", "-s", "flx_core", "-t", "null", "-c", "core.scr", *(f"-Pflx_core.{o}=1" for o in options), cwd=folder)[0] == 0
               for options in (("PE_PIPE", "CHUNK_EN", "STOCH_EN"), ("FAST",), ("CLUSTER",)))


def fusesoc(core):
    code, said = simulate(core, copy(core))
    expect(code == 0 and said.endswith("PASS"), f"flx.core: sim ends with {code}: {said[-200:]}")
    expect("\n".join(said.splitlines()[-6:]) + f"\nVerilator: the same {len(said.splitlines())} lines" in read("docs/integrate.md"), "docs/integrate.md: the example's output is another")
    includes, files = sources(core, "lint")
    lint = core["targets"]["lint"]
    code, said = run("verilator", "--lint-only", *lint["tools"]["verilator"]["verilator_options"], *includes, "--top-module", lint["toplevel"], "-GROWS=4", *files, cwd=copy(core))
    expect((code, said) == (0, ""), f"flx.core: lint ends with {code}: {said[:200]}")
    every = [e if isinstance(e, str) else next(iter(e)) for s in core["filesets"].values() for e in s["files"]]
    for path in every:
        folder = copy(core, path)
        expect(simulate(core, folder)[0] != 0 or not elaborates(core, folder), f"flx.core: names {path}, and builds without it")


def file_list():
    for folder, words in ((ROOT, ("-f", "rtl/flx_core.f")), (WORK, ("-f", "core.f"))):
        if folder == WORK:
            _, text = run("sw/gen/rtl_list.py", "filelist", os.path.relpath(ROOT, WORK))
            write(os.path.join(WORK, "core.f"), text + "\n")
        for tool in (("iverilog", "-g2005", "-Wall", "-s", "flx_core", "-t", "null"), ("verilator", "--lint-only", "-Wall", "--top-module", "flx_core")):
            code, said = run(*tool, *words, cwd=folder)
            expect((code, said) == (0, ""), f"{words[1]} with {tool[0]}: {code} {said[:200]}")
    command = re.search(r"^yosys .*$", read("docs/integrate.md"), re.M)
    expect(command is not None, "docs/integrate.md: the command of Yosys is missing")
    if command:
        code, said = run("bash", "-c", command.group(0).replace("yosys ", "yosys -q ", 1))
        expect((code, said) == (0, ""), f"docs/integrate.md: {command.group(0)}: {code} {said[-200:]}")
    _, text = run("sw/gen/rtl_list.py", "closure", "flx_core")
    expect([line for line in read("rtl/flx_core.f").split() if line.endswith(".v") and "/" in line] == text.split(), "rtl/flx_core.f is not what flx_core is made of")


def constants():
    defs = dict(re.findall(r"^`define (FLX_\w+) ([^/\n]*?)\s*(?://.*)?$", read("rtl/gen/flx_defs.vh"), re.M))
    for prefix, path in (("D", "rtl/core/flx_decode.v"), ("E", "rtl/exp/flx_exp_unit.v")):
        listed = {name.removeprefix(f"FLX_{prefix}_"): int(value.split("'d")[1]) for name, value in defs.items() if name.startswith(f"FLX_{prefix}_")}
        statement = re.search(rf"localparam \[\d:0\]\s+{prefix}_[^;]*;", read(path)).group(0)
        states = {n: int(v) for n, v in re.findall(rf"\b{prefix}_(\w+) = (\d+)", statement)}
        expect(listed == states, f"flx_defs.vh: states {prefix}_ are {listed}, {path} has {states}")
    write(os.path.join(WORK, "uses.v"), '`include "flx_defs.vh"\nmodule uses;\n' + "".join(f"    localparam X{i} = `{name};\n" for i, name in enumerate(defs) if name != "FLX_DEFS_VH") + "endmodule\n")
    for tool in (("iverilog", "-g2005", "-Wall", "-t", "null"), ("verilator", "--lint-only", "-Wall", "-Wno-UNUSEDPARAM")):
        code, said = run(*tool, f"-I{ROOT}/rtl/gen", "uses.v", cwd=WORK)
        expect((code, said) == (0, ""), f"flx_defs.vh with {tool[0]}: {code} {said[:200]}")
    return len(defs)


def broken(core):
    for path, old, new in (("verif/example/flx_example.v", "b_last && b_wrap ?", "b_last ?"), ("rtl/core/flx_requant.v", "up = guard && (rest || moved[FR]);", "up = 1'b0;"),
                           ("verif/example/flx_example.v", "a_last && !a_wrap ?", "a_last ?")):
        folder = copy(core)
        text = read(os.path.join(folder, path))
        expect(old in text, f"{path}: {old} is not there")
        write(os.path.join(folder, path), text.replace(old, new, 1))
        code, said = simulate(core, folder)
        expect(code != 0 and "FAIL" in said, f"{path} with {new}: sim ends with {code}: {said[-200:]}")


def main():
    global WORK
    if len(sys.argv) != 2:
        fail("kit_test.py: BUILD_DIR is missing, expected the folder to work in")
    WORK = os.path.abspath(sys.argv[1])
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    core = capi2()
    if not wrong:
        fusesoc(core)
        file_list()
        broken(core)
    count = constants()
    for line in wrong:
        print(f"kit_test: {line}")
    print(f"integration kit: {sum(len(s['files']) for s in core['filesets'].values())} files, each needed; {count} constants; {len(wrong)} wrong")
    sys.exit(MISMATCH if wrong else PASS)


if __name__ == "__main__":
    start(main, __doc__)
