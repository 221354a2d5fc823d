#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""house_test.py - a broken check is noticed: each check passes a copy of the tree, and fails, for the reason expected and no other, once that copy is broken. Twin: docs/checks.md

  house_test.py BUILD_DIR FLX [WORDS]     copies go to BUILD_DIR, FLX is the program; WORDS: only those whose name holds them

Exit 0, 1 a check passed what is broken, failed what is not, or failed otherwise."""
import collections
import concurrent.futures
import os
import queue
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if __name__ == "__main__":
    os.chdir(sys.path[0])   # files of the tree are named from its root
from sw.cli.flx_cli import INPUT, MISMATCH, PASS, TOOL, fail, number, start, write
from verif.lint.text import tree

TIME_OUT_S = 120
# edits: {path: function(text or None) -> text or None}; command: words; code: how it must end; reason: the form of every line on stderr, or of a line on stdout; of several each must occur
Case = collections.namedtuple("Case", "name edits command code reason")


def once(old, new):
    def edit(text):
        if text is None or old not in text:
            raise ValueError(f"{old} is not there")
        return text.replace(old, new, 1)
    return edit


def pattern(old, new):
    def edit(text):
        changed, count = re.subn(old, new, text or "", count=1, flags=re.M)
        if count != 1 or changed == text:
            raise ValueError(f"{old} is not there")
        return changed
    return edit


def put(text):
    return lambda _: text


def more(line):
    return lambda text: text + line


def gone(text):
    if text is None:
        raise ValueError("it is not there")


FORMAL = ["verif/formal/formal.py", "a row without"]
PROOFS = ["verif/formal/formal.py", "a row is"]
GEN = ["docs/data/render.py", "--check"]
LIST = ["sw/gen/rtl_list.py", "check"]
MUTANTS = ["verif/mutants/mutants.py", "check"]
INPUTS = ["verif/house/inputs.py", "check"]
LINT = ["verif/lint/lint.py", "verif/formal/digit_lemmas.v"]
TEXT = ["verif/lint/text.py", "verif/house/house.mk", "verif/cli_check.sh", "verif/formal/formal.py", "cmodel/trace/flx_npz.h", "rtl/array/flx_pe.v"]
MODEL = ["FLX", "model", "verif/traces/alexnet_fc8_fprop_000175.npz"]

DUMMY = "// flx_dummy.v - one more module. Twin: none\n`default_nettype none\nmodule flx_dummy (\n    input  wire a_i,\n    output wire a_o\n);\n    assign a_o = !a_i;\nendmodule\n`default_nettype wire\n"
LISTED = {"rtl/lib/flx_dummy.v": put(DUMMY), "rtl/rtl.f": once("rtl/lib/flx_ram.v ", "rtl/lib/flx_dummy.v // core control in\nrtl/lib/flx_ram.v ")}
USED = {**LISTED, "rtl/core/flx_perf.v": once("    genvar g;", "    wire dummy;\n    flx_dummy u_dummy (.a_i(clk_i), .a_o(dummy));\n    genvar g;")}
BREAKS = [
    Case("a syntax error in a proof", {"verif/formal/digit_lemmas.v": once("assign wrong_row_o = ", "assign wrong_row_o = = ")}, PROOFS, TOOL, r"formal: a row is .*digit_lemmas\.v:\d+: ERROR: syntax error"),
    Case("a syntax error behind a refutation", {"verif/formal/digit_lemmas.v": once("assign wrong_row_o = ", "assign wrong_row_o = = ")}, FORMAL, TOOL, r"formal: a row without .*ERROR: syntax error"),
    Case("a proof that does not see its defect", {"verif/formal/digit_lemmas.v": once("wrong_row_o = known", "wrong_row_o = 1'b0 && known")}, FORMAL, MISMATCH, r"NOT REFUTED: a row without"),
    Case("a wrong row", {"rtl/array/flx_digit.vh": once("{N+1{digit[1]}}", "{N+1{digit[0]}}")}, PROOFS, MISMATCH, r"NOT PROVEN: a row is .* at .*a_i = 0x"),
    Case("an emptied table, and changed figures in a table and in README, and a typed one", {
        "docs/gen/area.md": lambda text: re.sub(r"^\| *[`a-z0-9].*\n", "", text, flags=re.M),
        "docs/gen/cost.md": pattern(r"(\| [\d,.]*\d)(?= )", r"\g<1>7"),
        "README.md": lambda text: pattern(r"(<!-- begin [^>]*-->\n(?:(?!<!-- end)[\s\S])*?\d)(?=[^\d])", r"\g<1>7")(text) + "\nThe core takes 7 mm2.\n"}, GEN, MISMATCH,
         (r"docs/gen/area\.md: is not what its data give", r"docs/gen/area\.md: table in line \d+ has no rows", r"docs/gen/cost\.md: is not what its data give",
          r"README\.md: block \S+ is not what its data give", r"README\.md:\d+: figure that no data has: 7 mm2")),
    Case("a changed figure in the data", {"docs/data/core_mac256_nangate45_typ.json": pattern(r'("area": \d+)', r"\g<1>9")}, GEN, MISMATCH,
         (r"docs/data/core_mac256_nangate45_typ\.json: seal does not fit", r"\S+: (block \S+ )?is not what its data give")),
    Case("edited RTL behind measured figures", {"rtl/array/flx_cluster.v": once("done_q <= last;", "done_q <= !last;")}, GEN, MISMATCH, r"docs/data/\S+\.json: stale: RTL of \w+ has changed"),
    Case("a module that is not listed", {"rtl/lib/flx_dummy.v": put(DUMMY)}, LIST, INPUT, r"rtl/lib/flx_dummy\.v: module is in no cost group"),
    Case("a listed module without cost group", {"rtl/rtl.f": pattern(r"^(rtl/lib/flx_ram\.v +// core +)memory", r"\g<1>")}, LIST, INPUT, r"rtl/rtl\.f:\d+: flx_ram: set, cost group and kind are"),
    Case("a listed module that nothing uses", LISTED, LIST, INPUT, r"rtl/lib/flx_dummy\.v: is in set core and not used"),
    Case("file lists that lack a module", USED, ["sw/gen/rtl_list.py", "compare"], MISMATCH, (r"rtl/flx_core\.f is stale: run make gen", r"flx\.core is stale: run make gen")),
    Case("a module without mutant", USED, MUTANTS, INPUT, r"mutants\.py: module flx_dummy has no mutant"),
    Case("a mutant that does not apply", {"rtl/array/flx_skew.v": once("data_o = data_q[", "data_o  = data_q[")}, MUTANTS, INPUT, r".*skew_too_short: text is 0 times in rtl/array/flx_skew\.v"),
    Case("a missing trace", {"verif/traces/alexnet_conv1_fprop_000003.npz": gone}, INPUTS, INPUT, r"verif/traces/alexnet_conv1_fprop_000003\.npz: input is missing"),
    Case("a missing seed of the fuzzer", {"verif/tracefile/corpus/plain.npz": gone}, INPUTS, INPUT, r"verif/tracefile/corpus/plain\.npz: input is missing"),
    Case("an emptied list of inputs", {"verif/house/inputs.txt": put("# nothing\n")}, INPUTS, INPUT, r"verif/\S+: (input is not in|list is empty)"),
    Case("no trace to replay", {"verif/traces/alexnet_fc8_fprop_000175.npz": gone}, MODEL, INPUT, r".*verif/traces/alexnet_fc8_fprop_000175\.npz"),
    Case("an unused wire: Verilator", {"verif/formal/digit_lemmas.v": once("    localparam N = ", "    wire forgotten = a_i[0];\n    localparam N = ")}, LINT, MISMATCH, r"lint: verilator verif/formal/digit_lemmas\.v"),
    Case("a narrow port: Icarus", {"verif/formal/digit_lemmas.v": once(".b_i(b_i)", ".b_i(b_i[N-2:0])")}, LINT, MISMATCH, r"lint: iverilog verif/formal/digit_lemmas\.v"),
    Case("two drivers: Yosys", {"verif/formal/digit_lemmas.v": once("    assign wrong_row_o", "    assign wrong_row_o = a_i[0];\n    assign wrong_row_o")}, LINT, MISMATCH, r"lint: yosys verif/formal/digit_lemmas\.v"),
    Case("a file of more than 400 lines", {"verif/house/house.mk": more("#\n" * 400)}, TEXT, MISMATCH, r"lint: verif/house/house\.mk: lines are \d+, expected at most 400"),
    Case("a file without its licence", {"verif/house/house.mk": pattern(r"^# SPDX.*\n", "")}, TEXT, MISMATCH, r"lint: verif/house/house\.mk: licence is missing"),
    Case("a twin that is not there", {"rtl/array/flx_pe.v": pattern(r"Twins: \S+,", "Twins: cmodel/golden/flx_nothing.c,")}, TEXT, MISMATCH, r"lint: rtl/array/flx_pe\.v:1: twin is cmodel/golden/flx_nothing\.c"),
    Case("nine parameters in C", {"cmodel/trace/flx_npz.h": more("int flx_nine(int a, int b, int c, int (*d)(int, int), int e, int f, int g,\n             int h, int i);\n")}, TEXT, MISMATCH,
         r"lint: cmodel/trace/flx_npz\.h:\d+: flx_nine has 9 parameters"),
    Case("nine parameters in Python", {"verif/formal/formal.py": once("def judge(proof, work):", "def nine(a, b, c, d, e, f, g, h, i):\n    return a\n\n\ndef judge(proof, work):")}, TEXT, MISMATCH, r"lint: verif/formal/formal\.py:\d+: nine has 9 parameters"),
    Case("a shell script in the user's locale", {"verif/cli_check.sh": pattern(r"^\. .*flx_cli.*$", "")}, TEXT, MISMATCH, r"lint: verif/cli_check\.sh: locale is the user's"),
    Case("a Python script with an end of its own", {"verif/formal/formal.py": once("    start(main, __doc__)", "    sys.exit(main())")}, TEXT, MISMATCH, r"lint: verif/formal/formal\.py: start\(main"),
    Case("a file that is renamed by hand, in C", {"cmodel/trace/flx_npz.h": more("static inline int flx_move(void) { return rename(0, 0); }\n")}, TEXT, MISMATCH, r"lint: cmodel/trace/flx_npz\.h: calls rename"),
    Case("a file that is renamed by hand, in Python", {"verif/formal/formal.py": once("def judge(proof, work):", "def move(a, b):\n    os." + "rename(a, b)\n\n\ndef judge(proof, work):")}, TEXT, MISMATCH,
         r"lint: verif/formal/formal\.py: calls rename"),
    Case("an unquoted word in a shell script", {"verif/cli_check.sh": more("rm -r $work/x\n")}, TEXT, MISMATCH, r"lint: verif/cli_check\.sh:\d+:\d+: note: Double quote"),
]
# Growth: a module more touches rtl.f, its user, its mutant and itself; all lists follow.
GROWN = {**USED, "verif/mutants/mutants.txt": more("dummy|flx_dummy.v|a_o = `!a_i`;|a_i|cosim:tiny\n")}
GROWTH = [
    Case("one more module: the list", GROWN, LIST, PASS, r"rtl\.f: \d+ modules listed"),
    Case("one more module: its mutant", GROWN, MUTANTS, PASS, r"mutants\.txt: \d+ defects"),
    Case("one more module: the file lists of tools", GROWN, ["sw/gen/rtl_list.py", "make"], PASS, r"RTL_CORE := .*rtl/lib/flx_dummy\.v"),
    Case("one more module: FuseSoC", GROWN, ["sw/gen/rtl_list.py", "fusesoc"], PASS, r" *- rtl/lib/flx_dummy\.v"),
    Case("one more module: what is made of it", GROWN, ["sw/gen/rtl_list.py", "closure", "flx_perf"], PASS, r".*rtl/lib/flx_dummy\.v"),
]


def copy(files, directory):
    """Of traces only links, which no edit writes through."""
    for path in files:
        target = f"{directory}/{path}"
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if path.endswith(".npz"):
            os.symlink(os.path.abspath(path), target)
        else:
            shutil.copy(path, target)


def edit(directory, edits):
    for path, change in edits.items():
        target = f"{directory}/{path}"
        text = None
        if os.path.exists(target):
            text = "" if path.endswith(".npz") else open(target, encoding="utf-8").read()
        try:
            new = change(text)
        except ValueError as error:
            fail(f"house_test.py: {path}: {error}, expected what a case breaks", INPUT)
        if new is None:
            os.remove(target)
        else:
            write(target, new)


def restore(directory, edits, files):
    for path in edits:
        if os.path.lexists(f"{directory}/{path}"):
            os.remove(f"{directory}/{path}")
    copy([path for path in edits if path in files], directory)


def run(case, files, copies, flx):
    """What is wrong, or None; in a copy that nobody uses, which is as before afterwards."""
    directory = copies.get()
    try:
        edit(directory, case.edits)
        return judge(case, directory, flx)
    finally:
        restore(directory, case.edits, files)
        copies.put(directory)


def judge(case, directory, flx):
    words = [flx if w == "FLX" else w for w in case.command]
    env = dict(os.environ, PYTHONPATH=os.path.abspath(directory), PYTHONDONTWRITEBYTECODE="1", JOBS="1")
    try:
        done = subprocess.run(words, cwd=directory, env=env, capture_output=True, text=True, timeout=TIME_OUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"does not run ({error})"
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["nothing"]
    wanted = [case.reason] if isinstance(case.reason, str) else case.reason
    missing = [reason for reason in wanted if not any(re.match(reason, line) for line in lines)]
    others = [line for line in lines if not any(re.match(reason, line) for reason in wanted)]
    if done.returncode != case.code:
        return f"ends with exit {done.returncode}, expected {case.code}: {lines[0][:160]}"
    if missing or (others and done.stderr.strip() and case.code != PASS):
        return f"says {(others or lines)[0][:160]}, expected {' and '.join(missing or wanted)}"
    return None


def main():
    if len(sys.argv) < 3:
        fail("house_test.py: BUILD_DIR or FLX is missing, expected a folder and the program flx")
    build, flx, words = sys.argv[1], os.path.abspath(sys.argv[2]), " ".join(sys.argv[3:])
    listed = tree()
    files = [f for f in listed if os.path.exists(f)]
    commands = list(dict.fromkeys(tuple(c.command) for c in BREAKS))
    cases = [Case(f"unbroken: {' '.join(c)}", {}, list(c), PASS, "") for c in commands] + BREAKS + GROWTH
    cases = [c for c in cases if words in c.name]
    bad, jobs, copies = 0, number("JOBS", os.cpu_count() or 1), queue.Queue()
    if os.path.isdir(build) and not all(name.isdigit() for name in os.listdir(build)):
        fail(f"{build}: holds other files than copies of the tree, expected a folder of its own")
    shutil.rmtree(build, ignore_errors=True)
    for n in range(jobs):
        copy(files, f"{build}/{n}")
        copies.put(f"{build}/{n}")
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for case, wrong in zip(cases, pool.map(lambda case: run(case, files, copies, flx), cases)):
            print(f"FAIL {case.name}: {' '.join(case.command)} {wrong}" if wrong else f"ok   {case.name}", flush=True)
            bad += bool(wrong)
    print(f"house: {len(cases)} cases, {bad} failures")
    sys.exit(MISMATCH if bad or not cases else PASS)


if __name__ == "__main__":
    start(main, __doc__)
