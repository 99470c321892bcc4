"""The certified values of tests/reference, read exactly, and exact errors against them."""

import json
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import fastsig

FOLDER = Path(__file__).parent / "reference"
COMPONENTS = ("m1", "g1", "g2", "m2", "eta")
PARAMETERS = ("slope", "beta", "eps", "alpha", "threshold", "a")

# Below the normal range rounding is absolute: a few units of 2^-1074 (the
# library adds 8 of them to every bound; its formulas have no more factors).
SUBNORMAL_SLACK = 8 * Fraction(1, 2**1074)

Record = dict[str, Any]


@cache
def records(name: str) -> tuple[Record, ...]:
    return tuple(json.loads((FOLDER / f"{name}.json").read_text())["records"])


def exact(text: str) -> Fraction:
    """A certified number; what is below 1e-400 counts as 0, for no double is that small."""
    number = Decimal(text)
    return Fraction(0) if number.adjusted() < -400 else Fraction(number)


def parameters(record: Record) -> dict[str, float]:
    return {name: float(record[name]) for name in PARAMETERS if name in record}


def activation(record: Record) -> fastsig.Activation:
    return fastsig.activation(record["activation"], **parameters(record))


def label(record: Record) -> str:
    """The activation of a record with its parameter, as text."""
    return record["activation"] + "".join(f"({name}={value:g})" for name, value in parameters(record).items())


def grouped(name: str) -> dict[str, list[Record]]:
    """Records by activation and parameter, in the order of the file."""
    groups: dict[str, list[Record]] = {}
    for record in records(name):
        groups.setdefault(label(record), []).append(record)
    return groups


def where(record: Record) -> str:
    return f"sigma={record['sigma']} mean={record['mean']}"


def error(got: float, record: Record, component: str) -> Fraction:
    """Absolute error, exactly. A result that is no finite number is infinitely wrong, and says so."""
    if not abs(got) < float("inf"):
        raise AssertionError(f"{component} is {got} at {where(record)}")
    return abs(Fraction(got) - exact(record[component]))


def size(record: Record, component: str) -> Fraction:
    """E of the abs of the integrand where the file has it (to 8 digits), else the abs of the value."""
    if f"abs_{component}" in record:
        return exact(record[f"abs_{component}"])
    return abs(exact(record[component]))
