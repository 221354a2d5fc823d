# SPDX-License-Identifier: Apache-2.0
"""environment.py - what a training ran on: libraries and their versions, the processor. Twin: docs/data/store.py"""
import re
import subprocess

from docs.data import store

PACKAGES = {"openblas": "libopenblas0-pthread", "onednn": "libdnnl2"}
INSTRUCTIONS = ("avx2", "avx512f", "avx512_vnni")


def package_version(name):
    """Of a Debian package."""
    try:
        run = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], capture_output=True, text=True, check=False)
    except OSError:
        return "unknown"
    return run.stdout.strip() or "unknown"


def tools():
    """{tool: version} of what the trainer is made with and multiplies with."""
    return {**store.tools("gcc"), **{name: package_version(package) for name, package in PACKAGES.items()}}


def processor():
    """(name, instruction sets that matter)"""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        text = file.read()
    name = re.search(r"^model name[^:]*:\s*(.*)$", text, re.M)
    return name.group(1) if name else "unknown", sorted(set(re.findall("|".join(rf"\b{i}\b" for i in INSTRUCTIONS), text)))
