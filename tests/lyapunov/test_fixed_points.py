"""All fixed points, against closed forms, python-flint's, and a dense grid."""

import math
from fractions import Fraction

import mpmath
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


def covers(found, exact):
    """Whether isolated points and stretches contain every true fixed point, and points each one."""
    truths = [Fraction(one) for one in exact]
    inside = [[abs(Fraction(p.x) - x) <= Fraction(p.error) for x in truths] for p in found]
    loose = [any(low <= x <= high for low, high in found.undecided) for x in truths]
    return all(sum(row) == 1 for row in inside) and all(
        loose[k] or any(row[k] for row in inside) for k in range(len(truths))
    )


@pytest.mark.parametrize("name", ["tanh", "gelu", "swish", "sigmoid", "erf", "telu"])
def test_beside_tangency(name):
    """Random a and b with a fixed point of multiplier 1 + 1e-14 to 1 + 1e-3: counted and enclosed, or undecided."""
    rng, phi, decided = np.random.default_rng(sum(map(ord, name))), fastsig.activation(name), 0
    for _ in range(8):
        y = rng.uniform(-1.5, 1.5)
        slope = float(phi.derivative(y))
        a = float((1.0 + rng.choice([-1.0, 1.0]) * 10.0 ** rng.uniform(-14.0, -3.0)) / slope)
        b = float(y - a * phi(y))
        found = lyapunov.fixed_points(name, a, b)
        try:
            exact = [one.x.to_decimal() for one in fastsig.certified.fixed_points(name, a, b, digits=25)]
        except ValueError:
            continue  # far out, where a phi' -> 1
        assert covers(found, exact), (a, b)
        assert found.complete == (not found.undecided)
        decided += found.complete and len(found) == len(exact)
    assert decided >= 6


def test_two_points_beside_a_tangency():
    """Built-ins are looked at to 31 digits where doubles do not tell: these two are 7.6e-7 apart, T(x) - x is 1e-19."""
    a, b = 0.8872596804279532, 0.2580213415993009
    found = lyapunov.fixed_points("gelu", a, b)
    exact = [one.x.to_decimal() for one in fastsig.certified.fixed_points("gelu", a, b, digits=30)]
    assert len(found) == len(exact) == 3
    assert covers(found, exact)
    assert max(point.error for point in found) < 1e-12


@pytest.mark.parametrize("excess", [2.0**-52, 1e-15, 2e-15, 1e-13, 1e-9, 1e-4])
@pytest.mark.parametrize(("name", "cubic"), [("tanh", -1 / 3), ("arctan", -1 / 3), ("asinh", -1 / 6)])
def test_a_pitchfork(name, cubic, excess):
    """phi = y + cubic y^3 + ...: three fixed points for every a > 1, near y = +-sqrt((1 - 1/a)/-cubic)."""
    a = 1.0 + excess
    found = lyapunov.fixed_points(name, a)
    assert found.complete
    assert [point.x for point in found][1] == 0.0
    with mpmath.workdps(90):
        guess = mpmath.sqrt((1 - 1 / mpmath.mpf(a)) / -mpmath.mpf(cubic))
        f = {"tanh": mpmath.tanh, "arctan": mpmath.atan, "asinh": mpmath.asinh}[name]
        around = 0.9 * guess, 1.1 * guess
        exact = f(mpmath.findroot(lambda y: a * f(y) - y, around, solver="anderson", tol=1e-100))
        for point, x in zip((found[0], found[2]), (-exact, exact), strict=True):
            assert abs(point.x - x) <= point.error
            assert point.error < 1e-9 * exact
    for below in (1.0, 1.0 - 2.0**-53, 1.0 - 1e-15, 0.9):
        (point,) = lyapunov.fixed_points(name, below)
        assert (point.x, point.error) == (0.0, 0.0)


