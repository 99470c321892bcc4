"""Kinks, slopes, derivatives and names that are given."""

import functools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fastsig
from fastsig import KinkWarning
from tests import problems
from tests.user_input.given import INF, NAN, Tanh, relu, tanh_of, values_of


@pytest.mark.parametrize(
    ("kinks", "error"),
    [
        ((1.0, 0.0), ValueError),
        ((0.0, 0.0), ValueError),
        ((-0.0, 0.0), ValueError),
        ((NAN,), ValueError),
        ((0.0, INF), ValueError),
        ((-INF, 0.0), ValueError),
        (("zero",), ValueError),
        ((1j,), TypeError),
        ((None,), TypeError),
        (([0.0],), TypeError),
        (((0.0, 1.0),), TypeError),
        (0.0, TypeError),
        (None, TypeError),
        ((True,), TypeError),
        ((10**400,), ValueError),
        (np.array([[0.0, 1.0]]), (TypeError, ValueError)),
    ],
    ids=repr,
)
def test_kinks_that_are_none(kinks: Any, error: Any) -> None:
    with pytest.raises(error, match=r"kink|real number|double|iterable") as caught:
        fastsig.Activation(relu, kinks=kinks)
    assert "kink" in str(caught.value)


@pytest.mark.parametrize("kinks", [[0.0], (0,), np.array([0.0]), ["0"], (Fraction(0),), iter([0.0]), {0.0}])
def test_kinks_of_any_kind(kinks: Any) -> None:
    assert fastsig.Activation(relu, kinks=kinks).kinks == (0.0,)


def test_kinks_that_are_not_there_do_no_harm() -> None:
    plain = fastsig.Activation(np.tanh)
    for kinks in ((0.3,), tuple(np.linspace(-3.0, 3.0, 50))):
        phi = fastsig.Activation(np.tanh, kinks=kinks)
        np.testing.assert_allclose(values_of(phi), values_of(plain), rtol=1e-12, atol=1e-15)
        assert fastsig.total_variation(phi).value == pytest.approx(2.0, rel=1e-11)
        assert math.isfinite(fastsig.curvature(phi).value)


def test_a_kink_that_is_declared_beside_its_place() -> None:
    with pytest.warns(KinkWarning, match=r"0\.37"):
        phi = fastsig.Activation(problems.relu_037, kinks=(0.36,))
    got, true = fastsig.moments(phi, 0.1, mean=0.35), fastsig.moments("relu", 0.1, mean=0.35 - 0.37)
    assert got.m1 == pytest.approx(true.m1, rel=1e-12)
    assert got.g1 == pytest.approx(true.g1, rel=1e-12)


@pytest.mark.parametrize("slopes", [(0.0, 1.0), (1.0, 1.0), (0.999, 0.0), (1.0, 1e-6), (1e300, 0.0), (-1.0, 0.0)])
def test_slopes_that_contradict(slopes: tuple) -> None:
    with pytest.raises(ValueError, match="slopes"):
        fastsig.Activation(relu, kinks=(0.0,), slopes=slopes)
    with pytest.raises(ValueError, match="slopes"):
        fastsig.Activation(problems.softplus, slopes=slopes)


@pytest.mark.parametrize(
    ("slopes", "error"),
    [
        ((1.0,), ValueError),
        ((1.0, 0.0, 0.0), ValueError),
        ((NAN, 0.0), ValueError),
        ((INF, 0.0), ValueError),
        (("a", 0.0), ValueError),
        ((None, 0.0), TypeError),
        ((1j, 0.0), TypeError),
        (1.0, TypeError),
        ((), ValueError),
    ],
    ids=repr,
)
def test_slopes_that_are_none(slopes: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        fastsig.Activation(relu, kinks=(0.0,), slopes=slopes)
    assert "slope" in str(caught.value)


def test_slopes_that_are_given_are_exact() -> None:
    phi = fastsig.Activation(problems.arctan, slopes=(0, "0"))
    assert phi.slopes == (0.0, 0.0)
    assert fastsig.slopes(phi).error == 0.0


@pytest.mark.parametrize(
    "derivative",
    [
        lambda x: np.tanh(x),
        lambda x: -1 / np.cosh(np.clip(x, -300, 300)) ** 2,
        lambda x: 1.001 / np.cosh(np.clip(x, -300, 300)) ** 2,
        lambda x: np.where(x > 2, 0.0, 1 / np.cosh(np.clip(x, -300, 300)) ** 2),
        lambda x: 0 * x,
    ],
    ids=["phi", "sign", "factor", "tail", "zero"],
)
def test_derivatives_that_contradict(derivative: Callable) -> None:
    with pytest.raises(ValueError, match="derivative"):
        fastsig.Activation(np.tanh, derivative)


def test_second_derivatives_that_contradict() -> None:
    with pytest.raises(ValueError, match="derivative"):
        fastsig.Activation(np.tanh, None, lambda x: np.tanh(x))


@pytest.mark.parametrize("name", [3, b"x", ["a"], np.tanh])
def test_names_that_are_no_strings(name: Any) -> None:
    with pytest.raises(TypeError, match="name"):
        fastsig.Activation(np.tanh, name=name)


def test_names() -> None:
    assert fastsig.Activation(np.tanh).name == "tanh"
    assert fastsig.Activation(Tanh()).name == "Tanh"
    assert str(fastsig.Activation(np.tanh, name="my tanh")) == "my tanh"
    assert repr(fastsig.Activation(np.tanh, name="it's")) == 'Activation("it\'s")'
    assert len(repr(fastsig.Activation(functools.partial(tanh_of, 1.0)))) < 80


def test_keywords_only() -> None:
    with pytest.raises(TypeError):
        fastsig.Activation(np.tanh, None, None, (0.0,))  # type: ignore[misc]
    with pytest.raises(TypeError):
        fastsig.Activation()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        fastsig.Activation(np.tanh, kink=(0.0,))  # type: ignore[call-arg]
