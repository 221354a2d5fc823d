# SPDX-License-Identifier: Apache-2.0
"""pe_map.py - the netlists without a clock of every PE, and the recoders at an array's edge: mapped once, kept while RTL, recipe and library are older. Twin: synth/study/pe_clock.py

  LIBRARY/pes/NAME/TOP.json          a cluster: synth/flow/block.sh, no clock, no sizing; NAME: a format, behind it _pipe for its last PE_PIPE, _and for AND rows, _alone for
                                     registers in every PE (CLUSTER = 1), _ORDER for another order of its trees' bits than the area recipe's
  LIBRARY/pes/FORMAT_edge/TOP.json   the recoder of one lane of b
Each with TOP.area.json (synth/flow/measure.py). A recoder serves a column of an array of MACS, so a PE of digits counts with its share of one per lane."""
import math
import os

from synth.flow import drive
from synth.study.pes import FORMATS, MACS, ORDERS, OWN, ROWS, Netlist
from sw.cli.flx_cli import read_json

TOPS = {"flx_cluster": ("flx_recode", "flx_cluster"), "flx_rival_cluster": ("flx_rival_cluster", "flx_rival_edge")}     # modules of a format's netlists
RTL_TOPS = ("flx_cluster", "flx_recode", "flx_rival_cluster", "flx_rival_edge")
KEEP = "flx_pe flx_rival_pe"        # mapped once, as in the core
RECIPES = ("synth/flow/block.sh", "synth/flow/measure.py", "synth/flow/split.py")


def words(parameters):
    return " ".join(f"{name}={value}" for name, value in parameters.items())


def parameters_of(netlist):
    pipe = {"PE_PIPE": netlist.pe_pipe} if netlist.pe_pipe else {}
    return {**netlist.format.parameters, "CLUSTER": netlist.cluster, **pipe, "FAST": ROWS.index(netlist.rows)}


def name_of(netlist):
    return netlist.format.key + "_pipe" * (netlist.pe_pipe > 0) + "_and" * (netlist.rows == "AND") + "_alone" * (netlist.cluster == 1) + f"_{netlist.order}" * (netlist.order != ORDERS[0])


class Mapper:
    """Of one library."""

    def __init__(self, path):
        self.library = drive.Library(path)
        self.files = {top: drive.rtl_files(*tops) for top, tops in TOPS.items()}

    def folder(self, name):
        return os.path.join(self.library.build, "pes", name)

    def fresh(self, path, top, *recipes):
        rtl, includes = self.files[top]
        return drive.fresh(path, *rtl, *includes, *RECIPES, *recipes, *drive.RECIPE, self.library.ready)

    def block(self, top, parameters, folder, module, order=ORDERS[0]):
        """Mapped without a clock, with the files of MODULE's netlists."""
        stem = os.path.join(folder, top)
        noted = {name: str(value) for name, value in parameters.items()}
        if not self.fresh(f"{stem}.json", module) or read_json(f"{stem}.area.json", "parameters")["parameters"] != noted:
            drive.run("synth/flow/block.sh", self.library.path, top, " ".join(self.files[module][0]), words(parameters), folder, KEEP=KEEP, ORDER=order)
        return stem

    def area(self, netlist):
        """Stem of its files."""
        return self.block(netlist.format.module, parameters_of(netlist), self.folder(name_of(netlist)), netlist.format.module, netlist.order)

    def edge(self, form):
        """Area of its recoders per MAC: each serves the rows of one column."""
        top, parameters = "flx_recode", {"BITS": 16, "SIGNED": 1}
        if form.module != "flx_cluster":
            top, parameters = "flx_rival_edge", {**{p: v for p, v in form.parameters.items() if p in ("KIND", "SUBNORMAL")}, "FAST": 0}
        stem = self.block(top, parameters, self.folder(f"{form.key}_edge"), form.module)
        return math.floor(read_json(f"{stem}.area.json", "area")["area"] / math.sqrt(MACS / form.lanes) * 1000 + 0.5) / 1000

    def figures(self, form, stem):
        """What is measured of a netlist of that format: its measure.py figures, and those that depend on the array around it."""
        measured = read_json(f"{stem}.area.json", "area", "parameters", "critical_ns")
        rows = ROWS[int(measured["parameters"]["FAST"])]
        share = self.edge(form) if rows == "digits" else 0
        cluster = int(measured["parameters"]["CLUSTER"])
        macs = form.lanes * cluster ** 2
        return {**measured, "format": form.key, "pe_pipe": int(measured["parameters"].get("PE_PIPE", 0)), "rows": rows, "cluster": cluster,
                "area_per_mac": measured["area"] / macs + share, "with_edge": measured["area"] + macs * share}

    def period_ps(self):
        """Path of the 4-lane Flexpoint PE under the area recipe."""
        stem = self.area(Netlist(FORMATS[OWN], 0, "digits"))
        return math.ceil(read_json(f"{stem}.area.json", "critical_ns")["critical_ns"] * 1000)
