"""Slopes, total variation, curvature and zeros in double-double against certified values."""

import math
from fractions import Fraction

import pytest

from fastsig.double_double.number import Pair, to_fraction
from fastsig.double_double.shape import shape_pairs
from tests.double_double.pairs import DIGITS, PROMISE, parameters
from tests.reference_values import Record, label, records

by_record = pytest.mark.parametrize("record", records("shape"), ids=label)


def check(got: Pair, error: float, text: str) -> None:
    truth = Fraction(text)
    off = abs(to_fraction(got) - truth)
    scale = abs(truth) or Fraction(1)
    assert off <= PROMISE * scale
    assert off <= Fraction(error) + DIGITS * abs(truth)
    assert error <= 10 * PROMISE * scale


@by_record
@pytest.mark.parametrize("name", ["tv", "curvature", "curvature_sup"])
def test_certified_numbers(record: Record, name: str) -> None:
    shape = shape_pairs(record["activation"], parameters(record))
    if record[name] == "inf":
        assert getattr(shape, name) == (math.inf, 0.0)
    else:
        check(getattr(shape, name), getattr(shape, f"{name}_error"), record[name])


@by_record
@pytest.mark.parametrize("name", ["zeros_of_derivative", "zeros_of_second_derivative"])
def test_certified_zeros(record: Record, name: str) -> None:
    shape = shape_pairs(record["activation"], parameters(record))
    found, errors = getattr(shape, name), getattr(shape, f"{name}_error")
    assert len(found) == len(errors) == len(record[name])
    for got, error, text in zip(found, errors, record[name], strict=True):
        check(got, error, text)


@by_record
def test_slopes_and_kinks(record: Record) -> None:
    shape = shape_pairs(record["activation"], parameters(record))
    for name in ("alpha_plus", "alpha_minus"):
        if record[name] == "none":
            assert math.isnan(getattr(shape, name)[0])
        else:
            check(getattr(shape, name), 2.0**-106 * abs(float(record[name])), record[name])
    for got, text in zip(shape.kinks, record["kinks"], strict=True):
        check(got, 2.0**-106 * abs(float(text)), text)


def test_refusals() -> None:
    with pytest.raises(ValueError, match="nosuch"):
        shape_pairs("nosuch", {})
    with pytest.raises(ValueError, match="beta"):
        shape_pairs("tanh", {"beta": (1.0, 0.0)})
