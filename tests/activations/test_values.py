"""phi, phi', phi'' of the C library: certified values, mpmath, limits.

The bar is 4 ulp of the largest term of the plain formula: what is left after the terms cancel cannot
be more accurate than they are. A correctly rounded term is off by half an ulp; sums, the argument of
an exponential and a quotient make the rest.
"""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import fastsig
from tests.built_in_problems import BUILT_IN_PROBLEMS, BuiltInProblem, dense_points
from tests.plain_definitions import exact_terms
from tests.reference_values import exact, grouped

ULPS_OF_LARGEST_TERM = 4
ORDERS = ("value", "derivative", "second_derivative")


def functions(phi: fastsig.Activation):
    return phi, phi.derivative, phi.second_derivative


def ulps(got: float, true: Fraction, largest_term: float) -> float:
    """Error in ulp of the largest term (2^-1074 where that is subnormal or 0)."""
    return float(abs(Fraction(got) - true) / Fraction(math.ulp(largest_term)))


# --- Certified values -----------------------------------------------------------


@pytest.mark.parametrize("name", sorted(grouped("values")))
def test_certified_values(name: str) -> None:
    phi = fastsig.activation(name)
    rows = grouped("values")[name]
    x = np.array([float(row["x"]) for row in rows])
    assert {-700.0, 700.0, -1e-300, 1e-300, 0.0, 1e300, -745.0} <= set(x)
    failures = []
    for order, function in zip(ORDERS, functions(phi), strict=True):
        of_array = function(x)
        for row, point, got in zip(rows, x.tolist(), of_array.tolist(), strict=True):
            assert function(point) == got  # numbers and arrays go the same way
            off = ulps(got, exact(row[order]), float(row["terms"][ORDERS.index(order)]))
            if not off <= ULPS_OF_LARGEST_TERM:
                failures.append(f"{order}({point!r}) = {got!r}, {off:.3g} ulp from {row[order]}")
    assert not failures


def test_certified_values_reach_the_subnormal_range() -> None:
    """So that the test above says something about gradual underflow."""
    tiny = [
        abs(float(exact(row[order])))
        for rows in grouped("values").values()
        for row in rows
        for order in ORDERS
    ]  # fmt: skip
    assert sum(0.0 < value < 2.2250738585072014e-308 for value in tiny) >= 10


# --- mpmath ----------------------------------------------------------------------


def random_points(problem: BuiltInProblem) -> np.ndarray:
    rng = np.random.default_rng(77)
    scale = problem.scale
    near = [place * (1.0 + 10.0 ** rng.uniform(-16, -1, 15)) for place in problem.delicate]
    return np.concatenate(
        [
            scale * rng.uniform(-12.0, 12.0, 120),
            scale * rng.uniform(-45.0, 45.0, 60),
            scale * rng.uniform(-760.0, 760.0, 40),
            rng.choice([-1.0, 1.0], 60) * 10.0 ** rng.uniform(-320, 4, 60),
            *near,
        ]
    )


@pytest.mark.parametrize("problem", BUILT_IN_PROBLEMS, ids=str)
def test_against_mpmath(problem: BuiltInProblem) -> None:
    phi, failures = problem.activation(), []
    for x in random_points(problem).tolist():
        # 50 digits; far out a sum like 1 + e^x of the plain formulas must still see its small term.
        with mpmath.workdps(50 + int(min(abs(x * max(problem.parameter, 1.0)), 2000.0) / 2)):
            orders = exact_terms(problem.name, x, problem.parameter)
            for order, function, terms in zip(ORDERS, functions(phi), orders, strict=True):
                got, largest = function(x), float(max(abs(t) for t in terms))
                off = float(abs(got - mpmath.fsum(terms)) / math.ulp(largest))
                if not off <= ULPS_OF_LARGEST_TERM:
                    failures.append(f"{order}({x!r}) = {got!r}, {off:.3g} ulp")
    assert not failures


# --- Specials ---------------------------------------------------------------------


