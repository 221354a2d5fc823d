# SPDX-License-Identifier: Apache-2.0
"""cells.py - cell libraries as tables show them, and their order. Twin: docs/data/README.md"""
TITLES = {"nangate45_typ": "NanGate45", "sky130hd_tt": "sky130hd", "sg13g2_stdcell_typ_1p20V_25C": "ihp_sg13g2", "osu018_stdcells": "osu018"}
ORDER = tuple(TITLES)
README_LIBRARY = "nangate45_typ"    # whose figures the README shows


def title(name):
    return TITLES.get(name, name)


def rank(name):
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def by_library(data, stem):
    """[(library, document)] of the files STEM_LIBRARY, in order."""
    found = [(d["library"]["name"], d) for name, d in data.items() if name.startswith(stem + "_")]
    return sorted(found, key=lambda pair: rank(pair[0]))
