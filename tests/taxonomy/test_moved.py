"""c phi(a x + b) + d: what is said of it follows from what is said of phi, however far it is moved or narrowed."""

import math
import random
import warnings
from functools import cache

import mpmath as mp
import numpy as np
import pytest

import fastsig
from fastsig import lyapunov
from fastsig.activations.affine_change import AffineChange
from fastsig.activations.profile import Profile
from fastsig.taxonomy.ranges import slope_range, value_range

EPSILON = 2.0**-52
# sup abs(phi') in closed form, or where phi'' = 0 by mpmath (below).
STEEPEST = {
    "tanh": 1.0,
    "sigmoid": 0.25,
    "erf": 2.0 / math.sqrt(math.pi),
    "gaussian": math.sqrt(2.0) * math.exp(-0.5),
    "arctan": 1.0,
    "softsign": 1.0,
    "softplus": 1.0,
}
FORMULAS = {
    "swish": lambda x: x / (1 + mp.exp(-x)),
    "mish": lambda x: x * mp.tanh(mp.log1p(mp.exp(x))),
    "telu": lambda x: x * mp.tanh(mp.exp(x)),
}


@cache
def steepest(name: str) -> tuple[float, float]:
    """Where phi' of a formula is largest, found on a grid and by phi'' = 0 there; and how large."""
    if name in STEEPEST:
        return 0.0, STEEPEST[name]
    formula = FORMULAS[name]
    with mp.workdps(40):
        start = max((mp.mpf(k) / 4 for k in range(-8, 25)), key=lambda x: mp.diff(formula, x))
        place = mp.findroot(lambda x: mp.diff(formula, x, 2), start)
        return float(place), float(mp.diff(formula, place))


@pytest.fixture(autouse=True)
def no_kink_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error", fastsig.KinkWarning)
        yield


@pytest.mark.parametrize("name", [*STEEPEST, *FORMULAS])
@pytest.mark.parametrize(("a", "b"), [(1.0, -1000.0), (-1.0, 1e4), (200.0, -1e4), (1e-3, 1e5)])
def test_lipschitz_of_what_is_far_or_narrow(name: str, a: float, b: float) -> None:
    found = fastsig.classify(fastsig.activation(name).scaled(a, b, -1.0, 0.5))
    truth = abs(a) * steepest(name)[1]
    # The error speaks of the number, 8 ulp of it of the truth in double precision here.
    assert abs(found.lipschitz.value - truth) <= found.lipschitz.error + 8.0 * EPSILON * truth
    assert found.lipschitz.error <= 1e-13 * truth
    assert found.regularity.verdict == ("C1, phi'' jumps" if name == "softsign" else "C1, finite curvature")
    assert found.parity == "neither"


def test_crashes_and_false_verdicts_of_far_bumps_and_kinks() -> None:
    bump = fastsig.activation("gaussian").scaled(1.0, -4000.0)
    assert fastsig.classify(bump).saturation == "saturating"
    assert lyapunov.primitive(bump).smoothness == pytest.approx(1.0 + STEEPEST["gaussian"], rel=1e-14)
    assert fastsig.mean_field.VarianceMap(bump, 1.0, 1.0).fixed_points()[0].q == 1.0
    for name in ("selu", "crrelu", "relu", "hardswish", "softshrink"):
        base = fastsig.activation(name)
        found = fastsig.classify(base.scaled(1.0, -1e6))
        assert found.kinks == tuple(kink + 1e6 for kink in base.kinks)
        assert found.regularity == fastsig.classify(base).regularity == "kinked"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("tanh", (200.0, -1e4, 1.0, 0.0)),
        ("tanh", (1.0, -1e6, 2e6, 0.0)),
        ("swish", (1.0, -1000.0, 0.95, 0.0)),
    ],
)
def test_no_rate_on_the_line_where_it_is_too_steep(name: str, change: tuple[float, ...]) -> None:
    phi = fastsig.activation(name).scaled(*change)
    a, b, c, _ = change
    place, slope = steepest(name)
    assert abs(a * c) * slope > 1.0
    found = lyapunov.contraction(phi)
    low, high = found.domain
    assert (low, high) != (-math.inf, math.inf)
    assert math.isfinite(low)
    assert math.isfinite(high)
    # Where phi is steepest lies outside; the rate holds on the domain, seen densely.
    assert not low <= (place - b) / a <= high
    x = np.unique(np.concatenate([np.linspace(low, high, 20001), high - np.geomspace(1e-9, high - low, 4001)]))
    assert (np.abs(phi.derivative(x)) <= found.rate + found.rate_error).all()
    assert found.verify().success


