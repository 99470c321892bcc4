"""Measure the errors of fastsig against the certified values of tests/reference.

    python docs/measure_accuracy.py

Prints the table of the README. Errors are computed exactly, in fractions.
"""

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from math import ulp
from pathlib import Path
from typing import Any

import fastsig

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "tests" / "reference"
MOMENTS = ("m1", "g1", "g2", "m2", "eta")
SHAPE = ("tv", "curvature", "curvature_sup")
SLACK = Fraction(1, 2**1070)  # rounding in the subnormal range is absolute

Record = dict[str, Any]
Row = tuple[str, str, int, float, float, str]


def records(name: str) -> list[Record]:
    """Read one file of certified values."""
    found: list[Record] = json.loads((REFERENCE / f"{name}.json").read_text())["records"]
    return found


def exact(text: str) -> Fraction:
    """Read a certified number; below 1e-400 it is 0 to a double."""
    return Fraction(0) if Decimal(text).adjusted() < -400 else Fraction(text)


def activation(record: Record) -> fastsig.Activation:
    """Make the activation of a record."""
    given = {key: float(record[key]) for key in ("slope", "beta", "eps", "alpha", "threshold", "a") if key in record}
    return fastsig.activation(record["activation"], **given)


class Worst:
    """The largest error, relative to some size, and the largest share of the stated error."""

    def __init__(self) -> None:
        self.relative, self.share, self.count, self.where = 0.0, 0.0, 0, ""

    def add(self, value: float, stated: float | None, truth: str, size: Fraction, where: str) -> None:
        """Take in one number."""
        error = max(abs(Fraction(value) - exact(truth)) - SLACK, Fraction(0))
        self.count += 1
        if stated is not None and error:
            self.share = max(self.share, float(error / Fraction(stated)) if stated else float("inf"))
        if error and (relative := float(error / size)) > self.relative:
            self.relative, self.where = relative, where

    def row(self, what: str, measure: str) -> Row:
        """Return the line of the table."""
        return what, measure, self.count, self.relative, self.share, self.where


def moments_row(file: str, what: str, measure: str, chosen: Callable[[float], bool] = lambda sigma: True) -> Row:
    """Measure the Gaussian components at the points of one file."""
    worst = Worst()
    for record in records(file):
        sigma, mean = float(record["sigma"]), float(record["mean"])
        if not chosen(sigma):
            continue
        found = fastsig.moments(activation(record), sigma, mean=mean)
        for name in MOMENTS:
            size = abs(exact(record[f"abs_{name}" if f"abs_{name}" in record else name]))
            where = f"{name} of {record['activation']} at sigma = {sigma:g}, mean = {mean:g}"
            worst.add(getattr(found, name), found.error[name], record[name], size, where)
    return worst.row(what, measure)


def shape_row() -> Row:
    """Measure total variation and curvature."""
    worst = Worst()
    for record in records("shape"):
        found = fastsig.signature(activation(record))
        for name in SHAPE:
            if record[name] != "inf":
                size = exact(record[name])
                worst.add(getattr(found, name), found.error[name], record[name], size, f"{name} of {found.activation}")
            elif getattr(found, name) != float("inf"):
                raise ArithmeticError(f"{name} of {found.activation} must be infinite")
    return worst.row("tv, curvature, curvature_sup, other parameters included", "relative")


def values_row() -> Row:
    """Measure phi, phi', phi'' in ulp of the largest term of the formula."""
    worst = Worst()
    for record in records("values"):
        phi, x = activation(record), float(record["x"])
        functions: dict[str, Callable[[float], float]] = {
            "value": phi,
            "derivative": phi.derivative,
            "second_derivative": phi.second_derivative,
        }
        for (name, function), term in zip(functions.items(), record["terms"], strict=True):
            size = Fraction(ulp(max(float(term), abs(float(record[name])))))
            worst.add(function(x), None, record[name], size, f"{name} of {phi} at x = {x:g}")
    return worst.row("phi, phi', phi''", "ulp of the largest term")


def users_row() -> Row:
    """Measure the activations of tests/problems.py, at the points where success is reported."""
    sys.path.insert(0, str(ROOT))
    from tests.problems import PROBLEMS, size

    worst = Worst()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of kinks that are to be found
        for problem in PROBLEMS:
            for record in problem.records():
                sigma, mean = float(record["sigma"]), float(record["mean"])
                found = fastsig.moments(problem.activation(), sigma, mean=mean)
                for name in MOMENTS:
                    if found.success and size(record, name) > Fraction(1, 10**200):
                        where = f"{name} of {problem} at sigma = {sigma:g}, mean = {mean:g}"
                        worst.add(found[name], found.error[name], record[name], size(record, name), where)
    return worst.row(
        f"{len(PROBLEMS)} activations as users write them (tests/problems.py), where success is said",
        "of E abs(integrand)",
    )


def rows() -> Iterator[Row]:
    """Measure everything."""
    inside = "the five Gaussian components, mean 0, sigma in [1e-3, 1e3]"
    yield moments_row("moments", inside, "relative", lambda sigma: 1e-3 <= sigma <= 1e3)
    yield moments_row("moments", "the same, sigma in [1e-6, 1e6]", "relative")
    yield moments_row("parameters", "the same, other slopes, betas and eps", "of E abs(integrand)")
    yield moments_row("means", "at means from -50 to 50", "of E abs(integrand)")
    yield users_row()
    yield shape_row()
    yield values_row()


def main() -> None:
    """Print the table in Markdown."""
    print("| what | numbers | error | worst | where | worst share of the stated error |\n|---|---|---|---|---|---|")
    for what, measure, count, relative, share, where in rows():
        stated = f"{share:.2f}" if share else "-"
        print(f"| {what} | {count} | {measure} | {relative:.1e} | {where} | {stated} |")


if __name__ == "__main__":
    main()
