"""Automatic differentiation: against mpmath, and what it refuses."""

import math
from math import exp as exponential
from math import log1p

import mpmath
import numba
import numpy as np
import pytest
from scipy import special

import fastsig
from fastsig.activations.differentiation.unary_rules import UNARY
from fastsig.activations.jets import Jet, derivatives, differentiate

X = np.array([-30.0, -7.3, -2.0, -0.9, -0.31, 0.0, 1e-3, 0.4, 0.77, 1.6, 5.0, 12.0])
SMALL = np.array([-0.93, -0.4, -0.011, 0.2, 0.55, 0.9])
POSITIVE = np.array([1e-3, 0.3, 1.0, 2.5, 40.0])
ABOVE_ONE = np.array([1.001, 1.5, 3.0, 40.0])

ORACLES = {
    "square": (np.square, lambda x: x * x, X),
    "reciprocal": (np.reciprocal, lambda x: 1 / x, POSITIVE),
    "exp": (np.exp, mpmath.exp, X),
    "exp2": (np.exp2, lambda x: mpmath.mpf(2) ** x, X),
    "expm1": (np.expm1, mpmath.expm1, X),
    "log": (np.log, mpmath.log, POSITIVE),
    "log2": (np.log2, lambda x: mpmath.log(x, 2), POSITIVE),
    "log10": (np.log10, mpmath.log10, POSITIVE),
    "log1p": (np.log1p, mpmath.log1p, POSITIVE),
    "sqrt": (np.sqrt, mpmath.sqrt, POSITIVE),
    "cbrt": (np.cbrt, mpmath.cbrt, POSITIVE),
    "sin": (np.sin, mpmath.sin, X),
    "cos": (np.cos, mpmath.cos, X),
    "tan": (np.tan, mpmath.tan, SMALL),
    "arcsin": (np.arcsin, mpmath.asin, SMALL),
    "arccos": (np.arccos, mpmath.acos, SMALL),
    "arctan": (np.arctan, mpmath.atan, X),
    "sinh": (np.sinh, mpmath.sinh, X),
    "cosh": (np.cosh, mpmath.cosh, X),
    "tanh": (np.tanh, mpmath.tanh, X),
    "arcsinh": (np.arcsinh, mpmath.asinh, X),
    "arccosh": (np.arccosh, mpmath.acosh, ABOVE_ONE),
    "arctanh": (np.arctanh, mpmath.atanh, SMALL),
    "erf": (special.erf, mpmath.erf, X),
    "erfc": (special.erfc, mpmath.erfc, X),
    "erfcx": (special.erfcx, lambda x: mpmath.exp(x * x) * mpmath.erfc(x), SMALL),
    "expit": (special.expit, lambda x: 1 / (1 + mpmath.exp(-x)), X),
    "log_expit": (special.log_expit, lambda x: -mpmath.log1p(mpmath.exp(-x)), X),
    "ndtr": (special.ndtr, mpmath.ncdf, X),
    "log_ndtr": (special.log_ndtr, lambda x: mpmath.log(mpmath.ncdf(x)), SMALL),
}
COMPOSED = {
    "gelu": (lambda x: 0.5 * x * (1 + special.erf(x / np.sqrt(2))), lambda x: x * mpmath.ncdf(x)),
    "mish": (lambda x: x * np.tanh(np.log1p(np.exp(x))), lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x)))),
    "logaddexp": (lambda x: np.logaddexp(x, -0.5 * x), lambda x: mpmath.log(mpmath.exp(x) + mpmath.exp(-x / 2))),
    "logaddexp2": (
        lambda x: np.logaddexp2(x, 0.0),
        lambda x: mpmath.log(mpmath.mpf(2) ** x + 1, 2),
    ),
    "hypot": (lambda x: np.hypot(x, 1 + x), lambda x: mpmath.sqrt(x * x + (1 + x) ** 2)),
    "power": (lambda x: (1 + x * x) ** 1.5, lambda x: (1 + x * x) ** mpmath.mpf(1.5)),
    "cube": (lambda x: x**3 - 2 * x**2 + x**1 + x**0, lambda x: x**3 - 2 * x**2 + x + 1),
    "base": (lambda x: 1.5**x, lambda x: mpmath.mpf(1.5) ** x),
    "both": (lambda x: (2 + np.cos(x)) ** np.sin(x), lambda x: (2 + mpmath.cos(x)) ** mpmath.sin(x)),
    "quotient": (lambda x: np.sin(x) / (2 + np.cos(x)), lambda x: mpmath.sin(x) / (2 + mpmath.cos(x))),
    "softsign": (lambda x: x / (1 + np.abs(x)), lambda x: x / (1 + abs(x))),
    "in place": (lambda x: _in_place(x), lambda x: mpmath.tanh(x) + x * x),
}