@pytest.mark.parametrize("problem", BUILT_IN_PROBLEMS, ids=str)
def test_limits_at_infinity_and_nan(problem: BuiltInProblem) -> None:
    phi = problem.activation()
    for function, plus, minus in zip(functions(phi), problem.at_plus, problem.at_minus, strict=True):
        for x, limit in ((math.inf, plus), (-math.inf, minus), (math.nan, math.nan)):
            assert function(x) == limit or (math.isnan(limit) and math.isnan(function(x)))
        of_array = function(np.array([math.inf, -math.inf, math.nan]))
        np.testing.assert_array_equal(of_array, [plus, minus, math.nan])


@pytest.mark.parametrize("problem", BUILT_IN_PROBLEMS, ids=str)
def test_finite_at_every_finite_point(problem: BuiltInProblem) -> None:
    """No overflow on the way: abs(phi) <= C max(1, abs(x)), phi' and phi'' bounded by 3 C, up to 1e308."""
    phi = problem.activation()
    x = np.concatenate([dense_points(problem), [-1e308, 1e308]])
    reach = 2.0 + abs(problem.parameter)
    value = phi(x[np.abs(x) <= 1e306])  # slope -10 may overflow beyond
    assert np.all(np.abs(value) <= reach * np.maximum(1.0, np.abs(x[np.abs(x) <= 1e306])))
    assert np.all(np.abs(phi.derivative(x)) <= 3.0 * reach)
    assert np.all(np.abs(phi.second_derivative(x)) <= 3.0 * reach)
    assert not np.any(np.isnan(phi(x)))


def test_derivatives_at_kinks_are_what_the_formula_says() -> None:
    assert fastsig.activation("relu").derivative(0.0) == 0.0
    assert fastsig.activation("relu").derivative(-0.0) == 0.0
    assert fastsig.activation("leaky_relu", slope=0.25).derivative(0.0) == 0.25
    assert fastsig.activation("crrelu", eps=0.25).derivative(0.0) == 0.25
    for name in ("relu", "leaky_relu", "crrelu"):
        assert fastsig.activation(name).second_derivative(0.0) == 0.0


def test_signed_zeros() -> None:
    """An odd function keeps the sign of zero; one with a positive slope at 0 does too."""
    for name in ("tanh", "swish", "gelu", "mish", "telu", "snake"):
        phi = fastsig.activation(name)
        assert math.copysign(1.0, phi(0.0)) == 1.0
        assert math.copysign(1.0, phi(-0.0)) == -1.0


# --- Relations between the activations ----------------------------------------------


def test_exact_relations() -> None:
    x = np.linspace(-30.0, 30.0, 4001)
    relu, leaky, tanh, sigmoid = (fastsig.activation(n) for n in ("relu", "leaky_relu", "tanh", "sigmoid"))
    np.testing.assert_array_equal(leaky(x), np.where(x > 0, x, 0.01 * x))
    np.testing.assert_array_equal(relu(x) - relu(-x), x)
    np.testing.assert_array_equal(tanh(-x), -tanh(x))
    np.testing.assert_array_equal(sigmoid.derivative(-x), sigmoid.derivative(x))
    np.testing.assert_array_equal(
        fastsig.activation("swish", beta=2.0)(x), 0.5 * fastsig.activation("swish")(2.0 * x)
    )  # powers of two commute with rounding
    # s(x) = (1 + tanh(x/2))/2: two roundings of numbers up to 1, each side within 1 ulp of 1.
    np.testing.assert_allclose(sigmoid(x), 0.5 * (1.0 + tanh(0.5 * x)), rtol=0, atol=2 * 2.0**-52)
    # phi(x) - phi(-x) = x for x t(x) with t(x) + t(-x) = 1
    for name in ("swish", "gelu"):
        phi = fastsig.activation(name)
        np.testing.assert_allclose(phi(x) - phi(-x), x, rtol=8 * 2.0**-53, atol=1e-300)
