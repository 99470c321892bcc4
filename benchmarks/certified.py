"""Certified values (tests/reference/moments.json) as the truth of the benchmarks."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np

RECORDS = json.loads((Path(__file__).parents[1] / "tests" / "reference" / "moments.json").read_text())["records"]
COMPONENTS = ("m1", "g1", "g2", "m2", "eta")


def worst_error(compute, names, components=COMPONENTS):
    """Largest relative error (absolute where the truth is 0) of compute(name, sigma) -> rows; sigma in [1e-3, 1e3]."""
    worst = 0.0
    for name in names:
        records = [r for r in RECORDS if r["activation"] == name and 1e-3 <= float(r["sigma"]) <= 1e3]
        rows = compute(name, np.array([float(r["sigma"]) for r in records]))
        for component, row in zip(components, rows, strict=True):
            for value, record in zip(row, records, strict=True):
                exact = Fraction(record[component])
                off = abs(Fraction(float(value)) - exact)
                worst = max(worst, float(off / abs(exact)) if exact else float(off))
    return worst