def random_change(generator: random.Random) -> tuple[float, float, float, float]:
    a = generator.choice([-1.0, 1.0]) * 10.0 ** generator.uniform(-3.0, 3.0)
    b = generator.choice([-1.0, 1.0]) * abs(a) * 10.0 ** generator.uniform(-2.0, 6.0)
    c = generator.choice([-1.0, 1.0]) * 10.0 ** generator.uniform(-2.0, 2.0)
    return a, b, c, generator.uniform(-3.0, 3.0)


def beside(one: float, error: float, other: float, other_error: float) -> bool:
    """Whether two numbers agree within their errors and 8 ulp."""
    if not (math.isfinite(one) and math.isfinite(other)):
        return one == other or (math.isnan(one) and math.isnan(other))
    return abs(one - other) <= error + other_error + 8.0 * EPSILON * max(abs(one), abs(other))


@pytest.mark.parametrize("name", fastsig.activation_names())
def test_facts_are_those_of_the_base(name: str) -> None:
    generator = random.Random(name)
    base = fastsig.activation(name)
    was = fastsig.classify(base)
    for _ in range(3):
        a, b, c, _ = change = random_change(generator)
        phi = base.scaled(*change)
        now = fastsig.classify(phi)
        if name == "snake":  # infinitely many waves: those around 0 are looked at
            assert now.lipschitz.value == pytest.approx(abs(a * c) * was.lipschitz.value, rel=1e-9)
            continue
        assert (now.growth, now.regularity) == (was.growth, was.regularity)
        assert now.saturation == was.saturation
        turned = {"increasing": "decreasing", "decreasing": "increasing"}
        expected = was.monotonicity.verdict
        assert now.monotonicity == (turned.get(expected, expected) if a * c < 0.0 else expected)
        assert beside(now.lipschitz.value, now.lipschitz.error, abs(a * c) * was.lipschitz.value, 0.0)
        assert {k: v.verdict for k, v in now.well_posedness.items()} == (
            {k: v.verdict for k, v in was.well_posedness.items()}
            if a > 0.0
            else {
                k: was.well_posedness[{"alpha_plus": "alpha_minus", "alpha_minus": "alpha_plus"}.get(k, k)].verdict
                for k in now.well_posedness
            }
        )
        profile = phi.profile()
        tv = fastsig.total_variation(phi)
        assert beside(profile.tv, profile.tv_error, tv.value, tv.error)
        for places, moved in ((was.kinks, now.kinks), (was.bends, now.bends)):
            expected_places = sorted((t - b) / a for t in places)
            assert np.allclose(moved, expected_places, rtol=4.0 * EPSILON, atol=0.0)
        assert_pieces_hold(phi, profile)
        assert_extremes(phi, base, change)


def assert_pieces_hold(phi: fastsig.Activation, profile: Profile) -> None:
    """Jumps, inflections and stationary places are what phi' and phi'' say beside them."""
    sides, errors = profile.slopes_at_breaks()
    for k, one in enumerate(profile.breaks):
        error = one.slope_jump_error + errors[:, k].sum()
        assert abs(one.slope_jump - (sides[1, k] - sides[0, k])) <= error <= 1e-11 * max(np.abs(sides).max(), 1e-300)
    edges = profile.edges
    assert (np.diff(edges) > 0.0).all()
    assert 0.0 in edges
    assert set(profile.kinks) <= set(edges.tolist())
    for order, places in ((2, profile.inflections), (1, profile.stationary)):
        x = np.array(places)
        value, error = phi.batch_with_error(order, x)
        scale = profile.curvature_sup if order == 2 else abs(phi.a * phi.c)
        # An ulp of x, and the place's own error, make this of phi'' and phi'.
        assert (np.abs(value) <= error + 1e-6 * min(scale, 1e300)).all()


