#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""formal.py - SAT proofs with Yosys: the multiplier block by block, and refutations that show that a defect is found. Twin: docs/datapath.md

  formal.py [WORDS]     the proofs whose name holds WORDS, or all

A proof holds if no input makes its signal 1; a refutation, of RTL with a defect put into it, only if Yosys gives an input that does.
Exit 0, 1 something is not proven or not refuted, 2 a wrong list, 3 Yosys failed, 4 time-out."""
import collections
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if __name__ == "__main__":
    os.chdir(sys.path[0])   # files of the tree are named from its root
from sw.gen import rtl_list
from sw.cli.flx_cli import fail, number, start

TIME_OUT_S = 300
Proof = collections.namedtuple("Proof", "name top signal parameters defect", defaults=(None,))
Defect = collections.namedtuple("Defect", "file text replacement")
Failure = collections.namedtuple("Failure", "text code")

WIDTHS = range(8, 17)
PROOFS = (
    [Proof("a row is its digit times a", "digit_lemmas", "wrong_row_o", {"MANT_BITS": n}) for n in WIDTHS]
    + [Proof("the digits are b, one wire each", "digit_lemmas", "wrong_digits_o", {"MANT_BITS": n}) for n in WIDTHS]
    + [Proof("the digits are b, one wire each, unsigned", "digit_lemmas", "wrong_digits_o", {"MANT_BITS": n, "SIGNED": 0}) for n in (8, 11, 24)]
    + [Proof("flx_dot = flx_dot_fast with every addend", "dot_miter", "differ_o", {"LANES": lanes, "MANT_BITS": 4, "SUM_BITS": 10}) for lanes in (1, 2)]
    + [Proof("flx_dot_halves = flx_dot_fast", "dot_miter", "differ_halves_o", p) for p in ({"LANES": 1, "MANT_BITS": 4, "SUM_BITS": 10}, {"LANES": 2, "MANT_BITS": 3, "SUM_BITS": 8})]
    + [Proof("a row without its missing 1 where a is odd", "digit_lemmas", "wrong_row_o", {"MANT_BITS": 16}, Defect("flx_digit.vh", "flx_digit = {digit[2] ||", "flx_digit = {digit[2] && !a[0] ||")),
       Proof("a digit without the carry of the digit below", "digit_lemmas", "wrong_digits_o", {"MANT_BITS": 16}, Defect("flx_recode.v", "(b[2*d-2] || g_digit[d-1].carry)", "b[2*d-2]")),
       Proof("a dot product without its addend's lowest bit", "dot_miter", "differ_o", {"LANES": 2, "MANT_BITS": 4, "SUM_BITS": 10}, Defect("flx_dot.v", "sum = add_i + CORRECTION", "sum = (add_i & ~1) + CORRECTION")),
       Proof("a lower half without its rows' missing 1s", "dot_miter", "differ_halves_o", {"LANES": 1, "MANT_BITS": 4, "SUM_BITS": 10}, Defect("flx_dot_halves.v", "1'b0}}, minus} <<", "1'b0}}, 1'b0} <<"))])


def files_of(proof, work):
    """Include flags and files of a proof: its top, and the RTL that this uses, with the defect in it if there is one."""
    modules, includes = rtl_list.read()
    top = f"verif/formal/{proof.top}.v"
    files = [top] + [m.path for m in rtl_list.closure(modules, sorted(rtl_list.instances(rtl_list.text_of(top))))]
    if proof.defect:
        path = rtl_list.path_of(modules, includes, proof.defect.file)
        text = rtl_list.text_of(path)
        if text.count(proof.defect.text) != 1:
            fail(f"formal.py: {proof.name}: text of the defect is {text.count(proof.defect.text)} times in {path}, expected once")
        broken = f"{work}/{proof.defect.file}"
        with open(broken, "w", encoding="utf-8") as file:
            file.write(text.replace(proof.defect.text, proof.defect.replacement))
        files = [broken if f == path else f for f in files]
        if proof.defect.file.endswith(".vh"):
            includes = [work] + includes
    return [f"-I{d}" for d in includes], files


def solve(proof, work):
    """None: proven. A dictionary: the inputs of a counterexample. A Failure: Yosys said neither."""
    flags, files = files_of(proof, work)
    chparam = " ".join(f"-chparam {k} {v}" for k, v in proof.parameters.items())
    script = f"read_verilog {' '.join(flags + files)}; hierarchy -check -top {proof.top} {chparam}; proc; flatten; opt -full; sat -prove {proof.signal} 0 -show-inputs {proof.top}"
    try:
        done = subprocess.run(["yosys", "-p", script], capture_output=True, text=True, timeout=TIME_OUT_S, check=False)
    except OSError as error:
        return Failure(f"yosys does not run: {error.strerror}", 3)
    except subprocess.TimeoutExpired:
        return Failure(f"no answer in {TIME_OUT_S} s", 4)
    said = done.stdout + done.stderr
    if done.returncode != 0:
        error = re.search(r"^.*\bERROR: .*$", said, re.M)
        return Failure(error.group(0) if error else f"yosys ended with exit code {done.returncode}", 3)
    if "SAT proof finished - no model found: SUCCESS!" in said:
        return None
    inputs = dict(re.findall(r"^  \\(\w+) +\S+ +([0-9a-fx]+) +[01x]+$", said, re.M))
    if "SAT proof finished - model found: FAIL!" not in said or not inputs:
        return Failure("yosys gave neither a proof nor a counterexample", 3)
    return inputs


def judge(proof, work):
    """(exit code, one line)"""
    answer = solve(proof, work)
    name = f"{proof.name} ({' '.join(f'{k}={v}' for k, v in proof.parameters.items())})"
    if isinstance(answer, Failure):
        return answer.code, f"formal: {name}: {answer.text}"
    inputs = answer and ", ".join(f"{k} = 0x{v}" for k, v in answer.items())
    if proof.defect:
        return (0, f"refuted: {name}: {inputs}") if answer else (1, f"NOT REFUTED: {name}: the defect in {proof.defect.file} was proven correct")
    return (1, f"NOT PROVEN: {name}: {proof.signal} is 1 at {inputs}") if answer else (0, f"proven: {name}")


def main():
    chosen = [p for p in PROOFS if " ".join(sys.argv[1:]) in p.name]
    if not chosen:
        fail(f"formal.py: WORDS is {' '.join(sys.argv[1:])}, expected a part of a proof's name")
    start, ended, done = time.time(), threading.Event(), []

    def tell():
        while not ended.wait(30):
            print(f"formal: {len(done)} of {len(chosen)} after {time.time() - start:.0f} s", flush=True)
    threading.Thread(target=tell, daemon=True).start()
    with tempfile.TemporaryDirectory() as work, concurrent.futures.ThreadPoolExecutor(number("JOBS", os.cpu_count() or 1)) as pool:
        directories = [tempfile.mkdtemp(dir=work) for _ in chosen]
        for code, line in pool.map(judge, chosen, directories):
            done.append(code)
            print(line, file=sys.stderr if code else sys.stdout, flush=True)
            if code >= 3:
                pool.shutdown(cancel_futures=True)
                break
    ended.set()
    if max(done) == 0:
        print(f"formal: {sum(not p.defect for p in chosen)} proofs, {sum(bool(p.defect) for p in chosen)} defects refuted, {time.time() - start:.0f} s")
    sys.exit(max(done))


if __name__ == "__main__":
    start(main, __doc__)
