# SPDX-License-Identifier: Apache-2.0
"""watched.py - one watched training: which run it was, its rows by name, kinds of tensors. Twin: sw/trainer/study/watch_report.py, docs/pictures.md"""
import numpy as np


def about(document):
    p = document["parameters"]
    return (f"{p['network']} in {p['format']}, {p['train']} training images of {p['dataset']}, {p['epochs']} epochs, seed {p['seed']}, "
            f"test accuracy {int(p['accuracy'] * 1000 + 0.5) / 1000:g}; {document['command']}")


def records(columns, rows_of_values):
    """Rows of a table in a data file, each as a dictionary."""
    return [dict(zip(columns, values)) for values in rows_of_values]


def rows(document):
    return records(document["results"]["columns"], document["results"]["rows"])


def log2(values):
    """0 counts as 1."""
    return np.log2(np.maximum(values, 1))


def largest(series):
    """G of each write."""
    return np.array([value for row in series["largest"] for value in row], dtype=float)


def exponents(series, count):
    """e of each of `count` writes, from where it changes."""
    out = np.empty(count, dtype=int)
    for iteration, exponent in series["exponents"]:
        out[iteration - series["first"]:] = exponent
    return out
