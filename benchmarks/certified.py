"""Certified values (tests/reference/*.json) as the truth of the benchmarks."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np

REFERENCE = Path(__file__).parents[1] / "tests" / "reference"
RECORDS = json.loads((REFERENCE / "moments.json").read_text())["records"]
AT_MEANS = json.loads((REFERENCE / "means.json").read_text())["records"]
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


def worst_error_at_means(compute, names, smallest_sigma, largest_mean, components=COMPONENTS):
    """Largest error, relative to E abs(integrand), of compute(name, sigma, mean) -> rows; 0 where that underflows."""
    worst = 0.0
    for name in names:
        records = [r for r in AT_MEANS if r["activation"] == name and float(r["sigma"]) >= smallest_sigma]
        records = [r for r in records if 0.0 < abs(float(r["mean"])) <= largest_mean]
        rows = compute(name, *(np.array([float(r[key]) for r in records]) for key in ("sigma", "mean")))
        for component, row in zip(components, rows, strict=True):
            for value, record in zip(row, records, strict=True):
                size = Fraction(record[f"abs_{component}"])
                off = abs(Fraction(float(value)) - Fraction(record[component]))
                worst = max(worst, float(off / size) if size > Fraction(1, 10**290) else 0.0)
    return worst
