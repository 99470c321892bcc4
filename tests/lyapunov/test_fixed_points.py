"""All fixed points, against closed forms, python-flint's, and a dense grid."""

import math

import numpy as np
import pytest

import fastsig
from fastsig import lyapunov
from fastsig.lyapunov.fixed_point import FixedInterval, FixedPoint
from tests.theory_problems import MADE

INF = math.inf


@pytest.mark.parametrize(
    ("name", "a", "b", "expected"),
    [
        ("identity", 2, -1, [1.0]),
        ("identity", -2, 3, [1.0]),
        ("relu", 0.5, 0, [0.0]),
        ("relu", -3, 1, [0.25]),
        ("relu", 2, -1, [0.0, 1.0]),
        ("relu", 1, 1, []),
        ("relu", 1, 1e-4, []),
        ("relu", 1, -1e-4, [0.0]),
        ("leaky_relu", 2, 1, []),  # x = 2 x + 1 and x = (2 x + 1)/100 have no root on their sides
        ("leaky_relu", 2, -1, [-1 / 98, 1.0]),
        ("hardtanh", 1, 0.5, [1.0]),
        ("hardtanh", 2, 0, [-1.0, 0.0, 1.0]),
        ("relu", 1e-12, 1, [1.0 / (1.0 - 1e-12)]),
        ("identity", 1e9, 1, [1.0 / (1.0 - 1e9)]),
        ("tanh", 1, 0, [0.0]),
        ("tanh", 1e15, 0, [-1.0, 0.0, 1.0]),
        ("doubling", 1, 3, [-6.0]),
        ("hat", 1, 0, [0.5]),
        ("hat", 4, -1, [0.0, 0.4]),
    ],
)
def test_closed_forms(name, a, b, expected):
    phi = MADE[name]() if name in MADE else name
    found = lyapunov.fixed_points(phi, a, b)
    assert found.complete
    assert [point.x for point in found] == pytest.approx(expected, rel=1e-13, abs=1e-13)
    for point, x in zip(found, expected, strict=True):
        assert abs(point.x - x) <= point.error + 4e-16 * abs(x)


@pytest.mark.parametrize(
    ("name", "a", "b", "low", "high"),
    [
        ("relu", 1, 0, 0.0, INF),
        ("relu by values", 1, 0, 0.0, INF),
        ("hardtanh", 1, 0, -1.0, 1.0),
        ("identity", 1, 0, -INF, INF),
        ("elu", 1, 0, 0.0, INF),
        ("doubling", 0.5, 0, -INF, INF),
        ("hardsigmoid", 6, -3, 0.0, 1.0),
    ],
)
def test_intervals_of_fixed_points(name, a, b, low, high):
    found = lyapunov.fixed_points(MADE[name]() if name in MADE else name, a, b)
    (one,) = found.intervals
    assert isinstance(one, FixedInterval)
    assert (one.low, one.high) == pytest.approx((low, high), abs=1e-14)
    assert not found.points
    assert not found.undecided


def test_an_asymptote_is_no_interval():
    """gelu(x) = x - x Q(x): x = T(x) to rounding far out, but only 0 is a fixed point, and that is said."""
    found = lyapunov.fixed_points("gelu", 1)
    assert [point.x for point in found] == [0.0]
    assert not found.intervals
    assert len(found.undecided) == 1
    assert "undecided" in found.message
    assert [str(p.x) for p in fastsig.certified.fixed_points("gelu", 1)] == ["0"]


def test_an_asymptote_with_an_offset_is_decided():
    found = lyapunov.fixed_points("softplus", 1, -1)
    assert [point.x for point in found] == pytest.approx([math.log(1.0 / (math.e - 1.0)) + 1.0], rel=1e-14)
    assert not found.undecided
    assert not lyapunov.fixed_points("softplus", 1, 1e-3).points


CASES = [
    (name, a, b)
    for name in ("tanh", "sigmoid", "swish", "gelu", "mish", "telu", "asinh", "elu", "gaussian", "softplus")
    for a in (-3.0, -0.5, 0.7, 1.3, 3.0)
    for b in (0.0, 0.25, -1.5)
]


