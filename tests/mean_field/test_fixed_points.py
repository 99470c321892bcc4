"""All fixed points of the variance map, their class, and which one is reached."""

import math
import warnings

import mpmath
import numpy as np
import pytest

import fastsig
from fastsig.mean_field import VarianceMap
from fastsig.mean_field.convexity import convexity


def by_scan(v, low=1e-9, high=1e9, count=20001):
    """Fixed points from sign changes of V(q) - q on a dense grid: misses double ones, invents none."""
    q = np.geomspace(low, high, count)
    excess = v(q) - q
    return q[:-1][np.sign(excess[:-1]) * np.sign(excess[1:]) < 0]


NAMES = (
    "relu",
    "leaky_relu",
    "tanh",
    "sigmoid",
    "swish",
    "gelu",
    "mish",
    "telu",
    "gaussian",
    "crrelu",
    "snake",
    "lisht",
)


@pytest.mark.parametrize("name", NAMES)
def test_none_is_missed_and_none_invented(name):
    rng = np.random.default_rng(len(name))
    for _ in range(25):
        w, b = rng.uniform(0.05, 4.0), rng.choice([0.0, rng.uniform(0.0, 1.5), 10 ** rng.uniform(-3, 0)])
        v = VarianceMap(name, w, b)
        points = v.fixed_points()
        inner = [p for p in points if 1e-9 < p.q < 1e9 and p.interval is None]
        scanned = by_scan(v)
        assert len(inner) == len(scanned), (name, w, b)
        for point, near in zip(inner, scanned, strict=True):
            assert near * 0.999 < point.q < near * 1.003
        assert (points[0].q == 0.0) == (b == 0.0 and v(0.0) == 0.0) or points[0].interval


@pytest.mark.parametrize("name", NAMES)
def test_errors_cover_and_slopes_are_derivatives(name):
    for w, b in ((0.7, 0.3), (1.3, 0.2), (2.5, 0.7)):
        v = VarianceMap(name, w, b)
        for point in v.fixed_points():
            if not 0.0 < point.q < math.inf:
                continue
            # beside q* by more than its error V(q) - q has the sign that V' - 1 says
            step = 1e-5 * point.q + point.error
            rise = (v(point.q + step) - v(point.q - step)) / (2 * step)
            assert rise == pytest.approx(point.slope, abs=1e-6)
            low, high = (v(point.q + s * point.error) - (point.q + s * point.error) for s in (-1, 1))
            assert low * high <= 0 or abs(point.slope - 1) < 1e-6
            assert point.chi == pytest.approx(v.chi(point.q), rel=1e-14)
            assert point.correlation_slope == pytest.approx(v.correlation_slope(point.q), rel=1e-12)
            assert point.stability == ("stable" if abs(point.slope) < 1 else "unstable")


def test_slope_is_never_below_minus_one_half():
    """d ln m2/d ln q >= -1/2 whatever phi is, so V' >= -1/2 at a fixed point; narrow bumps come near."""
    for width in (0.01, 0.1, 1.0):
        bump = fastsig.activation("gaussian").scaled(1 / width, 0.0, 1.0, 0.0)
        for w in (1.0, 10.0, 1000.0):
            (point,) = VarianceMap(bump, w, 0.0).fixed_points()
            assert -0.5 <= point.slope < 0.0
            assert point.stability == "stable"
    assert point.slope < -0.4


SOME_MAPS = [
    ("tanh", 1.5, 0.0),
    ("gelu", 1.5, 0.1),
    ("swish", 1.6, 0.3),
    ("gaussian", 5.0, 0.1),
    ("telu", 1.35, 0.2),
    ("sigmoid", 9.0, 0.0),
]


@pytest.mark.parametrize(("name", "w", "b"), SOME_MAPS)
@pytest.mark.parametrize("start", [1e-3, 0.5, 1.0, 1.31, 3.0, 50.0])
def test_orbits_end_where_it_says(name, w, b, start):
    v = VarianceMap(name, w, b)
    q = start
    for _ in range(3000):
        q = min(v(q), 1e140)
    said = v.limit(start).q
    assert (q > 1e9) if said == math.inf else q == pytest.approx(said, rel=1e-5, abs=1e-9)
    assert v.limit().reached


def test_tanh_at_one_is_undecided_and_falls_like_one_half_of_one_over_depth():
    """V(q) = q - 2 q^2 + ...: q_l ~ 1/(2 l)."""
    v = VarianceMap("tanh", 1.0, 0.0)
    (point,) = v.fixed_points()
    assert (point.q, point.slope, point.stability, point.reached) == (0.0, 1.0, "undecided", True)
    depth = 20000
    q = v.orbit(1.0, depth)[-1]
    assert q * 2 * depth == pytest.approx(1.0, rel=2e-3)  # the next term is of order ln(l)/l


