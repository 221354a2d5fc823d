# SPDX-License-Identifier: Apache-2.0
"""curves.py - curves of a run for a report: means over equal steps, in rows. Twin: docs/data/trained.py"""
import numpy as np

POINTS = 60     # of a learning curve, at most
ROW = 20        # values on a line of the report


def in_rows(values):
    return [values[i:i + ROW] for i in range(0, len(values), ROW)]


def smoothed(values, step, digits):
    """Means of every whole `step` of values; None where nothing is a number."""
    whole = np.array(values[:len(values) // step * step], dtype=float).reshape(-1, step)
    known = np.isfinite(whole)
    sums, counts = np.where(known, whole, 0).sum(axis=1), known.sum(axis=1)
    return in_rows([round(float(s / n), digits) if n else None for s, n in zip(sums, counts)])
