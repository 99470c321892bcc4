"""Balls and double-double numbers: text, order, conversion, reading."""

import copy
import math
import pickle
from decimal import Decimal
from fractions import Fraction

import pytest

from fastsig import Ball, DoubleDouble
from fastsig.numbers.exact import read_exact
from fastsig.numbers.number import format_number

THIRD = Ball(Decimal("0.33333333333"), Decimal("1e-11"), 10)
EXACT = Ball(Decimal("0.5"), Decimal(0), 10)
TENTH = DoubleDouble(0.1, -5.551115123125783e-18)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        ("0", 5, "0"),
        ("-0.5", 5, "-0.5"),
        ("1234.5678", 6, "1234.57"),
        ("999999.96", 7, "1000000"),
        ("0.0000123456", 3, "0.0000123"),
        ("0.00000123456", 3, "1.23e-06"),
        ("1.5e-542868110", 3, "1.5e-542868110"),
        ("12e40", 3, "1.2e+41"),
        ("Infinity", 3, "inf"),
        ("-Infinity", 3, "-inf"),
        ("NaN", 3, "nan"),
    ],
)
def test_text(value, digits, text):
    assert format_number(Decimal(value), digits) == text
    assert text in ("inf", "-inf", "nan") or abs(Decimal(text) - Decimal(value)) <= abs(Decimal(value)) * Decimal(
        5
    ).scaleb(-digits)


def test_a_ball_has_ends_and_contains():
    assert (THIRD.lower, THIRD.upper) == (Decimal("0.33333333332"), Decimal("0.33333333334"))
    assert THIRD.contains("1/3")
    assert THIRD.contains(Fraction(1, 3))
    assert not THIRD.contains(0.3333)
    assert THIRD.contains(Ball(Decimal("0.333333333333"), Decimal("1e-12"), 10))
    assert not EXACT.contains(THIRD)
    assert EXACT.exact
    assert not THIRD.exact


def test_order_is_what_is_certain():
    near = Ball(Decimal("0.33333333334"), Decimal("1e-11"), 10)
    assert not near > THIRD  # they overlap
    assert not near < THIRD
    assert THIRD < EXACT
    assert THIRD < 0.4
    assert Fraction(1, 4) < THIRD
    assert THIRD < 0.4
    assert EXACT >= 0.5
    assert Decimal("0.5") >= EXACT
    with pytest.raises(TypeError):
        THIRD < "x"  # noqa: B015


def test_equality_and_hash():
    assert EXACT == 0.5
    assert hash(EXACT) == hash(0.5)
    assert copy.deepcopy(THIRD) == THIRD
    assert Fraction(1, 3) != THIRD
    assert len({THIRD, pickle.loads(pickle.dumps(THIRD))}) == 1
    assert TENTH != 0.1
    assert DoubleDouble(0.5, 0.0) == 0.5
    assert hash(DoubleDouble(0.5, 0.0)) == hash(0.5)
    assert pickle.loads(pickle.dumps(TENTH)) == TENTH


def test_double_double_has_31_digits():
    assert str(TENTH) == "0.1"
    assert repr(TENTH) == "DoubleDouble(0.1)"
    assert TENTH.to_fraction() == Fraction(0.1) + Fraction(-5.551115123125783e-18)
    assert abs(TENTH.to_fraction() - Fraction(1, 10)) < Fraction(1, 2**108)
    assert TENTH < 0.1
    assert Fraction(1, 10) - Fraction(1, 10**30) < TENTH
    assert f"{TENTH:.3e}" == "1.000e-1"
    assert str(DoubleDouble(math.inf, 0.0)) == "inf"


def test_conversions():
    mpmath, flint = pytest.importorskip("mpmath"), pytest.importorskip("flint")
    for number in (THIRD, TENTH):
        exact = number.to_fraction()
        assert number.to_decimal() == number.to_decimal()
        assert abs(float(number) - float(exact)) == 0.0
        found = number.to_mpmath()
        assert isinstance(found, mpmath.mpf)
        sign, man, exp, _ = found._mpf_
        assert abs((-1) ** sign * Fraction(man) * Fraction(2) ** exp / exact - 1) < Fraction(1, 10**25)
    with flint.ctx.workprec(200):
        ball = THIRD.to_flint()
        assert isinstance(ball, flint.arb)
        assert ball.contains(flint.arb(1) / 3)
        assert not TENTH.to_flint().contains(flint.arb(2) / 10)


def test_huge_exponents_stay_decimal():
    tiny = Ball(Decimal("1.5e-542868110"), Decimal("1e-542868120"), 8)
    assert float(tiny) == 0.0
    assert str(tiny) == "1.5e-542868110"
    assert tiny < 1e-300
    assert tiny > 0
    with pytest.raises(OverflowError, match="to_decimal"):
        tiny.to_fraction()


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        ("0.1", Fraction(1, 10)),
        (" 1e-3 ", Fraction(1, 1000)),
        ("1/3", Fraction(1, 3)),
        (0.1, Fraction(0.1)),
        (Decimal("0.1"), Fraction(1, 10)),
        (Fraction(1, 3), Fraction(1, 3)),
        (7, Fraction(7)),
    ],
)
def test_numbers_are_read_exactly(value, exact):
    assert read_exact("sigma", value) == exact


@pytest.mark.parametrize("value", ["nan", "inf", math.nan, math.inf, "x", "1/0", "1e-200000000"])
def test_what_is_no_finite_number_is_refused(value):
    with pytest.raises(ValueError, match="sigma"):
        read_exact("sigma", value)


def test_no_arithmetic():
    with pytest.raises(TypeError):
        THIRD + 1