def assert_extremes(phi: fastsig.Activation, base: fastsig.Activation, change: tuple[float, ...]) -> None:
    """Ranges of phi' and phi, of the line and of an interval, are those of the base."""
    a, b, c, d = change
    inner = (-1.5, 2.25)
    low, high = sorted((t - b) / a for t in inner)
    for interval, of_base in (((-math.inf, math.inf), (-math.inf, math.inf)), ((low, high), inner)):
        for found, truth, factor, shift in (
            (slope_range(phi, interval), slope_range(base, of_base), a * c, 0.0),
            (value_range(phi, interval), value_range(base, of_base), c, d),
        ):
            ends = sorted((factor * truth.low + shift, factor * truth.high + shift))
            # The ends of the interval are rounded: 2 ulp of b/a in x, which slopes and bends of size 3 carry on.
            off = 12.0 * EPSILON * (abs(b) + 3.0) * abs(factor) + 4.0 * EPSILON * abs(shift)
            off = off if math.isfinite(interval[0]) else 8.0 * EPSILON * (abs(factor) + abs(shift))
            error = abs(factor) * (truth.low_error + truth.high_error) + off
            assert beside(found.low, found.low_error, ends[0], error)
            assert beside(found.high, found.high_error, ends[1], error)


@pytest.mark.parametrize("name", ["tanh", "gelu", "hardtanh", "leaky_relu", "gaussian", "mish", "selu"])
def test_rates_and_fixed_points_are_those_of_the_inner_map(name: str) -> None:
    """c phi(a x + b) + d is conjugate to phi(a c y + a d + b) by x = c y + d: same multipliers, rates and orbits."""
    generator = random.Random(name)
    base = fastsig.activation(name)
    compared = 0
    for _ in range(6):
        a, b, c, d = (generator.uniform(-2.0, 2.0) for _ in range(4))
        b, d = b - 1000.0 * a, d + 1000.0  # moved by 1000, back and forth: x is about 1000
        phi = base.scaled(a, b, c, d)
        found, truth = lyapunov.fixed_points(phi), lyapunov.fixed_points(base, a * c, a * d + b)
        if not (found.complete and truth.complete):
            continue
        compared += 1
        places = sorted((c * p.x + d, p.error, p.multiplier) for p in truth)
        assert len(found) == len(places)
        for one, (x, error, multiplier) in zip(found, places, strict=True):
            # a d + b is rounded to 1e-13; a multiplier of 1 - m makes 1/m of it.
            off = 1e-12 / max(abs(1.0 - multiplier), 1e-6)
            assert abs(one.x - x) <= one.error + abs(c) * error + off
            assert one.multiplier == pytest.approx(multiplier, abs=one.multiplier_error + 10.0 * off)
        slopes = abs(a * c) * fastsig.classify(base).lipschitz.value
        if slopes < 1.0 - 1e-12:
            certificate = lyapunov.contraction(phi)
            assert certificate.domain == (-math.inf, math.inf)
            assert certificate.rate == pytest.approx(slopes, rel=1e-13)
            assert certificate.verify(points=500).success
    assert compared >= 2


def test_nested_changes_and_users_activations() -> None:
    user = fastsig.Activation(lambda x: np.tanh(x) + 0.25 * np.abs(x - 1.0), kinks=(1.0,), name="tanh and a kink")
    once = user.scaled(-2.0, 500.0, 3.0, 1.0)
    twice = user.scaled(-1.0, 0.0, 3.0, 0.0).scaled(2.0, -500.0, 1.0, 1.0)
    was = fastsig.classify(user)
    for phi in (once, twice):
        now = fastsig.classify(phi)
        assert now.kinks == (249.5,)
        assert beside(now.lipschitz.value, now.lipschitz.error, 6.0 * was.lipschitz.value, 6.0 * was.lipschitz.error)
        assert phi.profile().breaks[0].slope_jump == pytest.approx(6.0 * 0.5, rel=1e-12)
    assert fastsig.classify(once).monotonicity == fastsig.classify(twice).monotonicity


