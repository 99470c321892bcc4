"""The slope of the entropy in a given direction: closed forms, where it is infinite, and where there is none."""

import math

import numpy as np
import pytest
from scipy import special, stats

import fastsig
from fastsig import eafo

CUBE = fastsig.Activation(lambda x: x**3 / (1.0 + x * x), name="cube")
SHIFTED = fastsig.Activation(lambda x: (x - 1.0) ** 3 / (1.0 + (x - 1.0) ** 2), name="shifted cube")


@pytest.mark.parametrize(
    ("phi", "density", "direction", "expected"),
    [
        ("relu", "normal", "relu", 0.5),  # H = (1/2) ln(1 + e) + ...
        ("tanh", stats.laplace(0, 0.4), "identity", 17.0 / 9.0),  # E cosh^2 = (1 + 1/(1 - 4 b^2))/2 at b = 0.4
        (CUBE, "normal", CUBE, 1.0),
        ("identity", stats.cauchy(), "identity", 1.0),
        ("identity", stats.loguniform(1e-10, 1), "sigmoid", None),
    ],
)
def test_closed_forms(phi, density, direction, expected):
    found = eafo.entropy_slope(phi, density, direction)
    if expected is None:  # E sigmoid' = [ln(s/(1-s)) ...] by Gauss-Legendre in ln x, 200 nodes: exact to rounding
        t, w = special.roots_legendre(200)
        x = np.exp(math.log(1e-10) * 0.5 * (1.0 - t))
        expected = 0.5 * float(w @ (special.expit(x) * special.expit(-x)))
    assert found.success
    assert abs(found.value - expected) <= found.error + 1e-14


@pytest.mark.parametrize(
    ("phi", "density", "direction", "where"),
    [
        (CUBE, "normal", "tanh", "x = "), (SHIFTED, "normal", "tanh", "x = 1"),  # integral of 1/(3 x^2)
        ("tanh", stats.laplace(), "identity", "infinity"), ("tanh", stats.laplace(0, 0.5), "identity", "infinity"),
        ("tanh", stats.cauchy(), "identity", "infinity"),
        (CUBE, np.random.default_rng(0).normal(size=500), "tanh", "x"),
    ],
)  # fmt: skip
def test_infinite_slopes_are_said_to_be(phi, density, direction, where):
    found = eafo.entropy_slope(phi, density, direction)
    assert found.value == math.inf
    assert f"diverges at {where}" in found.message


def test_a_flat_piece_that_bends_is_refused():
    """relu + e sigmoid: the atom at 0 becomes a density of height 1/e, and the entropy falls like ln(e)/2."""
    with pytest.raises(ValueError, match=r"flat on .* where sigmoid is not constant"):
        eafo.entropy_slope("relu", "normal", "sigmoid")
    start = eafo.output_entropy("relu", "normal").entropy
    jumps = []
    for e in (1e-3, 1e-5):
        moved = fastsig.Activation(
            lambda x, e=e: np.maximum(x, 0.0) + e / (1.0 + np.exp(-np.clip(x, -700, 700))), kinks=(0,)
        )
        jumps.append(eafo.output_entropy(moved, "normal").entropy - start)
    assert jumps[0] < -3.0
    assert jumps[1] - jumps[0] == pytest.approx(0.5 * math.log(1e-2), abs=0.01)
    found = eafo.entropy_slope("hardtanh", "normal", "hardtanh")  # constant where hardtanh is flat
    assert found.value == pytest.approx(1.0 - 2.0 * stats.norm.sf(1.0), abs=1e-12)