@pytest.mark.parametrize("a", [1e91, 1e200, 1e300])
def test_steep(a):
    assert [p.x for p in lyapunov.fixed_points("tanh", a)] == [-1.0, 0.0, 1.0]
    assert [p.x for p in lyapunov.fixed_points("sigmoid", a)] == [1.0]  # sigmoid(0) is 1/2
    found = lyapunov.fixed_points("asinh", a)
    with mpmath.workdps(40):
        exact = mpmath.findroot(lambda x: mpmath.asinh(a * x) - x, mpmath.log(a))
        assert abs(found[2].x - exact) <= found[2].error < 1e-12


@pytest.mark.parametrize("b", [0.0, 0.5, -1.0])
@pytest.mark.parametrize("a", [1e-299, -1e-299, 5e-324, 2e-320])
def test_flat(a, b):
    (point,) = lyapunov.fixed_points("tanh", a, b)
    assert point.x == pytest.approx(math.tanh(b), rel=1e-15)
    assert abs(point.x - math.tanh(b)) <= point.error
    assert lyapunov.fixed_points("tanh", a, b).complete


def scaled_relu(x):
    """(1 + 2^-50) max(x, 0): the product is rounded."""
    return np.maximum(x, 0.0) * (1.0 + 2.0**-50)


ALMOST = [
    ("relu", 1.0 + 1e-15, 0.0, [0]),
    ("relu", 1.0 - 2.0**-53, 0.0, [0]),
    ("relu", 1.0, 1e-17, []),
    ("relu", 1.0, -1e-17, [0]),
    ("relu by values", 1.0 + 2.0**-52, 0.0, [0]),
    ("identity", 1.0 - 2.0**-53, 0.0, [0]),
    ("identity", 1.0 + 2.0**-52, 0.0, [0]),
    ("identity", 1.0 - 2.0**-53, 1e-3, [Fraction(1e-3) * 2**53]),
    ("identity", 1.0, 1e-17, []),
    ("elu", 1.0 - 2.0**-53, 0.0, [0]),
    ("leaky_relu", 1.0 + 2.0**-52, 0.0, [0]),
    ("hardtanh", 1.0 + 2.0**-52, 0.0, [-1, 0, 1]),
    ("hardtanh", 1.0 - 2.0**-53, 0.0, [0]),
    ("hardsigmoid", 6.0 * (1.0 + 2.0**-52), -3.0, None),
]


@pytest.mark.parametrize(("name", "a", "b", "exact"), ALMOST)
def test_almost_an_interval(name, a, b, exact):
    """A slope of T of 1 to rounding fixes no interval if it is not 1: lines are compared exactly."""
    found = lyapunov.fixed_points(MADE[name]() if name in MADE else name, a, b)
    assert not found.intervals
    assert found.complete
    if exact is not None:
        assert len(found) == len(exact)
        assert covers(found, exact)
    with pytest.raises(lyapunov.HypothesisError) as refusal:
        lyapunov.contraction(MADE[name]() if name in MADE else name, a, b)
    assert "is the identity" not in str(refusal.value)


@pytest.mark.parametrize("b", [-5e-14, -3e-14, -1e-13, 1e-13])
def test_far_out_next_to_an_asymptote(b):
    """softplus(a x + b), a = 1 + 1e-15: exp(-y) + b + (a - 1) y dips below 0 for two of these b, between 31 and 100."""
    a = 1.0 + 1e-15
    found = lyapunov.fixed_points("softplus", a, b)
    with mpmath.workdps(60):

        def gap(y):
            return a * mpmath.log1p(mpmath.exp(y)) + b - y

        turn = mpmath.log(1 / (mpmath.mpf(a) - 1))
        if gap(turn) > 0:
            assert not found.points
            assert found.complete
            return
        exact = []
        for low, high in ((mpmath.mpf(20), turn), (turn, mpmath.mpf(1000))):
            for _ in range(150):
                middle = (low + high) / 2
                low, high = (middle, high) if gap(middle) * gap(low) > 0 else (low, middle)
            exact.append(Fraction(str((low - b) / a)))
    assert covers(found, exact)
    assert found.complete


