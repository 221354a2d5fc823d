# SPDX-License-Identifier: Apache-2.0
"""step.py - time of a training step in every format over that of the faster float32. Twin: sw/trainer/study/bench_step.py, docs/trainer.md"""
from docs.data.table import generated, table

DATA = ["step.json"]


def ratios(cases):
    """{(format, products): {network: over float32}}, sorted."""
    found = {}
    for network in dict.fromkeys(c["network"] for c in cases):
        mine = [c for c in cases if c["network"] == network]
        fastest = min((c["step_seconds"] for c in mine if c["format"] == "float32" and "step_seconds" in c), default=None)
        for c in mine:
            found.setdefault((c["format"], c["products"]), {})[network] = c["step_seconds"] / fastest if "step_seconds" in c else c["over_float32"]
    return dict(sorted(found.items()))


def rows(document):
    cases = document["results"]["cases"]
    networks = list(dict.fromkeys(c["network"] for c in cases))
    return table(("format", "products", *networks), [(*key, *(f"{of[n]:.2f}" for n in networks)) for key, of in ratios(cases).items()]) + "\n"


def text(data):
    document = data["step"]
    p = document["parameters"]
    return (generated("step") + f"Time of a training step over that of the faster float32: {p['processor']} ({' '.join(p['instructions'])}), {p['threads']} thread, {p['batch']} images, "
            f"the fastest of {p['rounds']} rounds of {p['images']} images.\n\n" + rows(document))


OUTPUTS = {"docs/gen/step.md": text}
