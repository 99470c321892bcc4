"""What functions may return, and what is refused."""

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fastsig
from tests.user_input.given import INF, NAN


def where_large(bad: float, edge: float) -> Callable[[Any], Any]:
    return lambda x: np.where(np.abs(x) > edge, bad, np.tanh(x))


@pytest.mark.parametrize("bad", [NAN, INF, -INF])
@pytest.mark.parametrize("edge", [-1.0, 0.5, 20.0, 1e5])
def test_values_that_are_not_finite(bad: float, edge: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        fastsig.Activation(where_large(bad, edge))
    function = where_large(bad, edge)
    with pytest.raises(ValueError, match="finite"):
        fastsig.Activation(lambda x: float(function(float(x))))


@pytest.mark.parametrize("function", [lambda x: math.sin(x) / x, lambda x: np.sin(x) / x], ids=["scalar", "array"])
def test_nan_at_one_double(function: Callable) -> None:
    """sin(x)/x cannot be told from values elsewhere; where 0 itself is asked for there is an exception, no NaN."""
    with np.errstate(all="ignore"):
        phi = fastsig.Activation(function, name="sinc")
        assert fastsig.moments(phi, 1.0).m1 == pytest.approx(0.8556243918921488, rel=1e-14)  # sqrt(pi/2) erf(1/sqrt 2)
        with pytest.raises((ValueError, ZeroDivisionError), match=r"finite|0\.0|zero"):
            fastsig.moments(phi, 0.0)
        with pytest.raises((ValueError, ZeroDivisionError), match=r"finite|0\.0|zero"):
            fastsig.moments(phi, 1.0, method="gauss_hermite", nodes=101)


@pytest.mark.parametrize("bad", [NAN, INF])
def test_derivatives_that_are_not_finite(bad: float) -> None:
    for edge in (0.5, 20.0):
        with pytest.raises(ValueError, match="derivative"):
            fastsig.Activation(np.tanh, where_large(bad, edge))
        with pytest.raises(ValueError, match="derivative"):
            fastsig.Activation(np.tanh, None, where_large(bad, edge))


NOT_NUMBERS = {
    "complex array": lambda x: np.tanh(x) + 0j,
    "complex": lambda x: complex(math.tanh(x), 1.0),
    "str": lambda x: "tanh",
    "None": lambda x: None,
    "str array": lambda x: np.asarray(x).astype(str),
    "object array": lambda x: np.array([math.tanh(t) for t in x], dtype=object),
    "dict": lambda x: {"value": x},
    "datetime": lambda x: np.asarray(x).astype("M8[s]"),
    "structured": lambda x: np.zeros(np.shape(x), dtype=[("a", "f8")]),
    "generator": lambda x: (math.tanh(t) for t in x),
    "the function": lambda x: np.tanh,
    "fraction": lambda x: Fraction(math.tanh(x)),
    "decimal": lambda x: Decimal(math.tanh(x)),
}


@pytest.mark.parametrize("function", NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_values_that_are_no_real_numbers(function: Callable) -> None:
    with pytest.raises(TypeError):
        fastsig.Activation(function)


def test_complex_values_somewhere() -> None:
    """The root of a negative number: complex in Python, NaN in NumPy."""
    with pytest.raises(TypeError, match="real"):
        fastsig.Activation(lambda x: (float(x) + 7.0) ** 0.5)
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="finite"):
        fastsig.Activation(lambda x: (x + 7.0) ** 0.5)


OTHER_SHAPES = {
    "shorter": lambda x: np.tanh(x)[1:],
    "longer": lambda x: np.append(np.tanh(x), 0.0),
    "column": lambda x: np.tanh(x)[:, None],
    "one": lambda x: np.tanh(x)[:1],
    "empty": lambda x: np.tanh(x)[:0],
    "pair": lambda x: (np.tanh(x), 1 - np.tanh(x) ** 2),
    "mean": lambda x: np.mean(np.tanh(x), keepdims=True),
    "list of pairs": lambda x: [[math.tanh(t), 0.0] for t in x],
    "shorter when long": lambda x: np.tanh(x)[: min(np.size(x), 20)],
    "scalar when long": lambda x: np.tanh(x) if np.size(x) < 20 else 0.5,
}


@pytest.mark.parametrize("function", OTHER_SHAPES.values(), ids=OTHER_SHAPES)
def test_values_of_another_shape(function: Callable) -> None:
    with pytest.raises((ValueError, TypeError), match=r"shape|one"):
        fastsig.Activation(function)


NOT_ELEMENTWISE = {
    "softmax": lambda x: np.exp(x - np.max(x)) / np.sum(np.exp(x - np.max(x))),
    "centred": lambda x: x - np.mean(x),
    "reversed": lambda x: np.tanh(x)[::-1],
    "normed": lambda x: x / np.sqrt(np.sum(x * x) + 1.0),
    "cumulative": lambda x: np.cumsum(np.tanh(x)),
    "running maximum": lambda x: np.maximum.accumulate(np.tanh(x)),
    "less the first": lambda x: np.tanh(x - x.flat[0]),
    "sorted": lambda x: np.sort(np.tanh(x)),
    "sorted downwards": lambda x: -np.sort(-np.tanh(x)),
    "layer norm when long": lambda x: np.tanh(x - np.mean(x)) if np.size(x) > 3 else np.tanh(x),
}


@pytest.mark.parametrize("function", NOT_ELEMENTWISE.values(), ids=NOT_ELEMENTWISE)
def test_functions_that_are_not_elementwise(function: Callable) -> None:
    with pytest.raises(ValueError, match=r"element|resolved|smooth|jump|finite"):
        fastsig.Activation(function)


def test_functions_that_change_their_mind() -> None:
    rng = np.random.default_rng(7)
    with pytest.raises(ValueError, match=r"resolved|smooth|element|jump"):
        fastsig.Activation(lambda x: np.tanh(x) + 0.01 * rng.standard_normal(np.shape(x)))
    calls = iter(range(10**9))
    with pytest.raises(ValueError, match=r"resolved|smooth|element|jump"):
        fastsig.Activation(lambda x: math.tanh(x) + 0.01 * (next(calls) % 2))


def test_single_precision_is_refused_or_in_the_error() -> None:
    try:
        phi = fastsig.Activation(lambda x: np.tanh(np.asarray(x, dtype=np.float32)))
    except ValueError as error:
        assert "resolved" in str(error) or "smooth" in str(error)  # noqa: PT017
        return
    got, true = fastsig.moments(phi, 1.0, mean=0.5), fastsig.moments("tanh", 1.0, mean=0.5)
    for name in true.values:
        assert abs(got[name] - true[name]) <= got.error[name] + true.error[name]
        assert got.error[name] > 1e-12 * abs(true[name])


NOT_FUNCTIONS = [None, 3, 2.5, "tanh", b"tanh", [], {}, (np.tanh,), np.zeros(3), object(), Fraction(1), math, iter([])]


@pytest.mark.parametrize("bad", NOT_FUNCTIONS, ids=lambda b: repr(b)[:20])
def test_not_a_function(bad: object) -> None:
    with pytest.raises(TypeError, match="function"):
        fastsig.Activation(bad)
    if bad is not None:
        with pytest.raises(TypeError, match="function"):
            fastsig.Activation(np.tanh, bad)
        with pytest.raises(TypeError, match="function"):
            fastsig.Activation(np.tanh, None, bad)


@pytest.mark.parametrize("bad", [lambda: 1.0, lambda x, y: x, int, dict, np.zeros, type], ids=range(6))
def test_functions_of_other_arguments(bad: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        fastsig.Activation(bad)
