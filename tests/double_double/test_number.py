"""Numbers as pairs of doubles."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest

from fastsig.double_double.number import read_number, to_fraction


@pytest.mark.parametrize(
    "number", ["0.1", "1e-3", "1/3", "-12345678901234567890123456789", Fraction(22, 7), Decimal("2.7"), 3]
)
def test_exact_to_106_bits(number: object) -> None:
    hi, lo = read_number(number)
    exact = Fraction(number)
    assert hi == float(exact)
    assert abs(to_fraction((hi, lo)) - exact) <= abs(exact) / 2**106
    assert hi + lo == hi


@pytest.mark.parametrize("number", [0.1, 0.0, -0.5, 5e-324, 1e308])
def test_a_float_is_the_exact_double(number: float) -> None:
    assert read_number(number) == (number, 0.0)


@pytest.mark.parametrize("number", ["abc", "", "1/0", math.nan, math.inf, "1e400", Decimal("inf")])
def test_refusals(number: object) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        read_number(number)
