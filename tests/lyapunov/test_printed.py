"""Statements are true as they are printed: constants are read back, and the claims checked in exact arithmetic."""

import math
import re
from fractions import Fraction

import numpy as np
import pytest

import fastsig
from fastsig import lyapunov
from fastsig.lyapunov.printed import at_least, at_most, exact

NUMBER = r"[-+]?[0-9.]+(?:e[-+]?[0-9]+)?"
CASES = [
    ("sigmoid", 4.0, -2.0000001),
    ("tanh", 1.0 - 1e-12, 0.0),
    ("tanh", 1.0 / 3.0, 0.1),
    ("gelu", 0.3, 1.0 / 3.0),
    ("relu", 0.99999999999, 1.0),
    ("swish", -0.7, 1e-300),
    ("tanh", 3.0, 0.1),
]


def read(pattern, text):
    found = re.search(pattern, text)
    assert found, text
    return [Fraction(one) for one in found.groups()]


@pytest.mark.parametrize(("name", "a", "b"), CASES)
def test_weights_are_the_doubles_that_were_given(name, a, b):
    for statement in (lyapunov.contraction(name, a, b).statement, lyapunov.primitive(name, a, b).statement):
        shown = re.search(r"T\(x\) = \w+\(([^),]*)", statement)[1]
        weight, sign, shift = re.fullmatch(rf"({NUMBER}|-)? ?x(?: ([+-]) ({NUMBER}))?", shown).groups()
        assert float({"-": "-1", None: "1"}.get(weight, weight)) == a
        assert float((sign or "") + (shift or "0")) == b


@pytest.mark.parametrize(("name", "a", "b"), CASES)
def test_printed_bounds_hold(name, a, b):
    one, other = lyapunov.contraction(name, a, b), lyapunov.primitive(name, a, b)
    (k,) = read(rf"<= ({NUMBER}) abs", one.statement)
    assert Fraction(one.rate) + Fraction(one.rate_error) <= k < 1
    assert k - Fraction(one.rate) < Fraction(1, 10**9)
    (descent,) = read(rf"E\(x\) - ({NUMBER}) ", other.statement)
    assert 0 < descent <= 1 - (Fraction(other.smoothness) + Fraction(other.smoothness_error)) / 2
    proved = one.prove()
    (k,) = read(rf"<= ({NUMBER}) < 1", proved.statement)
    ends = [abs(Fraction(ball.to_decimal())) + Fraction(ball.radius) for ball in (proved.slope_low, proved.slope_high)]
    assert abs(Fraction(a)) * max(ends) <= k < 1
    if not math.isinf(one.domain[0]):
        assert read(rf"on \[({NUMBER}), ({NUMBER})\]", one.statement) == [Fraction(exact(x)) for x in one.domain]
        assert [float(exact(x)) for x in one.domain] == list(one.domain)


def test_parameters_are_shown():
    for slope, shown in (("0.2", "1/5"), ("0.25", "0.25"), (0.2, "0.2")):
        leaky = fastsig.activation("leaky_relu", slope=slope)
        assert f"leaky_relu(0.5 x, slope={shown})" in str(lyapunov.contraction(leaky, 0.5))
        assert f"leaky_relu(0.5 x, slope={shown})" in str(lyapunov.primitive(leaky, 0.5))


def test_rounding_is_outwards():
    rng = np.random.default_rng(3)
    for value in np.concatenate([rng.uniform(-1.0, 1.0, 200), 1.0 - 10.0 ** rng.uniform(-15.9, -1.0, 200)]).tolist():
        assert Fraction(value) <= Fraction(at_most(value, 1.0)) < 1
        assert Fraction(value) >= Fraction(at_least(value, -1.1)) > Fraction(-1.1)
        assert float(exact(value)) == value
    for value in (0.5, 0.25, 1e-300, -0.0, 3.0, 0.1):
        assert Fraction(at_most(Fraction(value), 4.0)) >= Fraction(value)
        assert float(exact(value)) == value


def test_a_slope_below_one_is_not_printed_as_one():
    assert "slope of T 0.9999999 < 1" in lyapunov.primitive("relu", 0.9999999).statement
