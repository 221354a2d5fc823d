# SPDX-License-Identifier: Apache-2.0
"""pes.py - the processing elements that are compared: one table for mapping, simulation, tables and pictures. Twin: docs/rivals.md

A format's colour is that of docs/data/style.py by its key."""
import collections
from pathlib import Path

from sw.cli.flx_cli import read

# key, RTL module, its parameters, last PE_PIPE, what flx-netsim calls its operands ("" if it has no model), lanes, then its name: operands, accumulator, and what else tells it apart.
Format = collections.namedtuple("Format", "key module parameters last_pipe model lanes operands accumulator about")

FORMATS = {f.key: f for f in (
    Format("flex16_4", "flx_cluster", {"LANES": 4}, 0, "flex16", 4, "flex16", "48-bit", ""),
    Format("flex16_1", "flx_cluster", {"LANES": 1}, 0, "flex16", 1, "flex16", "48-bit", ""),
    Format("int8_4", "flx_rival_cluster", {"KIND": 0, "LANES": 4}, 0, "int8", 4, "int8", "32-bit", ""),
    Format("int8_1", "flx_rival_cluster", {"KIND": 0}, 0, "int8", 1, "int8", "32-bit", ""),
    Format("bf16_bf16", "flx_rival_cluster", {"KIND": 1}, 1, "bf16", 1, "BF16", "BF16", ""),
    Format("fp16_fp16", "flx_rival_cluster", {"KIND": 2}, 1, "fp16", 1, "FP16", "FP16", ""),
    Format("fp16_fp16_flush", "flx_rival_cluster", {"KIND": 2, "SUBNORMAL": 0}, 0, "", 1, "FP16", "FP16", "subnormals flushed"),
    Format("bf16_fp32", "flx_rival_cluster", {"KIND": 3}, 1, "bf16_fp32", 1, "BF16", "FP32", ""),
    Format("fp16_fp32", "flx_rival_cluster", {"KIND": 4}, 1, "fp16_fp32", 1, "FP16", "FP32", ""),
    Format("fp16_fp32_flush", "flx_rival_cluster", {"KIND": 4, "SUBNORMAL": 0}, 0, "", 1, "FP16", "FP32", "subnormals flushed"),
    Format("bf16_fp32_4", "flx_rival_cluster", {"KIND": 3, "LANES": 4}, 2, "bf16_fp32", 4, "BF16", "FP32", "fused"),
    Format("fp16_fp32_4", "flx_rival_cluster", {"KIND": 4, "LANES": 4}, 2, "fp16_fp32", 4, "FP16", "FP32", "fused"),
    Format("fp32", "flx_rival_cluster", {"KIND": 5}, 1, "fp32", 1, "FP32", "FP32", ""))}

OWN = "flex16_4"        # what all are compared with; its path sets the clock
# Rows of the tables that compare, in their order, and what flex16 is to need of some at most.
COMPARED = ("flex16_4", "bf16_bf16", "bf16_fp32", "bf16_fp32_4", "fp16_fp16", "fp16_fp32", "fp16_fp32_4", "fp32", "int8_4")
GOALS = {"bf16_bf16": 0.80, "bf16_fp32": 0.45, "fp32": 0.25}
NO_TRAINING = ("int8",)
ROWS = ("digits", "AND")    # how b multiplies: FAST = 0, 1 (rtl/array/flx_recode.v)
CLUSTERS = (2, 1)           # PEs a side that share operand registers (rtl/array/flx_cluster.v); the first is what the tables compare
# Of a column's bits in a tree: the area and clock recipes', and those that the energy recipe tries beside it.
ORDERS = tuple(line for line in read(str(Path(__file__).resolve().parents[1] / "flow/orders.txt")).split("\n") if line and line[0] != "#")
MACS = 256                  # of the array whose edges' recoders, skew registers and delay lines a PE has its share of
CLOCKED = tuple(f.key for f in FORMATS.values() if f.model and f.key not in ("int8_1", "flex16_1"))   # those mapped for a clock, too

# A netlist without a clock: a format, PE_PIPE 0 or its last, its rows, CLUSTER, and the order of its trees' bits (synth/flow/columns.py).
Netlist = collections.namedtuple("Netlist", "format pe_pipe rows cluster order", defaults=(CLUSTERS[0], ORDERS[0]))


def unsized():
    """All of the area recipe with shared registers: those without PE_PIPE first."""
    return [Netlist(f, 0, rows) for f in FORMATS.values() for rows in ROWS] + [Netlist(f, f.last_pipe, rows) for f in FORMATS.values() if f.last_pipe for rows in ROWS]


def alone():
    """Those of the compared formats with registers in every PE: single-cycle, and with the last PE_PIPE."""
    return [Netlist(FORMATS[key], pipe, rows, CLUSTERS[1]) for key in COMPARED for pipe in sorted({0, FORMATS[key].last_pipe}) for rows in ROWS]


def name_of(key, lanes=False):
    """As tables show it; lanes: in a table that has no column for them."""
    f = FORMATS[key]
    parts = [f.operands, f"{f.accumulator} sum"] + [f.about] * bool(f.about) + [f"{f.lanes} lanes"] * (lanes and f.lanes > 1)
    return ", ".join(parts) + " (does not train)" * (f.operands in NO_TRAINING)


def sum_bits(key):
    return {"48-bit": 48, "32-bit": 32, "FP32": 32}.get(FORMATS[key].accumulator, 16)


def operand_bits(key):
    return {"int8": 8, "FP32": 32}.get(FORMATS[key].operands, 16)
