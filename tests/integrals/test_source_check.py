"""Scalar sources compared with phi before they go to a GPU."""

import math

import numpy as np
import pytest

import fastsig
from fastsig.activations.scalar_sources import ScalarSources, scalar_sources
from fastsig.integrals import source_check
from fastsig.integrals.source_check import floor_errors, floors_of

pytest.importorskip("sympy", reason="the extra `symbolic` is not installed")

EDGES = np.array([-8.0, -2.0, 0.0, 2.0, 8.0, math.inf])


def formula(text):
    return fastsig.Activation.from_expression(text)


def test_roundings_make_no_floor():
    assert floors_of(formula("tanh(x)"), EDGES, 3) == (0.0, 0.0, 0.0)


def test_what_cancels_makes_one():
    value, slope = floors_of(formula("sqrt(1+x**2)-1"), EDGES)
    assert 1e-16 < value < 1e-14
    assert slope < 1e-15


def test_a_second_derivative_that_is_not_known_has_none():
    def phi(x):
        return 2.0 * x

    def slope(x):
        return 2

    assert math.isnan(floors_of(fastsig.Activation(phi, slope), EDGES, 3)[2])


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (lambda x, p: math.tanh(x) + (1e-4 if x > 3.0 else 0.0), "at 3"),
        (lambda x, p: math.tanh(x) if x > -7.0 else math.nan, "is nan at -7"),
    ],
    ids=["too large", "not a number"],
)
def test_another_function_is_refused(monkeypatch, wrong, place):
    phi = formula("tanh(x)")
    sources = ScalarSources(wrong, *scalar_sources(phi)[1:])
    monkeypatch.setattr(source_check, "scalar_sources", lambda phi: sources)
    with pytest.raises(ValueError, match=f"in plain float64 the value of .*{place}.*, where it should be"):
        floors_of(phi, EDGES)


def test_overflow_names_the_place():
    with pytest.raises(ValueError, match=r"value of .* is inf at .*: write it so that nothing overflows"):
        floors_of(formula("log(1 + exp(x) + exp(2*x))"), EDGES)


def test_the_reason_of_numba_is_one_line():
    def phi(x):
        return x + len(str(x)) * 0.0

    def slope(x):
        return float(np.asarray([x]).tolist()[0] >= x)

    with pytest.raises(ValueError, match=r"derivative of .* cannot be compiled: [^\n]*$"):
        floors_of(fastsig.Activation(lambda x: 1.0 * x, slope), EDGES)


def test_floors_go_into_errors():
    """m1, g1, g2, m2, eta of phi = x + f and phi' = 1 + d, worst case, at mean 0."""
    sigma, f, d = np.array([0.5, 2.0]), 1e-3, 1e-4
    sizes = np.array([0.8 * sigma, 1.0 + 0 * sigma, 1.0 + 0 * sigma, sigma**2, sigma**2])
    errors = floor_errors((f, d), sigma, sizes)
    np.testing.assert_allclose(errors[0], f)
    np.testing.assert_allclose(errors[1], d)
    np.testing.assert_allclose(errors[2], (1 + d) ** 2 - 1, rtol=1e-9)
    np.testing.assert_allclose(errors[3], (sigma + f) ** 2 - sigma**2, rtol=1e-9)
    np.testing.assert_allclose(errors[4], sigma * ((sigma + f) * (1 + d) - sigma), rtol=1e-9)