@pytest.mark.parametrize(("name", "a", "b"), CASES)
def test_against_ball_arithmetic(name, a, b):
    found = lyapunov.fixed_points(name, a, b)
    exact = fastsig.certified.fixed_points(name, a, b, digits=30)
    assert found.complete
    assert len(found) == len(exact)
    for point, truth in zip(found, exact, strict=True):
        x, slope = float(truth.x.to_decimal()), float(truth.multiplier.to_decimal())
        assert abs(point.x - x) <= point.error + 2e-16 * abs(x)  # the double nearest to the truth
        assert point.error < 1e-12
        assert abs(point.multiplier - slope) <= point.multiplier_error + 2e-16 * abs(slope)


def test_tangency_is_reported_not_guessed():
    """tanh(3 x + b) where the upper two fixed points merge: T is tangent to the identity to rounding."""
    at = math.acosh(math.sqrt(3.0))  # 3 sech^2 = 1
    b = at - 3.0 * math.tanh(at)
    for shift, count in ((-1e-9, 1), (1e-9, 3)):
        assert len(lyapunov.fixed_points("tanh", 3, b + shift)) == count
    found = lyapunov.fixed_points("tanh", 3, b)
    assert len(found) in (1, 2, 3)
    assert len(found) != 2 or not all(point.certain for point in found) or "touches" not in found.message
    double = found[-1]
    assert len(found) == 1 or double.x == pytest.approx(math.tanh(at), abs=1e-6)


@pytest.mark.parametrize("name", ["hat", "bump", "x abs x", "signed power 1.5", "cube", "tanh by values"])
@pytest.mark.parametrize("a", [-2.5, 0.5, 1.5, 4.0])
@pytest.mark.parametrize("b", [0.0, 0.3])
def test_none_is_missed_on_a_grid(name, a, b):
    """Every change of sign of T(x) - x on a fine grid belongs to a fixed point that was found."""
    phi = MADE[name]()
    found = lyapunov.fixed_points(phi, a, b)
    x = np.linspace(-30.0, 30.0, 60002)
    gap = phi.batch(0, a * x + b) - x
    changes = np.flatnonzero(gap[:-1] * gap[1:] < 0.0)
    places = np.array([point.x for point in found])
    for i in changes:
        assert ((places >= x[i] - 1e-12) & (places <= x[i + 1] + 1e-12)).any()
    for point in found:
        value = float(phi.batch(0, np.array([a * point.x + b]))[0])
        steep = max(abs(point.multiplier), 1.0)
        assert abs(value - point.x) <= 2.0 * steep * (point.error + 1e-15 * (1.0 + abs(point.x)))


@pytest.mark.parametrize(
    ("left", "right", "stability"),
    [
        (0.5, 0.9, "attracting"),
        (1.5, 2.0, "repelling"),
        (0.0, 2.0, "semi-attracting"),
        (-3.0, -0.2, "attracting"),  # the product decides
        (-3.0, -0.5, "repelling"),
        (-3.0, 0.5, "attracting"),  # the other side decides
        (-0.1, 1.5, "repelling"),
        (0.5, -7.0, "attracting"),
        (1.0, 1.0, "neutral"),
        (-1.0, -1.0, "neutral"),
        (0.5, 1.0, "neutral"),
    ],
)
def test_stability_of_one_sided_slopes(left, right, stability):
    point = FixedPoint(0.0, 0.0, left, right, 1e-15)
    assert point.stability == stability
    if stability == "neutral":
        return

    def step(x):
        return (left if x < 0.0 else right) * x

    for start in (-1.0, 1.0):  # what orbits of the piecewise linear map do
        x = start
        for _ in range(400):
            x = step(x)
        if stability == "attracting":
            assert abs(x) < 1e-6
        elif stability == "repelling" and x:
            assert abs(x) > 1e6


def test_oscillation_limits_the_search():
    found = lyapunov.fixed_points("snake", 0.5, 0.1)
    assert not found.complete
    assert "searched in" in found.message
    assert len(found) == 1


@pytest.mark.parametrize("bad", [(0.0, 0.0), (math.nan, 0.0), (1.0, INF), ("x", 0.0)])
def test_refusals(bad):
    with pytest.raises(ValueError, match=r"a must be"):
        lyapunov.fixed_points("tanh", *bad)
