"""m2, m2' and g2 as functions of the variance: limits at 0 and infinity, and the polynomials for many points."""

import math

import numpy as np
import pytest

import fastsig
from fastsig.mean_field.variance_functions import variance_functions
from fastsig.mean_field.variance_table import VarianceTable


@pytest.mark.parametrize(
    ("phi", "m2", "slope", "g2"),
    [
        ("tanh", 0.0, 1.0, 1.0),
        ("gelu", 0.0, 0.25, 0.25),
        ("relu", 0.0, 0.5, 0.5),
        ("leaky_relu", 0.0, 0.50005, 0.50005),
        ("sigmoid", 0.25, 1 / 16, 1 / 16),  # phi'' = 0
        ("softplus", math.log(2) ** 2, 0.25 + math.log(2) / 4, 0.25),
        ("gaussian", 1.0, -2.0, 0.0),  # exp(-x^2): phi'' = -2
        ("elu", 0.0, 1.0, 1.0),  # phi'' jumps
    ],
)
def test_limits_at_zero(phi, m2, slope, g2):
    functions = variance_functions(fastsig.activation(phi))
    assert functions.at_zero == pytest.approx((m2, slope, g2), rel=1e-15, abs=0)
    # and they are limits: m2' has a term of sqrt(q) at worst
    near = functions.one(1e-12)
    assert near == pytest.approx((m2, slope, g2), rel=5e-6, abs=1e-11)


def test_slope_at_zero_is_infinite_beside_a_jump():
    """m2 = a^2 + a (d+ - d-) sqrt(2 q/pi) + ... where phi(0) = a and phi' jumps."""
    up = fastsig.Activation(lambda x: 1 + abs(x), kinks=(0.0,), name="1 + abs(x)")
    down = fastsig.Activation(lambda x: 1 - abs(x), kinks=(0.0,), name="1 - abs(x)")
    v = fastsig.mean_field.VarianceMap(up, 2.0, 0.5)
    assert v.derivative(0.0) == math.inf
    assert fastsig.mean_field.VarianceMap(down, 2.0, 0.5).derivative(0.0) == -math.inf
    assert fastsig.mean_field.VarianceMap(up, 0.0, 0.5).derivative(0.0) == 0.0
    # E(1 + abs(x))^2 = 1 + 2 sqrt(2 q/pi) + q
    for q in (1e-6, 1.0):
        assert v(q) == pytest.approx(4 * (1 + 2 * math.sqrt(2 * q / math.pi) + q) + 0.25, rel=1e-13)
        assert v.derivative(q) == pytest.approx(4 * (math.sqrt(2 / math.pi / q) + 1), rel=1e-12)


def test_slope_at_zero_of_one_and_a_half_powers():
    """phi'' of sgn(x) abs(x)^1.5 is odd: no infinite term; of abs(x)^1.5 it is even."""
    odd = fastsig.Activation(lambda x: 1 + np.sign(x) * np.abs(x) ** 1.5 / (1 + np.abs(x)), name="odd")
    even = fastsig.Activation(lambda x: 1 + np.abs(x) ** 1.5 / (1 + np.abs(x)), name="even")
    assert variance_functions(even).at_zero[1] == math.inf
    assert math.isfinite(variance_functions(odd).at_zero[1])


def test_far_slopes():
    for phi, far in (("relu", 0.5), ("tanh", 0.0), ("gelu", 0.5), ("snake", 1.0), ("leaky_relu", 0.50005)):
        assert variance_functions(fastsig.activation(phi)).far_slope == pytest.approx(far, rel=1e-8, abs=0)


@pytest.mark.parametrize("phi", ["tanh", "hardtanh", "gelu", "elu", "gaussian", "telu"])
def test_polynomials_in_log_q_reach_rounding(phi):
    """The strip of analyticity is the same for all activations, kinks or not: one degree serves all."""
    functions = variance_functions(fastsig.activation(phi))
    table = VarianceTable(functions)
    q = np.exp2(np.random.default_rng(7).uniform(table.low, table.high, 300))
    for row, exact in zip(table.at(q), functions.at(q), strict=True):
        # log2 q is rounded to half an ulp of up to 24: 5e-15 of q
        assert np.max(np.abs(row - exact) / np.maximum(np.abs(exact), 1e-3)) < 4e-14
    beyond = np.array([1e-30, 0.0, 1e12])
    assert np.array_equal(table.at(beyond), np.stack(functions.at(beyond)))


def test_table_of_a_scaled_activation_is_where_it_bends():
    tanh = fastsig.activation("tanh")
    wide = tanh.scaled(1e-4, 0.0, 1e4, 0.0)
    assert VarianceTable(variance_functions(wide)).low > VarianceTable(variance_functions(tanh)).low + 20
