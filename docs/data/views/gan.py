# SPDX-License-Identifier: Apache-2.0
"""gan.py - tables, curves and samples of the Wasserstein GAN. Twin: sw/trainer/study/gan_experiment.py, docs/gan.md"""
import collections

import numpy as np

from docs.data import style
from docs.data.table import generated, table
from docs.data.trained import flat, percent, rank, sample_deviation
from docs.data.views.curves import look

DATA = ["gan*.json"]
Case = collections.namedtuple("Case", "scores deviation estimate overflows writes lost step curve")
PICTURES = {"gan": "", "gan_paper_rate": ", learning rate of the paper"}


def mean_of(runs):
    total = {key: sum(run[key] for run in runs) for key in ("overflows", "writes", "lost_updates", "updates")}
    scores = [run["score"] for run in runs]
    estimates = [run["estimate"] for run in runs]
    return Case(scores, None if None in scores else sample_deviation(scores), None if None in estimates else float(np.mean(estimates)), total["overflows"], total["writes"] or None,
                percent(total["lost_updates"], total["updates"]), runs[0]["curve_step"], np.mean([flat(run["curve"]) for run in runs], axis=0))


def cases(results):
    """{format: Case}, float32 and flex16+5 first."""
    runs = collections.defaultdict(list)
    for run in results.get("runs", []):
        runs[run["format"]].append(run)
    found = {name: mean_of(of_format) for name, of_format in runs.items()}
    for m in results.get("means", []):
        found[m["format"]] = Case(m["scores"], m["deviation"], m["estimate"], m["overflows"], m["writes"], m["lost_percent"], m["curve_step"], flat(m["curve"]))
    return {name: found[name] for name in sorted(found, key=rank)}


def number(value, how=".3f"):
    return "diverged" if value is None else format(value, how)


def score_cells(case, several):
    """Mean and deviation too, where a format has more than one seed."""
    each = ", ".join(map(number, case.scores))
    if not several:
        return (each,)
    mean = None if None in case.scores else float(np.mean(case.scores))
    return (number(mean), "-" if case.deviation is None else number(case.deviation), each)


def text(document):
    p, found = document["parameters"], cases(document["results"])
    several = any(len(case.scores) > 1 for case in found.values())
    head = ("score, mean", "standard deviation", "of each seed") if several else ("score of each seed",)
    rows = [(name, *score_cells(case, several), number(case.estimate, ".3g"), f"{case.overflows} of {case.writes}" if case.writes else "-", f"{case.lost or 0:.1f} %")
            for name, case in found.items()]
    return (generated("gan") + f"{p['iterations']} iterations of {p['critic_steps']} critic steps, minibatches of {p['batch']}, width {p['width']},\n"
            f"learning rate {p['rate']:g}, clipping at {p['clip']:g}, {p['train']} training images of {p['dataset']}.\n"
            f"Score: Frechet distance of random features (not the Inception FID) between {p['score_images']} generated and as many test images;\n"
            f"training images beside test images: {number(document['results']['score_real'])}.\n\n"
            + table(("format", *head, "Wasserstein estimate, last 20 iterations", "writes that overflowed", "updates lost"), rows) + "\n")


def picture(document, name):
    figure, (axes,) = style.panels(1, 1, 800, 420)
    for of_format, case in cases(document["results"]).items():
        x = np.arange(len(case.curve)) * case.step + case.step / 2
        axes.plot(x, case.curve, color=style.colour(of_format), label=of_format, **look(of_format))
    axes.set(title="Wasserstein estimate of the critic" + PICTURES.get(name, ""), xlabel="iteration of the generator", xlim=(0, None), ylim=(0, None))
    axes.legend(loc="upper right")
    return style.svg(figure, name, f"{document['command']}: means over the seeds and over 10 iterations")


def outputs(data):
    """Of every experiment a table and curves, of every NAME_samples its pictures."""
    found = {}
    for name, document in data.items():
        if name.endswith("_samples"):
            for of_format, svg in document["results"]["pictures"].items():
                found[f"docs/gen/{name}_{of_format}.svg"] = lambda data, svg=svg: svg
            continue
        found[f"docs/gen/{name}.md"] = lambda data, document=document: text(document)
        found[f"docs/gen/{name}.svg"] = lambda data, document=document, name=name: picture(document, name)
    return found


OUTPUTS = outputs
