"""How fast an activation may grow."""

import math
from collections.abc import Callable

import numpy as np
import pytest

import fastsig
from tests.user_input.given import INF


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.exp(np.minimum(x * x, 1e300)),
        lambda x: math.exp(x * x),
        lambda x: np.exp(x),
        lambda x: np.sinh(x),
        lambda x: x * np.exp(x),
        lambda x: 2.0 ** abs(x),
    ],
    ids=["exp(x^2)", "scalar exp(x^2)", "exp", "sinh", "x exp", "2^abs(x)"],
)
def test_what_grows_too_fast_is_refused(function: Callable) -> None:
    with np.errstate(all="ignore"), pytest.raises((ValueError, OverflowError)) as caught:
        fastsig.Activation(function)
    assert isinstance(caught.value, OverflowError) or "class" in str(caught.value)


def test_a_square_is_allowed_with_a_note() -> None:
    phi = fastsig.Activation(lambda x: x * x, name="square")
    got = fastsig.moments(phi, 3.0, mean=1.0, which=("m1", "m2"))
    assert got.success
    assert got.m1 == pytest.approx(10.0, rel=1e-13)
    assert got.m2 == pytest.approx(1 + 6 * 9 + 3 * 81, rel=1e-13)
    assert "class" in phi.profile().message
    assert fastsig.total_variation(phi).value == INF
    assert fastsig.slopes(phi).value == (INF, -INF)