def test_energy_of_what_is_moved() -> None:
    """The integral of tanh(x - b) from 0 to y is ln cosh(y - b) - ln cosh(b), for y beside b and beyond."""
    for b in (3.0, 1e4):
        primitive = lyapunov.primitive(fastsig.activation("tanh").scaled(1.0, -b))
        x = np.array([0.0, b - 1.0, b, b + 2.0, 3.0 * b, 2.0**40])
        found, error = primitive.energy_with_error(x)
        for at, value, wrong in zip(x.tolist(), found.tolist(), error.tolist(), strict=True):
            with mp.workdps(40):
                truth = mp.mpf(at) ** 2 / 2 - mp.log(mp.cosh(mp.mpf(at) - b)) + mp.log(mp.cosh(b))
                assert abs(value - truth) <= wrong
        assert (error <= 1e-12 * (1.0 + x * x)).all()


def test_places_have_the_errors_of_their_rounding() -> None:
    change = AffineChange(3.0, -1e6, 1.0, 0.0)
    place = change.place(1.0)
    assert change.place_error(1.0, 0.0) > 0.0
    with mp.workdps(60):
        assert abs(mp.mpf(1000001) / 3 - place) <= change.place_error(1.0, 0.0) <= EPSILON * place
    assert AffineChange(2.0, -1e6, 1.0, 0.0).place_error(1.0, 0.0) == 0.0


def test_breaks_that_become_one_double_are_refused() -> None:
    with pytest.raises(ValueError, match="become the same double"):
        fastsig.classify(fastsig.activation("hardtanh").scaled(1.0, 1e17))


ROOT_EIGHTH = math.sqrt(2.0) * math.exp(-0.5)  # sup of the slope of exp(-x^2)


@pytest.mark.parametrize(
    ("formula", "steepest_slope", "variation"),
    [
        ("tanh(200*x - 10000)", 200.0, 400.0),
        ("tanh((x - 40)/0.05)", 20.0, 40.0),
        ("tanh((x - 7.3)/0.005)", 200.0, 400.0),
        ("sigmoid(-1000*x - 123456)", 250.0, 500.0),
        ("exp(-((x - 40)/0.05)**2)", 20.0 * ROOT_EIGHTH, 80.0 * ROOT_EIGHTH),
        ("exp(-((x - 4)/0.05)**2)", 20.0 * ROOT_EIGHTH, 80.0 * ROOT_EIGHTH),
        ("1/(1 + ((x - 40)*20)**2)", 20.0 * 3.0**1.5 / 8.0, 80.0 * 3.0**1.5 / 8.0),
        ("softplus(1000*x - 1e6)/1000", 1.0, 1.0),
        ("Max(x, 0) + tanh(300*x - 3000)", 301.0, 601.0),
    ],
)
def test_formulas_of_what_is_narrow_and_far(formula: str, steepest_slope: float, variation: float) -> None:
    pytest.importorskip("sympy")
    phi = fastsig.Activation.from_expression(formula)
    found = fastsig.classify(phi)
    assert abs(found.lipschitz.value - steepest_slope) <= found.lipschitz.error + 8.0 * EPSILON * steepest_slope
    assert found.lipschitz.error <= 1e-12 * steepest_slope
    tv = fastsig.total_variation(phi)
    assert abs(tv.value - variation) <= tv.error <= 1e-9 * variation
    assert (found.regularity == "kinked") == ("Max" in formula)


def test_what_is_unbounded_goes_where_its_steps_go() -> None:
    low = fastsig.Activation(lambda x: np.arcsinh(x) - 100.0, name="asinh less 100")
    assert value_range(low)[:2] == (-math.inf, math.inf)


def test_given_slopes_do_not_make_up_for_what_was_not_resolved() -> None:
    """A step of width 0.01 at 50 ends what is resolved at 32: that phi' -> 0 says nothing of it."""
    step = fastsig.Activation(lambda x: 0.02 * np.tanh((x - 50.0) / 0.01), slopes=(0.0, 0.0), name="step")
    truth = 2.0
    if step.profile().reach[1] < 50.0:
        assert fastsig.classify(step).message != "ok"
        assert not lyapunov.fixed_points(step).complete
        assert lyapunov.contraction(step).domain[1] < 50.0
    else:
        assert fastsig.classify(step).lipschitz.value == pytest.approx(truth, rel=1e-12)
