"""Functions that raise: their own exceptions come out."""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest

import fastsig
from tests import problems
from tests.user_input.given import INF, OwnError, raising


@pytest.mark.parametrize("where", [lambda x: x < INF, lambda x: x > 5, lambda x: x < -1e6, lambda x: abs(x) < 1e-6])
@pytest.mark.parametrize(
    "error",
    [OwnError("mine"), ZeroDivisionError("mine"), KeyError("mine"), RuntimeError("mine"), RecursionError("mine")],
    ids=lambda e: type(e).__name__,
)
def test_its_own_exception_comes_out(error: Exception, where: Callable) -> None:
    with pytest.raises(type(error)) as caught:
        fastsig.Activation(raising(error, where))
    assert caught.value is error


@pytest.mark.parametrize("error", [TypeError("mine"), ValueError("mine"), AttributeError("mine"), IndexError("mine")])
def test_its_own_ordinary_exception_comes_out(error: Exception) -> None:
    """Those that scalar code raises for arrays, too."""
    for where in (lambda x: x < INF, lambda x: x > 5, lambda x: x < -1e6):
        with pytest.raises(type(error), match="mine"):
            fastsig.Activation(raising(error, where))


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_interrupts_are_not_swallowed(error: type[BaseException]) -> None:
    with pytest.raises(error):
        fastsig.Activation(raising(error(), lambda x: x > 1e3))


class Switch:
    """tanh that raises once it is switched."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __call__(self, x: Any) -> Any:
        if self.error is not None:
            raise self.error
        return np.tanh(x)


@pytest.mark.parametrize("error", [OwnError("late"), ValueError("late"), KeyboardInterrupt("late")], ids=repr)
@pytest.mark.parametrize(
    "call",
    [
        lambda phi: phi(0.3),
        lambda phi: phi.derivative([0.3]),
        lambda phi: fastsig.moments(phi, 1.0),
        lambda phi: fastsig.moments(phi, [1.0, 2.0], mean=0.5, which=("m3", "g1_mean")),
        lambda phi: fastsig.moments(phi, 1.0, which="log_slope"),
        lambda phi: fastsig.moments(phi, 1.0, method="gauss_hermite"),
        lambda phi: fastsig.signature(phi, 1.0, mean=0.5),
        lambda phi: fastsig.expectation(lambda z, f, d, s: f, phi, 1.0),
        lambda phi: fastsig.affine_law(phi, 1.0, 2.0, 0.5, 1.0, 0.0),
        lambda phi: fastsig.sigma_for(phi, m2=0.5),
        lambda phi: fastsig.moments(phi.scaled(2.0), 1.0, mean=0.5),
    ],
    ids=[
        "value",
        "derivative",
        "moments",
        "further",
        "log_slope",
        "gauss_hermite",
        "signature",
        "expectation",
        "affine_law",
        "sigma_for",
        "scaled",
    ],
)
def test_its_own_exception_comes_out_later(call: Callable, error: BaseException) -> None:
    switch = Switch()
    phi = fastsig.Activation(switch, lambda x: switch(x) * 0 + 1 / np.cosh(np.clip(x, -300, 300)) ** 2)
    before = fastsig.moments(fastsig.Activation(np.tanh), 1.0, mean=0.5).m1
    switch.error = error
    with pytest.raises(type(error)) as caught:
        call(phi)
    assert caught.value is error
    switch.error = None
    call(phi)  # nothing is left behind
    assert fastsig.moments(phi, 1.0, mean=0.5).m1 == before


@pytest.mark.parametrize("given", ["derivative", "second_derivative"])
def test_an_activation_does_not_wear_out(given: str) -> None:
    """It serves a million points, whichever derivatives were given."""
    slope, bend = problems.arctan_slope, problems.arctan_bend
    phi = fastsig.Activation(np.arctan, slope, bend if given == "second_derivative" else None)
    x = np.linspace(-3.0, 3.0, 100_001)
    for _ in range(10):
        np.testing.assert_array_equal(phi.derivative(x), slope(x))
        phi.second_derivative(x)
    for _ in range(400):
        assert fastsig.moments(phi, 2.0, mean=0.5, method="gauss_hermite", nodes=1000).success


def test_exceptions_of_compiled_python() -> None:
    @numba.njit
    def angry(x: float) -> float:
        if x > 3.0:
            raise ValueError("mine")
        return x

    with pytest.raises(ValueError, match="mine"):
        fastsig.Activation(angry)


def test_exceptions_of_derivatives() -> None:
    for given in ({"derivative": raising(OwnError("mine"), lambda x: x > 3)}, {"second_derivative": None}):
        given = given if given.get("derivative") else {"second_derivative": raising(OwnError("mine"), lambda x: x > 3)}
        with pytest.raises(OwnError, match="mine"):
            fastsig.Activation(np.tanh, **given)


@pytest.mark.parametrize("error", [OwnError("mine"), ValueError("mine"), KeyboardInterrupt()], ids=repr)
def test_exceptions_of_an_integrand(error: BaseException) -> None:
    def function(z: Any, f: Any, d: Any, s: Any) -> Any:
        raise error

    for sigma in (0.0, 1.0, [1.0, 2.0]):
        with pytest.raises(type(error)) as caught:
            fastsig.expectation(function, "gelu", sigma)
        assert caught.value is error


def test_a_function_may_use_fastsig_itself() -> None:
    def gelu_like(x: Any) -> Any:
        assert fastsig.moments("tanh", 1.0, mean=0.5).success
        assert fastsig.expectation(lambda z, f, d, s: f, "relu", 1.0).success
        return fastsig.activation("gelu")(x)

    phi = fastsig.Activation(gelu_like)
    expected = fastsig.moments("gelu", 1.0, mean=0.5)
    assert fastsig.moments(phi, 1.0, mean=0.5).m2 == pytest.approx(expected.m2, rel=1e-13)

    def nested(z: Any, f: Any, d: Any, s: Any) -> Any:
        inner = fastsig.expectation(lambda z, f, d, s: f * f, phi, 1.0, mean=0.5)
        return f * 0 + inner.value

    assert fastsig.expectation(nested, "relu", 2.0).value == pytest.approx(expected.m2, rel=1e-12)