def test_elu_an_ulp_too_steep():
    """exp(a x) - 1 = x next to 0 has the solution -2 (a - 1) + O((a - 1)^2)."""
    found = lyapunov.fixed_points("elu", 1.0 + 2.0**-52)
    assert not found.intervals
    with mpmath.workdps(90):
        x = mpmath.findroot(
            lambda x: mpmath.expm1((1 + mpmath.mpf(2) ** -52) * x) - x, (-3e-16, -6e-16), solver="anderson", tol=1e-90
        )
        assert abs(x - found[0].x) <= found[0].error < 1e-24
    assert [point.x for point in found][1:] == [0.0]


@pytest.mark.parametrize(
    ("phi", "a", "b"),
    [
        (scaled_relu, 1.0, 0.0),  # what rounding hides of values stays open
        (scaled_relu, 1.0 - 2.0**-50, 0.0),
        (lambda x: np.where(x > 0.0, 0.3 * x, 0.0), 1.0 / 0.3, 0.0),
        ("tanh by values", 1.0, 0.0),
        ("elu by values", 1.0 + 2.0**-52, 0.0),
        ("relu", 0.5, 1e308),  # the fixed point, 2e308, is no double
        ("gelu", 1.0, 0.0),
    ],
)
def test_undecided_is_not_complete(phi, a, b):
    phi = MADE[phi]() if phi in MADE else phi
    phi = fastsig.Activation(phi, kinks=(0.0,)) if callable(phi) and not isinstance(phi, fastsig.Activation) else phi
    found = lyapunov.fixed_points(phi, a, b)
    assert found.undecided
    assert not found.intervals
    assert not found.complete
    assert "undecided" in found.message
    for low, high in found.undecided:
        assert low < high


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


def test_tangencies_between_doubles_are_not_lost():
    """x + sin^2(x) touches the identity at every multiple of pi, at none of which there is a double but 0."""
    found = lyapunov.fixed_points("snake", 1)
    assert not found.complete
    stretches = [*found.undecided, *((p.x - p.error, p.x + p.error) for p in found)]
    with mpmath.workdps(40):
        for k in range(-150, 151):
            assert any(low <= k * mpmath.pi <= high for low, high in stretches), k
    assert len(stretches) < 340
    assert len(found.message) < 400


@pytest.mark.parametrize("shift", [0.0, 1e-20, -1e-20, 1e-12, -1e-12])
def test_touching_from_one_side(shift):
    """b at which tanh(3 x + b) is tangent to the identity to rounding: none of three fixed points gets lost."""
    at = math.acosh(math.sqrt(3.0))
    b = at - 3.0 * math.tanh(at) + shift
    found = lyapunov.fixed_points("tanh", 3.0, b)
    with mpmath.workdps(60):
        y = mpmath.acosh(mpmath.sqrt(3))  # 3 tanh(y) + b - y is largest here
        top = 3 * mpmath.tanh(y) + mpmath.mpf(b) - y
        assert len(found) == (3 if top > 0 else 1)
        if top > 0:
            roots = [
                mpmath.findroot(lambda y: 3 * mpmath.tanh(y) + b - y, ends, solver="anderson", tol=1e-90)
                for ends in ((y - mpmath.sqrt(top) * 3, y), (y, y + 3 * mpmath.sqrt(top)))
            ]
            for point, root in zip(found.points[1:], roots, strict=True):
                assert abs(point.x - mpmath.tanh(root)) <= point.error


def test_oscillation_limits_the_search():
    found = lyapunov.fixed_points("snake", 0.5, 0.1)
    assert not found.complete
    assert "searched in" in found.message
    assert len(found) == 1


@pytest.mark.parametrize("bad", [(0.0, 0.0), (math.nan, 0.0), (1.0, INF), ("x", 0.0)])
def test_refusals(bad):
    with pytest.raises(ValueError, match=r"a must be"):
        lyapunov.fixed_points("tanh", *bad)
