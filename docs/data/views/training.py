# SPDX-License-Identifier: Apache-2.0
"""training.py - tables of training: float32 and flex16+5, and every format. Twin: sw/trainer/study/experiment.py, docs/trainer.md

The pooled deviation of n1 and n2 runs is sqrt(((n1 - 1) s1^2 + (n2 - 1) s2^2) / (n1 + n2 - 2))."""
from docs.data.table import generated, table
from docs.data.trained import PAIR, groups

DATA = ["training_runs.json"]
HEAD = ("network", "format", "seeds", "test accuracy, mean", "standard deviation", "difference to float32, in pooled standard deviations", "writes that overflowed", "updates lost")


def difference(case, base):
    """To float32, in pooled deviations."""
    if base is None or case is base or case.diverged or base.diverged or case.deviation is None or base.deviation is None:
        return "-"
    pooled = (((case.seeds - 1) * case.deviation ** 2 + (base.seeds - 1) * base.deviation ** 2) / (case.seeds + base.seeds - 2)) ** 0.5
    return f"{(case.accuracy - base.accuracy) / pooled:+.1f}" if pooled > 0 else "-"


def accuracy(case):
    if case.accuracy is None or case.diverged == case.seeds:
        return "diverged"
    return f"{case.accuracy:.4f}" + (f", {case.diverged} of {case.seeds} diverged" if case.diverged else "")


def cells(network, name, case, base):
    return (network, name, case.seeds, accuracy(case), "-" if case.deviation is None else f"{case.deviation:.4f}", difference(case, base),
            f"{case.overflows} of {case.writes}" if case.writes else "-", "-" if case.lost is None else f"{case.lost:.1f} %")


def section(group, chosen):
    rows = [cells(group.network, name, case, group.cases.get("float32")) for name, case in group.cases.items() if chosen(name)]
    return f"`{group.network}`: {group.train} training images and {group.test} test images of {group.dataset}, {group.epochs} epochs.\n\n" + table(HEAD, rows) + "\n"


def sections(data, chosen):
    kept = [g for g in groups(data["training_runs"]["results"]) if any(map(chosen, g.cases))]
    return "\n".join(section(g, chosen) for g in kept)


def pair(data):
    return sections(data, lambda name: name in PAIR)


def every(data):
    return generated("training") + "\n" + sections(data, lambda name: True)


OUTPUTS = {"docs/gen/training.md": lambda data: generated("training") + "\n" + pair(data), "docs/gen/formats.md": every}
