"""Users' activations by the rule of the GPU, in plain Python, against the CPU's adaptive rule.

The bar is 1e-13 of E abs(integrand) beyond the CPU's own error, or what the rule says of itself.
"""

import math
import warnings

import numba
import numpy as np
import pytest

import fastsig
from fastsig.integrals import user_panels
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.cuda_moments import floors
from fastsig.integrals.errors_kernel import ROUNDINGS
from fastsig.integrals.source_check import floor_errors
from tests.integrals.panel_rule import Rule

pytest.importorskip("sympy", reason="the extra `symbolic` is not installed")

BAR = 1e-13
SIGMA = [1e-3, 0.03, 0.5, 1.0, 4.0, 35.0, 1e3]
MEAN = [0.7, -0.2, -3.0, 0.0, 6.0, -160.0, 2e3]


@numba.njit
def bent(x):
    return x if x > 0.5 else 0.25 + 0.5 * x


@numba.njit
def bent_slope(x):
    return 1 if x > 0.5 else 0.5


def soft_step(x):
    return math.tanh(x)


def soft_step_slope(x):
    return 1.0 / math.cosh(x) ** 2 if abs(x) < 300.0 else 0.0


def activation(text):
    if text == "undeclared kink":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", fastsig.KinkWarning)
            return fastsig.Activation(bent, bent_slope)
    if text == "declared kink":
        return fastsig.Activation(bent, bent_slope, kinks=[0.5])
    if text == "python":
        return fastsig.Activation(soft_step, soft_step_slope)
    if text == "scaled":
        return fastsig.activation("gelu").scaled(a=3.0, b=1.0, c=0.5, d=0.1)
    return fastsig.Activation.from_expression(text)


USERS = [
    *("declared kink", "undeclared kink", "python", "scaled"),
    *("tanh(x)", "gelu(x)", "exp(-x**2)", "x**2/(1+sqrt(1+x**2))", "Abs(x)", "x/(1+Abs(x))", "x*tanh(exp(x))"),
    *("Piecewise((x, x > 1), (x**2/2 + 1/2, x > 0), (1/2, True))", "(1+x**2)**(5/2)*exp(-x**2)"),
]


def compared(phi, sigma, mean):
    """Differences from the CPU, its errors, the rule's own errors, and sizes."""
    rule = Rule(phi)
    found, size, halved = rule(sigma, mean), rule(sigma, mean, sizes=True), rule(sigma, mean, parts=2)
    of_cpu = fastsig.moments(phi, sigma, mean=mean)
    expected, error = (np.array([field[name] for name in COMPONENTS]) for field in (of_cpu, of_cpu.error))
    own = np.abs(found - halved) + ROUNDINGS * size + floor_errors(floors(phi), np.array(sigma), size)
    return np.abs(found - expected), error, own, size


@pytest.mark.parametrize("text", USERS)
def test_they_agree_with_the_cpu(text):
    phi = activation(text)
    for sigma, mean in zip(SIGMA, MEAN, strict=True):
        difference, error, own, size = compared(phi, sigma, mean)
        assert np.all(difference <= own + error), (sigma, mean)
        assert np.all(difference <= BAR * size + error + 1e-280), (sigma, mean)


@pytest.mark.parametrize("text", ["exp(-100*(x - 5)**2)", "softplus(20*(x - 50))/20", "tanh(3*x - 300)"])
@pytest.mark.parametrize(("sigma", "mean"), [(0.3, 2.0), (1.2, 1.1), (4.0, 0.0), (30.0, 60.0)])
def test_what_lives_far_from_0_is_found(text, sigma, mean):
    """The Gaussian's window reaches it, also where all that there is comes from 10 sigma."""
    phi = activation(text)
    difference, error, own, size = compared(phi, sigma, mean)
    assert np.all(difference <= own + error + 1e-280)
    assert np.all(difference <= BAR * size + error + 1e-280)


def test_what_cancels_is_in_the_error():
    """sqrt(1 + x^2) - 1 in plain float64: 1e-16 absolutely, of numbers of 5e-7."""
    difference, error, own, size = compared(activation("sqrt(1+x**2)-1"), 1e-3, 0.0)
    assert difference[0] > BAR * size[0]
    assert np.all(difference <= own + error)
    assert own[0] < 1e-8 * size[0]


def test_panels_that_are_too_long_are_convicted(monkeypatch):
    for name in ("TAIL", "ESCAPING"):
        monkeypatch.setattr(user_panels, name, 1.0)
    difference, error, own, size = compared(activation("tanh(x)"), 30.0, 4.0)
    assert np.any(difference > BAR * size + error)
    assert np.any(own > BAR * size)  # and halving tells


def test_pieces_that_are_not_looked_at_are_convicted(monkeypatch):
    """Beyond its bend, gelu' is 1 but for a foot that a long panel's own nodes do not see."""
    monkeypatch.setattr(user_panels, "ESCAPING", 1.0)
    monkeypatch.setattr(user_panels, "TAIL", 1e-10)
    difference, error, own, _ = compared(activation("gelu(3*x+1)/2+1/10"), 64.26893281, -94.14177672)
    assert np.any(difference > own + error)


def test_too_many_panels_are_refused():
    with pytest.raises(ValueError, match=r'places cut into smooth panels; .* has more up to .*: give target="cpu"'):
        user_panels.user_panels(activation("x/(1+Abs(x))"), 5)


def test_singularities_are_refused():
    with pytest.raises(ValueError, match=r"which is like abs\(x - c\)\^1.5 near c = 0"):
        user_panels.user_panels(activation("Abs(x)**(3/2)*exp(-x**2)"), 43)