def test_both_sides_of_the_boundary_of_tanh():
    assert [p.stability for p in VarianceMap("tanh", 1 - 1e-6, 0.0).fixed_points()] == ["stable"]
    zero, other = VarianceMap("tanh", 1 + 1e-6, 0.0).fixed_points()
    assert (zero.stability, other.stability) == ("unstable", "stable")
    assert other.q == pytest.approx(1e-6, rel=1e-4)  # sW^2 (q - 2 q^2) = q: q = (sW^2 - 1)/2


def test_relu():
    root = math.sqrt(2.0)
    assert [(p.q, p.stability) for p in VarianceMap("relu", 1.0, 0.0).fixed_points()] == [(0.0, "stable")]
    (point,) = VarianceMap("relu", 1.0, 0.5).fixed_points()
    assert (point.q, point.chi) == (pytest.approx(0.5, rel=1e-15), 0.5)
    every = VarianceMap("relu", root, 0.0).fixed_points()
    assert [p.interval for p in every] == [(0.0, math.inf)]
    assert every[0].stability == "undecided"
    assert every[0].reached
    assert [p.q for p in VarianceMap("relu", root, 0.1).fixed_points()] == [math.inf]
    zero, far = VarianceMap("relu", 1.5, 0.0).fixed_points()
    assert (zero.stability, far.q, far.stability, far.reached) == ("unstable", math.inf, "stable", True)


def test_relu_without_biases_has_correlation_slope_one_for_every_weight():
    for w in (0.1, 1.0, math.sqrt(2.0), 5.0):
        v = VarianceMap("relu", w, 0.0)
        assert v.correlation_slope([0.1, 1.0, 70.0]) == pytest.approx(1.0, rel=1e-14)
        assert all(p.correlation_slope == pytest.approx(1.0, rel=1e-14) for p in v.fixed_points())


def test_double_fixed_points_at_a_saddle_node():
    """At the largest sigma_w for which gelu has a finite fixed point two of them meet: found as one, undecided."""
    low, high = 1.45, 1.5
    b = 0.3
    for _ in range(60):
        middle = 0.5 * (low + high)
        finite = VarianceMap("gelu", middle, b).fixed_points()[0].q < math.inf
        low, high = (middle, high) if finite else (low, middle)
    points = VarianceMap("gelu", low, b).fixed_points()
    finite = [p for p in points if p.q < math.inf]
    assert len(finite) in (1, 2)
    assert all(p.slope == pytest.approx(1.0, abs=1e-6) for p in finite)
    assert finite[0].error > 1e-9  # ill-conditioned, and it says so
    assert [p.q for p in VarianceMap("gelu", low * 1.001, b).fixed_points()] == [math.inf]
    assert len([p for p in VarianceMap("gelu", low * 0.999, b).fixed_points() if p.q < math.inf]) == 2


def test_no_weights_and_nothing_at_all():
    (point,) = VarianceMap("tanh", 0.0, 0.5).fixed_points()
    assert (point.q, point.slope, point.chi, point.stability) == (0.25, 0.0, 0.0, "stable")
    (point,) = VarianceMap("tanh", 0.0, 0.0).fixed_points()
    assert (point.q, point.reached) == (0.0, True)
    (point,) = VarianceMap("sigmoid", 1.0, 0.0).fixed_points()
    assert point.q == pytest.approx(fastsig.moments("sigmoid", math.sqrt(point.q)).m2, rel=1e-14)


def test_users_activations_and_arrays():
    soft = fastsig.Activation(lambda x: np.sqrt(1 + x * x), name="soft abs")  # m2 = 1 + q
    maps = VarianceMap(soft, [0.5, 0.9], [[0.0], [1.0]])
    assert maps.shape == (2, 2)
    found = maps.fixed_points()
    for i, b in enumerate((0.0, 1.0)):
        for j, w in enumerate((0.5, 0.9)):
            (point,) = found[i, j]
            assert point.q == pytest.approx((w * w + b * b) / (1 - w * w), rel=1e-12)
    assert maps.limit()[0, 1].q == found[0, 1][0].q
    assert maps(2.0).shape == (2, 2)
    assert maps(np.array([1.0, 2.0])).tolist() == [[0.5, 0.81 * 3], [1.5, 1 + 0.81 * 3]] or maps(1.0).shape == (2, 2)
    assert maps.depth_scale().variance.shape == (2, 2)
    assert maps.orbit([1.0, 2.0], 3).shape == (4, 2, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1.0, 0.0), r"sigma_w must be a number in \[0, 1e\+75\]; got -1.0"),
        ((1.0, math.nan), "sigma_b must be a number in .*; got nan"),
        ((math.inf, 0.0), "sigma_w must be"),
        (([1.0, 2.0], [0.0, 1.0, 2.0]), "do not broadcast"),
        (("two", 0.0), "sigma_w must be a number"),
    ],
)
def test_bad_scales(arguments, message):
    with pytest.raises(ValueError, match=message):
        VarianceMap("tanh", *arguments)


def test_bad_variances():
    v = VarianceMap("tanh", 1.0, 0.0)
    for call in (v, v.derivative, v.chi, v.correlation_slope, v.limit):
        with pytest.raises(ValueError, match="q must be a number in"):
            call(-0.5)
    with pytest.raises(TypeError, match="sigma_w must be a real number"):
        VarianceMap("tanh", None, 0.0)
    with pytest.raises(ValueError, match="no built-in"):
        VarianceMap("tanhh", 1.0, 0.0)
    assert v([]).shape == (0,)


