# SPDX-License-Identifier: Apache-2.0
"""pe_clock.py - the clock recipe: of a PE the smallest netlist found whose path is within a period. Twin: synth/study/pe_map.py

  LIBRARY/pes/FORMAT_clock/TOP.json

Candidates: the netlists of the area recipe; and of both forms, every PE_PIPE up to the PE's last, both normalisers, and for each the mappings below, from small and slow to large and fast, of
which the first that OpenSTA puts within the period counts. The fastest goes first: what misses with that one is not searched. The smallest is kept. A form whose area recipe's netlist, or a
mapping that, is more than 5 % larger than the smallest so far ends the search of that form or of the mappings behind: what meets the period later would be larger still. If nothing meets the
period, all of that is searched again at 1.25, 1.5, .. periods: at its fastest a PE is far larger than it need be a little slower. ABC's loads are not OpenSTA's, so its sizing targets are parts of
the period."""
import glob
import os
import shutil
import sys

from synth.flow import drive
from synth.study.pe_map import KEEP, Mapper, parameters_of, words
from synth.study.pes import ORDERS, ROWS, Netlist, unsized
from sw.cli.flx_cli import read, write

# full adders kept (fa) or open to ABC, its mapper, sizing target in percent of the period (0: no sizing)
MAPPINGS = (("fa", "amap,-m", 0), ("fa", "amap,-m", 50), ("open", "amap,-m", 100), ("open", "amap,-m", 70), ("fa", "map,-B,0.9", 50), ("open", "map,-B,0.9", 100), ("open", "map,-B,0.9", 80),
            ("open", "map,-B,0.9", 70), ("fa", "map,-B,0.9", 30), ("open", "map,-B,0.9", 60), ("open", "map,-B,0.9", 40), ("open", "map,-B,0.9", 3))
TOO_LARGE = 1.05
NO_NORMALISER = ("flex16", "int8")      # models without one, so without SERIAL
ENDS = ("area.json", "area.txt", "sta.txt", "json")
RECIPES = ("synth/study/pe_clock.py", "synth/flow/gates.sh", "synth/flow/sized.sh")


class Search:
    """Of one format, for one period in ps: keeps the best of what is offered as FOLDER/best.*"""

    def __init__(self, mapper, form, folder, period):
        self.mapper, self.form, self.folder, self.period = mapper, form, folder, period
        self.best = None                    # (area with the recoders' share, ns)

    def later(self, period):
        """The same for a longer period."""
        remove(self.folder, "best.*")
        self.period, self.best = period, None

    def meets(self, figures):
        return figures[1] * 1000 <= self.period

    def figures(self, stem):
        measured = self.mapper.figures(self.form, stem)
        return measured["with_edge"], measured["critical_ns"]

    def offer(self, stem):
        """Within the period before outside, then smaller, or faster while nothing is within."""
        new = self.figures(stem)
        if self.best is not None:
            met, meets = self.meets(self.best), self.meets(new)
            if not (meets > met or (meets == met and (new[0] < self.best[0] if met else new[1] < self.best[1]))):
                return
        for end in ENDS:
            shutil.copyfile(f"{stem}.{end}", f"{self.folder}/best.{end}")
        self.best = new

    def pointless(self, figures):
        """Whether a netlist, and so all larger ones, is too large to be looked at."""
        return self.best is not None and self.meets(self.best) and figures[0] > TOO_LARGE * self.best[0]

    def area_recipe(self):
        """Offers its netlists that meet the period; {rows: figures of the form without PE_PIPE}."""
        found = {}
        for netlist in (n for n in unsized() if n.format == self.form):
            stem = self.mapper.area(netlist)
            figures = self.figures(stem)
            if self.meets(figures):
                self.offer(stem)
            if netlist.pe_pipe == 0:
                found[netlist.rows] = figures
        return found

    def attempt(self, mapping, parameters, gates, stem):
        kind, mapper, percent = mapping
        drive.run("synth/flow/sized.sh", self.mapper.library.path, self.form.module, f"{gates}.{kind}", mapper, str(self.period * percent // 100), words(parameters), stem)
        return stem, self.figures(stem)

    def variant(self, parameters):
        """The mappings of one set of parameters."""
        gates = f"{self.folder}/{''.join(c if c.isalnum() else '_' for c in words(parameters))}_gates"
        stem = f"{gates}.fastest"           # as fast at a longer period
        if not os.path.exists(f"{stem}.json"):
            drive.run("synth/flow/gates.sh", self.mapper.library.path, self.form.module, " ".join(self.mapper.files[self.form.module][0]), words(parameters), gates, KEEP=KEEP, ORDER=ORDERS[0])
            self.attempt(MAPPINGS[-1], parameters, gates, stem)
        figures = self.figures(stem)
        self.offer(stem)
        what = f"pes: {self.mapper.library.name}, {self.form.module} {words(parameters)}"
        if not self.meets(figures):
            print(f"{what}: misses {self.period} ps, {figures[1]} ns", file=sys.stderr)
            return
        for mapping in MAPPINGS[:-1]:
            stem, figures = self.attempt(mapping, parameters, gates, f"{self.folder}/try")
            if self.meets(figures):
                self.offer(stem)
                break
            if self.pointless(figures):
                break
        print(f"{what}: smallest so far {self.best[0]:.3f} area, {self.best[1]} ns", file=sys.stderr)

    def all(self):
        """Whether something within the period is kept."""
        forms = self.area_recipe()
        for rows in ROWS:
            if self.pointless(forms[rows]):
                continue
            for pipe in range(self.form.last_pipe + 1):
                for serial in (None,) if self.form.model in NO_NORMALISER else (1, 0):
                    parameters = parameters_of(Netlist(self.form, 0, rows))
                    self.variant(parameters if serial is None else {**parameters, "PE_PIPE": pipe, "SERIAL": serial})
        return self.best is not None and self.meets(self.best)


def clock(mapper: Mapper, form, period):
    """Stem of the netlist of the clock recipe."""
    folder = mapper.folder(f"{form.key}_clock")
    stem, kept = f"{folder}/{form.module}", f"{folder}/period"
    if mapper.fresh(f"{stem}.json", form.module, *RECIPES) and os.path.exists(kept) and read(kept).strip() == str(period):
        return stem
    os.makedirs(folder, exist_ok=True)
    remove(folder, "*_gates.*")
    remove(folder, "best.*")
    search, quarters = Search(mapper, form, folder, period), 4
    while not search.all():
        quarters += 1
        search.later(period * quarters // 4)
    write(kept, f"{period}\n")
    for end in ENDS:
        shutil.move(f"{folder}/best.{end}", f"{stem}.{end}")
    os.utime(f"{stem}.json")
    for pattern in ("best.*", "try.*", "*_gates.*"):
        remove(folder, pattern)
    return stem


def remove(folder, pattern):
    for path in glob.glob(os.path.join(folder, pattern)):
        os.remove(path)
