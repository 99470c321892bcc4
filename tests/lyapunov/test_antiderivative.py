"""F and the energy against closed forms and SciPy's quadrature."""

import math

import numpy as np
import pytest
from scipy.special import erf

import fastsig
from fastsig import lyapunov
from fastsig.lyapunov.antiderivative import Antiderivative
from tests.theory_problems import MADE

X = np.concatenate([np.linspace(-30.0, 30.0, 4001), [1e-300, -1e-12, 1e3, -1e5, 1e9, -1e12]])


def log_cosh(x):
    return np.abs(x) + np.log1p(np.exp(-2.0 * np.abs(x))) - math.log(2.0)


CLOSED = {
    "identity": lambda x: x * x / 2,
    "relu": lambda x: np.maximum(x, 0) ** 2 / 2,
    "leaky_relu": lambda x: np.where(x > 0, 1.0, 0.01) * x * x / 2,
    "tanh": log_cosh,
    "sigmoid": lambda x: np.logaddexp(0.0, x) - math.log(2.0),
    "arctan": lambda x: x * np.arctan(x) - np.log1p(x * x) / 2,
    "asinh": lambda x: np.where(np.abs(x) < 1e-3, x * x / 2, x * np.arcsinh(x) - np.hypot(x, 1.0) + 1.0),
    "gaussian": lambda x: math.sqrt(math.pi) / 2 * erf(x),
    "elu": lambda x: np.where(x > 0, x * x / 2, np.expm1(np.minimum(x, 0)) - x),
    "hardtanh": lambda x: np.where(np.abs(x) <= 1, x * x / 2, np.abs(x) - 0.5),
    "softsign": lambda x: np.abs(x) - np.log1p(np.abs(x)),
}


@pytest.mark.parametrize("name", CLOSED)
def test_closed_forms(name):
    value, error = Antiderivative(fastsig.activation(name))(X)
    expected = CLOSED[name](X)
    # the closed forms themselves cancel near 0 and far out
    slack = 1e-15 * (np.abs(expected) + np.abs(X) * np.log1p(np.abs(X)) + np.minimum(np.abs(X), 1.0)) + 4e-16
    assert (np.abs(value - expected) <= error + slack).all()
    assert (error <= 1e-13 * (np.abs(X) + X * X)).all()


@pytest.mark.parametrize("name", fastsig.activation_names())
def test_against_scipy(name):
    from scipy.integrate import quad

    phi = fastsig.activation(name)
    found = Antiderivative(phi)
    for x in (-7.3, -0.4, 0.9, 5.5):
        breaks = sorted(p for p in (*phi.kinks, 0.0) if min(0.0, x) < p < max(0.0, x))
        expected, wrong = quad(phi, 0.0, x, epsabs=1e-14, epsrel=1e-13, points=breaks or None, limit=200)
        value, error = found(np.array([x]))
        assert abs(float(value[0]) - expected) <= float(error[0]) + 2.0 * wrong + 1e-15


def test_users_activations():
    value, error = Antiderivative(MADE["hat"]())(np.array([-2.0, -0.5, 0.5, 3.0]))
    assert value == pytest.approx([-0.5, -0.375, 0.375, 0.5], abs=1e-15)
    assert (error < 1e-13).all()
    value, error = Antiderivative(MADE["tanh by values"]())(X[:4001])
    assert (np.abs(value - log_cosh(X[:4001])) <= error + 1e-15 * (1.0 + np.abs(X[:4001]))).all()


def test_far_oscillation_is_followed():
    """snake: F = x^2/2 + x/(2a) - sin(2 a x)/(4 a^2)."""
    x = np.array([700.0, -3000.0, 5000.0])
    value, error = Antiderivative(fastsig.activation("snake"))(x)
    expected = x * x / 2 + x / 2 - np.sin(2 * x) / 4
    assert (np.abs(value - expected) <= error + 1e-15 * x * x).all()
    with pytest.raises(ValueError, match="beyond its profile"):
        Antiderivative(fastsig.activation("snake"))(np.array([1e9]))


def test_the_energy_has_the_right_slope():
    """E'(x) = x - T(x)."""
    for name, a, b in [("tanh", 3.0, 0.2), ("relu", -0.5, 1.0), ("gelu", 0.7, -1.0), ("elu", -0.9, 0.3)]:
        one = lyapunov.primitive(name, a, b)
        x, h = np.linspace(-4.0, 4.0, 83), 1e-5
        slope = (one.energy(x + h) - one.energy(x - h)) / (2.0 * h)
        assert slope == pytest.approx(x - one.activation.batch(0, a * x + b), abs=1e-5)


def test_energy_in_closed_form():
    one = lyapunov.primitive("tanh", 3.0, 0.5)
    x = np.linspace(-3.0, 3.0, 61)
    assert one.energy(x) == pytest.approx(x * x / 2 - log_cosh(3.0 * x + 0.5) / 3.0, abs=1e-15)
    assert isinstance(one.energy(0.3), float)
    with pytest.raises(ValueError, match="2\\^40"):
        one.energy(1e20)
