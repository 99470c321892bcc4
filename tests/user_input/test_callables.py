"""Every kind of function that is accepted."""

import functools
import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest

import fastsig
from tests.user_input.given import NAN, Tanh, is_tanh, tanh_cfunc, tanh_njit, tanh_of


@numba.vectorize(["float64(float64)"])
def tanh_vectorized(x: float) -> float:
    return math.tanh(x)


def with_buffer() -> Callable[[np.ndarray], np.ndarray]:
    """It returns the same memory every time."""
    memory = np.empty(10**6)

    def tanh(x: np.ndarray) -> np.ndarray:
        out = memory[: np.size(x)].reshape(np.shape(x))
        return np.tanh(x, out=out)

    return tanh


def in_place(x: Any) -> Any:
    return np.tanh(x, out=x) if isinstance(x, np.ndarray) else math.tanh(x)


def spoils_its_input(x: np.ndarray) -> np.ndarray:
    result = np.tanh(x)
    x[...] = NAN
    return result


def reads_only(x: np.ndarray) -> np.ndarray:
    result = np.tanh(x)
    result.setflags(write=False)
    return result


def by_branches(x: float) -> float:
    if x > 300.0:
        return 1.0
    return -by_branches(-x) if x < 0 else 1.0 - 2.0 / (math.exp(2.0 * x) + 1.0) if x > 0.5 else math.tanh(x)


CALLABLES = {
    "ufunc": np.tanh,
    "math": math.tanh,
    "lambda": lambda x: np.tanh(x),
    "scalar lambda": lambda x: math.tanh(x),
    "branches": by_branches,
    "partial": functools.partial(tanh_of, 1.0),
    "object": Tanh(),
    "method": Tanh().method,
    "static": Tanh.static,
    "np.vectorize": np.vectorize(math.tanh),
    "frompyfunc, as floats": lambda x: np.frompyfunc(math.tanh, 1, 1)(x).astype(float) if np.ndim(x) else math.tanh(x),
    "one memory": with_buffer(),
    "in place": in_place,
    "spoils its input": spoils_its_input,
    "read-only result": reads_only,
    "list": lambda x: [math.tanh(t) for t in x],
    "strided result": lambda x: np.repeat(np.tanh(x), 2)[::2],
    "big-endian": lambda x: np.tanh(x).astype(">f8"),
    "longdouble": lambda x: np.tanh(np.asarray(x, dtype=np.longdouble)),
    "numpy scalar": lambda x: np.float64(math.tanh(x)),
    "0-d array": lambda x: np.array(math.tanh(x)),
    "njit": tanh_njit,
    "numba.vectorize": tanh_vectorized,
    "cfunc": tanh_cfunc,
}


@pytest.mark.parametrize("function", CALLABLES.values(), ids=CALLABLES)
def test_every_kind_of_callable(function: Any) -> None:
    is_tanh(fastsig.Activation(function))


def test_the_argument_of_the_caller_is_left_alone() -> None:
    x = np.linspace(-1.0, 1.0, 9)
    before = x.copy()
    for function in (in_place, spoils_its_input):
        phi = fastsig.Activation(function)
        for evaluate in (phi, phi.derivative, phi.second_derivative):
            evaluate(x)
            np.testing.assert_array_equal(x, before)
        np.testing.assert_array_equal(phi(x), np.tanh(x))


def test_results_are_not_the_memory_of_the_function() -> None:
    phi = fastsig.Activation(with_buffer())
    first = phi([0.5, 1.0])
    phi([2.0, 3.0])
    np.testing.assert_array_equal(first, np.tanh([0.5, 1.0]))


def test_identity_that_returns_its_argument() -> None:
    phi = fastsig.Activation(lambda x: x, name="same")
    x = np.array([1.0, 2.0])
    assert phi(x) is not x
    assert fastsig.moments(phi, 2.0, mean=3.0).m2 == pytest.approx(13.0, rel=1e-14)
    assert fastsig.slopes(phi).value == (1.0, 1.0)


def test_integers_are_numbers() -> None:
    phi = fastsig.Activation(lambda x: 2)
    assert (phi(0.5), phi.derivative(0.5)) == (2.0, 0.0)
    assert fastsig.moments(phi, 1.0).m2 == pytest.approx(4.0, rel=1e-14)
