"""Hermite coefficients against closed forms, moments and the dual activation."""

import math

import numpy as np
import pytest

import fastsig
from fastsig.kernel import dual, hermite_coefficients


def test_relu_in_closed_form():
    """a_2k = (-1)^(k+1) sqrt((2k)!)/(2^k k! (2k-1) sqrt(2 pi)), a_1 = 1/2, other odd ones 0; in proportion to sigma."""
    found = hermite_coefficients("relu", 3.0, 120)
    for k in range(60):
        log = 0.5 * math.lgamma(2 * k + 1) - k * math.log(2) - math.lgamma(k + 1)
        true = 3.0 * (-1) ** (k + 1) * math.exp(log) / ((2 * k - 1) * math.sqrt(2 * math.pi))
        assert abs(found.value[2 * k] - true) <= found.error[2 * k] + 1e-15 * k
        assert abs(found.value[2 * k + 1] - (1.5 if k == 0 else 0.0)) <= found.error[2 * k + 1]
    assert found.error.max() < 1e-13


def test_sine_like_activation():
    """snake: x + (1 - cos 2x)/2; cos(w s Z) has coefficients (-1)^k (w s)^2k exp(-(w s)^2/2)/sqrt((2k)!)."""
    s = 0.9
    found = hermite_coefficients("snake", s, 30)
    for k in range(15):
        w = 2 * s
        wave = (-1) ** k * w ** (2 * k) * math.exp(-w * w / 2) / math.sqrt(math.factorial(2 * k))
        true = (0.5 if k == 0 else 0.0) - 0.5 * wave
        assert abs(found.value[2 * k] - true) <= found.error[2 * k]
    assert abs(found.value[1] - s) <= found.error[1]


@pytest.mark.parametrize("name", ["relu", "elu", "gelu", "mish", "tanh", "softsign"])
@pytest.mark.parametrize("sigma", [0.0, 1e-3, 1.0, 20.0])
def test_against_moments(name, sigma):
    """a_0 = m1, a_1 = sigma g1 (Stein), sum of squares = m2 with what the tail says."""
    found, m = hermite_coefficients(name, sigma, 300), fastsig.moments(name, sigma)
    assert abs(found.value[0] - m.m1) <= found.error[0] + m.error.m1
    assert abs(found.value[1] - sigma * m.g1) <= found.error[1] + sigma * m.error.g1
    assert abs(found.m2 - m.m2) <= 1e-14 * m.m2
    missing = m.m2 - found.value @ found.value
    assert -1e-14 * m.m2 <= missing <= found.tail


@pytest.mark.parametrize("rho", [-1.0, -0.9, 0.0, 0.5, 0.99])
@pytest.mark.parametrize("name", ["relu", "gelu", "mish"])
@pytest.mark.parametrize("n", [5, 60])
def test_truncation_bound(name, rho, n):
    x, y = hermite_coefficients(name, 1.0, n), hermite_coefficients(name, 2.0, n + 7)
    series, direct = x.dual(y, rho), dual(name, 1.0, 4.0, rho)
    assert abs(series.value - direct.value) <= series.error + direct.error
    if abs(rho) <= 0.5 and n == 60:
        assert series.error < 1e-12  # and the bound is no empty one


def test_bound_is_not_wasteful():
    """For relu at rho = 1 the bound is what is missing."""
    a = hermite_coefficients("relu", 1.0, 41)
    assert a.dual(a, 1.0).error == pytest.approx(0.5 - a.dual(a, 1.0).value, rel=1e-9)


def test_errors_of_a_users_activation_are_carried():
    mine = fastsig.Activation(lambda x: np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0.0), name="mine")
    a, b = hermite_coefficients(mine, 1.0, 50), hermite_coefficients("softplus", 1.0, 50)
    assert np.all(np.abs(a.value - b.value) <= a.error + b.error)


def test_bad_input():
    with pytest.raises(ValueError, match="n must be from 1 to 10000"):
        hermite_coefficients("relu", 1.0, 0)
    with pytest.raises(ValueError, match="sigma must be"):
        hermite_coefficients("relu", -1.0, 3)
    a = hermite_coefficients("relu", 1.0, 3)
    with pytest.raises(ValueError, match="rho must be"):
        a.dual(a, 1.5)
