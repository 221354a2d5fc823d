# SPDX-License-Identifier: Apache-2.0
"""drive.py - recipes of this folder from Python: a prepared library, what is fresh, a tool's exit code passed on. Twin: synth/flow/flow.sh

Netlists and prepared libraries live below SYNTH_BUILD (build/synth)."""
import hashlib
import os
import re
import subprocess
import sys

from sw.cli.flx_cli import TOOL, fail, read, read_json, write

# What a netlist depends on beside RTL and library.
RECIPE = ("synth/flow/flow.sh", "synth/flow/columns.py", "synth/flow/orders.txt", "synth/flow/fanout.py", "synth/flow/split_fa.v")
PROOF = ("synth/proof/prove.sh", "synth/proof/prove.py", "synth/proof/gates.py", "synth/proof/tree.py")
CONFIGS = "build/gen/configs.mk"


def run(*command, out=None, **variables):
    """Ends the program with the command's exit code if it fails: it has said why. out: a file for its stdout; variables: of its environment."""
    environment = {**os.environ, **variables}
    try:
        if out is None:
            status = subprocess.run(command, env=environment, check=False).returncode
        else:
            with open(out, "w", encoding="utf-8") as file:
                status = subprocess.run(command, stdout=file, env=environment, check=False).returncode
    except OSError as error:
        fail(f"{command[0]}: cannot be run ({error.strerror})", TOOL)
    if status:
        sys.exit(status if status > 0 else TOOL)


def answer(*command):
    """The one line that a command prints."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    except OSError as error:
        fail(f"{command[0]}: cannot be run ({error.strerror})", TOOL)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout.strip()


def fresh(path, *others):
    """Whether PATH exists and was made from files that hold what the others hold now. Else it goes, and PATH.inputs remembers what the next one is made from."""
    digest = hashlib.sha256()
    for other in others:
        digest.update(f"{other}\n".encode() + (read_bytes(other) if os.path.exists(other) else b""))
    note = f"{path}.inputs"
    if os.path.exists(path) and os.path.exists(note) and read(note) == digest.hexdigest():
        return True
    if os.path.exists(path):
        os.remove(path)
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    write(note, digest.hexdigest())
    return False


def read_bytes(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        fail(f"{path}: cannot be read ({error.strerror})")


def rtl_files(*tops):
    """Files that modules are made of, and those that they include."""
    return answer("sw/gen/rtl_list.py", "closure", *tops).split(), answer("sw/gen/rtl_list.py", "includes", *tops).split()


def configuration(name):
    """{parameter: value} of a named configuration."""
    text = read(CONFIGS, "what sw/gen/flx_gen.c writes")
    found = re.search(rf"^CONFIG_{re.escape(name)} := (.*)$", text, re.M)
    if not found:
        fail(f"{CONFIGS}: CONFIG is {name}, expected one of {', '.join(re.findall(r'^CONFIG_([a-z0-9]+) := ', text, re.M))}")
    return {p: int(v, 0) for p, v in re.findall(r"-G([A-Z0-9_]+)=(-?\w+)", found[1])}


class Library:
    """A cell library, prepared."""

    def __init__(self, path):
        self.path = path
        self.folder = answer("synth/flow/library.sh", path)
        self.json = os.path.join(self.folder, "library.json")
        self.ready = os.path.join(self.folder, "ready")
        self.name = os.path.splitext(os.path.basename(path))[0]
        self.build = os.path.dirname(self.folder)

    def facts(self):
        return read_json(self.json, "name", "area", "flip_flops", "period_ns")