def _in_place(x):
    y = np.tanh(x)
    y += x * x
    return y


def exact(oracle, x: float, order: int) -> float:
    """By Taylor expansion; mpmath works with 60 digits."""
    with mpmath.workdps(60):
        return float(mpmath.diff(oracle, mpmath.mpf(x), order) if order else oracle(mpmath.mpf(x)))


def check(function, oracle, x: np.ndarray) -> None:
    found = derivatives(function, x)
    assert found is not None
    assert np.array_equal(found[0], function(x))
    sizes = [np.abs(part).max() for part in found]
    for order in (1, 2):
        expected = np.array([exact(oracle, point, order) for point in x.tolist()])
        # A few roundings of the value, and of the terms that cancel in it: those are as large as the neighbours.
        allowed = 1e-14 * np.abs(expected) + 1e-15 * min(1.0, sizes[order])
        assert np.all(np.abs(found[order] - expected) <= allowed), (order, found[order], expected)


@pytest.mark.parametrize("name", ORACLES)
def test_function_of_one_argument(name: str) -> None:
    check(*ORACLES[name])


@pytest.mark.parametrize("name", COMPOSED)
def test_composition(name: str) -> None:
    function, oracle = COMPOSED[name]
    check(function, oracle, X[X != 0.0] if name == "softsign" else X)


def test_each_rule_is_tested() -> None:
    trivial = {"negative", "positive", "conjugate", "absolute", "fabs", "softplus"}
    assert set(UNARY) - trivial == set(ORACLES)


PIECEWISE = {
    "where": lambda x: np.where(x > 0, x, np.expm1(x)),
    "where of overflow": lambda x: np.where(x > 0, x, np.exp(40 * np.abs(x)) * 0 + np.expm1(np.minimum(x, 0))),
    "select": lambda x: np.select([x > 0, x <= 0], [x, np.expm1(x)]),
    "piecewise": lambda x: np.piecewise(x, [x > 0], [lambda t: t, np.expm1]),
    "masks": lambda x: _masked(x),
    "maximum": lambda x: np.maximum(x, 0.0) + np.expm1(np.minimum(0.0, x)),
    "clip": lambda x: np.clip(x, 0.0, None) + np.expm1(x.clip(max=0.0)),
    "scalar": lambda x: x if x > 0 else math.expm1(x),
    "builtins": lambda x: max(x, 0.0) + math.expm1(min(x, 0)),
}


def _masked(x):
    y = np.zeros_like(x)
    y[x > 0] = x[x > 0]
    y[x <= 0] = np.expm1(x[x <= 0])
    return y


@pytest.mark.parametrize("name", PIECEWISE)
def test_elu_in_many_ways(name: str) -> None:
    x = np.array([-3.0, -0.5, -1e-9, 1e-9, 0.5, 30.0])
    found = derivatives(PIECEWISE[name], x)
    assert found is not None
    below = x < 0
    np.testing.assert_array_equal(found[1], np.where(below, np.exp(np.minimum(x, 0)), 1.0))
    np.testing.assert_array_equal(found[2], np.where(below, np.exp(np.minimum(x, 0)), 0.0))


def logistic(x):
    return 1 / (1 + exponential(-x)) if x > -700 else 0.0


def swish(x):
    return x * logistic(x)


def test_scalar_functions_through_math_and_helpers() -> None:
    x = np.array([-800.0, -2.0, 0.0, 3.0])
    found = derivatives(swish, x)
    assert found is not None
    s = special.expit(x)
    np.testing.assert_allclose(found[1], s + x * s * (1 - s), rtol=1e-14)
    scale, root = 2.0, math.sqrt

    def closure(t):
        return root(1 + scale * t * t) + log1p(t * t) + math.pow(abs(t) + 1, 1.5) + math.erf(t)

    found = derivatives(closure, x)
    assert found is not None
    r = np.sqrt(1 + 2 * x * x)
    slope = (
        2 * x / r
        + 2 * x / (1 + x * x)
        + 1.5 * np.sign(x) * np.sqrt(np.abs(x) + 1)
        + 2 / np.sqrt(np.pi) * np.exp(-x * x)
    )
    np.testing.assert_allclose(found[1], slope, rtol=1e-14)
    assert exponential is math.exp  # the originals are as they were


def test_numba_functions_are_seen_through() -> None:
    compiled = numba.njit(swish_of_math)
    found = derivatives(compiled, np.array([-1.0, 2.0]))
    assert found is not None
    s = special.expit(np.array([-1.0, 2.0]))
    np.testing.assert_allclose(found[1], s + np.array([-1.0, 2.0]) * s * (1 - s), rtol=1e-14)


def swish_of_math(x):
    return x / (1.0 + math.exp(-x))


