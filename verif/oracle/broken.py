#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""broken.py - the cycle model broken on purpose, as RTL and model once were alike: the oracle must notice. Twin: verif/oracle/table_test.cc

  broken.py BUILD_DIR OBJECT..     objects, libraries and options with which table_test is linked; the changed file's object goes before them

Exit 0, 1 a defect passes, 2 a text is not exactly once in its file, 3 a tool failed."""
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if __name__ == "__main__":
    os.chdir(sys.path[0])   # files of the tree are named from its root
from sw.cli.flx_cli import INPUT, MISMATCH, PASS, TOOL, fail, read, start, write

DECODE, UNIT = "cmodel/cycle/flx_cycle_decode.c", "cmodel/cycle/flx_cycle_exp.c"
# What goes wrong, file, text, another.
DEFECTS = (
    ("a dry run moves the exponent of values that are there", DECODE, "if (!job->write.dry) t->exp = t->exp_next;", "t->exp = t->exp_next;"),
    ("a dry run replaces the statistics of the last write", UNIT, "if (!write->dry) {", "if (true) {"),
    ("a dry run is evaluated at the exponent of the last write", DECODE, ".exp = t->exp_next, .rare", ".exp = cmd->dry_run != 0 ? t->exp : t->exp_next, .rare"),
    ("an entry that is lost is read", UNIT, "return !x->entry[tensor].entry_bad;", "return true;"),
    ("a lost window takes the exponent with it", UNIT, "    t->exp_next = t->exp;", "    t->exp_next = t->exp = 0;"),
    ("a lost window stays", UNIT, "    t->window_bad = 0;\n    return false;", "    return false;"),
    ("SET says nothing of what the tensor holds", UNIT, "gamma != 0 ? gamma : UINT32_C(1)", "UINT32_C(1)"),
    ("the response does not say at which exponent results are", UNIT, "    r->exp = (uint32_t)write->exp;\n", ""),
)


def run(words, env=None):
    return subprocess.run(words, capture_output=True, text=True, check=False, env=env)


def main():
    if len(sys.argv) < 3:
        fail("broken.py: arguments are missing, expected BUILD_DIR OBJECT..")
    work, linked = sys.argv[1], sys.argv[2:]
    os.makedirs(work, exist_ok=True)
    passed = 0
    for number, (what, path, old, new) in enumerate(DEFECTS):
        text = read(path)
        if text.count(old) != 1:
            fail(f"{path}: {old.strip()}: text is {text.count(old)} times there, expected once", INPUT)
        source, program = f"{work}/{number}_{os.path.basename(path)}", f"{work}/{number}"
        write(source, text.replace(old, new))
        for words in (["cc", "-std=c11", "-O2", "-D_GNU_SOURCE", "-Icmodel/include", "-Icmodel", "-Icmodel/cycle", "-c", source, "-o", program + ".o"],
                      ["c++", program + ".o", *linked, "-o", program]):
            done = run(words)
            if done.returncode != 0:
                fail(f"broken.py: {what}: {words[0]} failed: {done.stderr.strip().splitlines()[-1]}", TOOL)
        done = run([program, "none", "--gtest_brief=1", "--gtest_filter=Table.Model*"], dict(os.environ, FLX_CASES="2000"))
        said = next((line.strip().removeprefix("Which is: ") for line in done.stdout.splitlines() if line.strip().startswith('Which is: "command')), "")
        if done.returncode != 1 or not said:
            passed += 1
            print(f"oracle: {what}: not noticed (exit {done.returncode})")
        else:
            print(f"  {what}: {said.strip(chr(34))[:100]}")
    print(f"oracle: {len(DEFECTS)} defects of the cycle model, {passed} of them not noticed")
    sys.exit(MISMATCH if passed else PASS)


if __name__ == "__main__":
    start(main, __doc__)