@pytest.mark.parametrize("name", ["tanh", "relu", "gelu"])
@pytest.mark.parametrize(
    ("w", "b"), [(1e75, 0.0), (1e75, 1e75), (1e-75, 1e-75), (0.0, 1e75), (1e-160, 1e-160), (1e10, 1e-10)]
)
def test_extreme_scales(name, w, b):
    """An answer at the ends of the range, and on the grid the same."""
    point = VarianceMap(name, w, b).limit()
    assert not math.isnan(point.q)
    assert fastsig.mean_field.phase_diagram(name, [w], [b]).q[0, 0] == pytest.approx(point.q, rel=1e-13)
    if name == "tanh" and b in (0.0, 1e75):
        assert point.q == pytest.approx(w * w + b * b, rel=1e-13)


def test_basins_where_the_map_falls_first_and_rises_later():
    """V falls near 0 and rises later: orbits swing, and there are several fixed points to end at."""
    phi = fastsig.Activation(lambda x: 0.9 * x + 3.0 * np.exp(-x * x), name="bump on a line")
    seen = set()
    for w, b in ((0.3, 0.1), (0.6, 0.5), (0.9, 0.2), (1.05, 0.0), (1.1, 0.3), (1.2, 0.0)):
        v = VarianceMap(phi, w, b)
        points = v.fixed_points()
        assert len([p for p in points if 1e-6 < p.q < 1e6]) == len(by_scan(v, 1e-6, 1e6, 3001))
        for start in (0.01, 1.0, 5.0, 30.0):
            q = start
            for _ in range(400):
                q = min(v(q), 1e12)
            said = v.limit(start).q
            seen.add(said < math.inf)
            assert q > 1e6 if said == math.inf else q == pytest.approx(said, rel=1e-3)
        assert fastsig.mean_field.phase_diagram(phi, [w], [b]).q[0, 0] == pytest.approx(v.limit().q, rel=1e-9)
    assert seen == {True, False}


@pytest.mark.parametrize("shift", [0.0, 0.3, 1.0, 3.0])
def test_logarithmic_slope_of_m2_is_at_least_minus_one_half(shift):
    """d ln m2/d ln q = eta/m2 = E[phi^2 (x^2/q - 1)]/(2 m2)."""
    bump = fastsig.activation("gaussian").scaled(2.0, -2.0 * shift, 1.0, 0.0)
    found = fastsig.moments(bump, np.geomspace(0.05, 100.0, 40))
    assert (found.eta / found.m2).min() >= -0.5 * (1 + 1e-9)


def test_depth_of_an_orbit():
    assert VarianceMap("tanh", 1.0, 0.1).orbit(1.0, 0).tolist() == [1.0]
    for depth in (-1, 1.5):
        with pytest.raises((ValueError, TypeError), match="depth must be"):
            VarianceMap("tanh", 1.0, 0.1).orbit(1.0, depth)


def test_an_activation_that_oscillates():
    """cos: m2 = (1 + exp(-2 q))/2. Its moments miss their accuracy at large q: errors and a warning say so."""
    phi = fastsig.Activation.from_expression("cos(x)")
    (point,) = VarianceMap(phi, 1.0, 0.0).fixed_points()
    q = float(mpmath.findroot(lambda q: (1 + mpmath.exp(-2 * q)) / 2 - q, 0.6))
    assert abs(point.q - q) <= point.error < 1e-13
    (point,) = VarianceMap(phi, 1e6, 1e-6).fixed_points()
    assert abs(point.q - 5e11) <= point.error  # the closed form, exp(-1e12) being nothing
    assert abs(point.slope) <= point.slope_error  # V' = 0
    assert point.slope >= -0.5
    assert point.stability == "undecided"
    v = VarianceMap(phi, 1.0, 0.0)
    for at in (5e11, [5e11]):
        with pytest.warns(fastsig.AccuracyWarning, match="moments miss their accuracy at q = 5e"):
            v(at)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert v(0.5) == pytest.approx((1 + math.exp(-1.0)) / 2, rel=1e-13)
        # Turns that are noise would cost an integral each: there is none, m2' rises from -1 to 0.
        assert convexity(v._functions).turns == ()


def test_slopes_have_errors():
    for name, w, b in (("tanh", 1.5, 0.3), ("gelu", 1.3, 0.2), ("gaussian", 5.0, 0.1)):
        v = VarianceMap(name, w, b)
        for point in v.fixed_points():
            if 0.0 < point.q < math.inf:
                assert 0.0 < point.slope_error < 1e-9
                assert 0.0 < point.chi_error < 1e-9
                for q in (point.q - point.error, point.q + point.error):
                    assert abs(v.derivative(q) - point.slope) <= 2 * point.slope_error
                    assert abs(v.chi(q) - point.chi) <= 2 * point.chi_error