def test_overflow_gives_nan_not_a_wrong_number() -> None:
    found = derivatives(lambda x: x / (1 + np.exp(-x)), np.array([-1000.0, 1.0]))
    assert found is not None
    assert np.isnan(found[1][0]) or found[1][0] == 0.0
    assert found[1][1] == pytest.approx(0.9276705118714867, rel=1e-14)


calls = []


def fickle(x):
    calls.append(x)
    return x * len(calls)


def stairs(x):
    step = 0
    for t in np.linspace(-3, 3, 200).tolist():
        if x > t:
            step += 1
    return x + step


REFUSED = {
    "array": lambda x: np.asarray(x) ** 2,
    "single precision": lambda x: np.tanh(x.astype(np.float32)),
    "unknown ufunc": special.gammaln,
    "unknown function": np.sinc,
    "reduction": lambda x: x - x.sum(),
    "complex": lambda x: (x + 1j) ** 2,
    "loop": lambda x: np.array([math.tanh(t) for t in x]),
    "vectorize": np.vectorize(math.tanh),
    "table": lambda x: np.interp(x, [0.0, 1.0], [0.0, 1.0]),
    "shape": lambda x: x[:1],
    "many branches": stairs,
    "raises": lambda x: 1 / 0,
    "fickle": fickle,
    "no function": 3.0,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_jet_does_not_understand_ends_in_none(name: str) -> None:
    x = np.linspace(-2.9, 2.9, 101)
    values = np.zeros_like(x) if name in ("raises", "no function", "complex") else None
    assert derivatives(REFUSED[name], x, values) is None


def test_values_that_differ_are_refused() -> None:
    x = np.linspace(-1, 1, 11)
    assert derivatives(np.tanh, x, np.tanh(x) * (1 + 1e-10)) is None
    assert derivatives(np.tanh, x, np.tanh(x)) is not None


def test_arguments_are_left_alone() -> None:
    x = np.linspace(-1, 1, 5)
    before = x.copy()

    def greedy(t):
        t *= 2.0
        t[t > 0] = 0.0
        return t

    found = differentiate(greedy, x)
    assert np.array_equal(x, before)
    assert found is not None
    np.testing.assert_array_equal(found[1], np.where(before > 0, 0.0, 2.0))


def test_jet_is_no_array() -> None:
    jet = Jet(np.ones(3), 1.0, 0.0)
    with pytest.raises(TypeError, match="does not become an array"):
        np.asarray(jet)
    with pytest.raises(TypeError, match="float64"):
        jet.astype(np.float32)
    assert (jet.shape, jet.ndim, jet.size, len(jet), jet.dtype) == ((3,), 1, 3, 3, np.float64)


# --- What a function raises for jets -------------------------------------------------------------------


class OnlyNumbersError(Exception):
    """A user's own."""


def raising_for_jets(error):
    def function(x):
        if isinstance(x, Jet):
            raise error
        return np.tanh(x)

    return function


@pytest.mark.parametrize(
    "error", [TypeError(), OnlyNumbersError(), RuntimeError(), RecursionError(), OSError()], ids=repr
)
def test_what_is_raised_for_jets_only_means_no_jets(error) -> None:
    function = raising_for_jets(error)
    assert differentiate(function, np.array([0.5])) is None
    phi = fastsig.Activation(function, name="tanh")
    assert phi.derivative_source == "chebyshev"
    assert phi.derivative(0.5) == pytest.approx(1 - math.tanh(0.5) ** 2, rel=1e-13)


@pytest.mark.parametrize("error", [MemoryError("m"), KeyboardInterrupt("k"), SystemExit(1), GeneratorExit()], ids=repr)
def test_interrupts_and_lack_of_memory_come_out(error) -> None:
    with pytest.raises(type(error)) as caught:
        fastsig.Activation(raising_for_jets(error), name="tanh")
    assert caught.value is error


@pytest.mark.parametrize("error", [OnlyNumbersError("late"), ValueError("late")], ids=repr)
def test_what_is_raised_for_numbers_too_comes_out_of_derivatives(error) -> None:
    """Also when only phi' is asked for, which jets give."""
    switch = []

    def function(x):
        if switch:
            raise error
        return np.tanh(x)

    phi = fastsig.Activation(function, name="tanh")
    assert phi.derivative_source == "automatic differentiation"
    before = phi.derivative(0.5)
    switch.append(True)
    for call in (phi.derivative, phi.second_derivative, phi):
        with pytest.raises(type(error)) as caught:
            call(0.25)
        assert caught.value is error
    switch.clear()
    assert phi.derivative(0.5) == before
    assert phi.derivative(0.25) == pytest.approx(1 - math.tanh(0.25) ** 2, rel=1e-15)
