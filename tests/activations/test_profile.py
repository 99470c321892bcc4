"""Profiles of activations known by values only: certified shapes, closed forms, honesty, refusals."""

import math
import warnings
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from scipy import special

import fastsig
from fastsig.activations.profile import Profile, profile
from fastsig.errors import KinkWarning
from tests.reference_values import Record, activation, exact, label, records

pytestmark = pytest.mark.filterwarnings("ignore::fastsig.KinkWarning")
INF, NAN = math.inf, math.nan
SHAPES = pytest.mark.parametrize("record", records("shape"), ids=label)
BY_AD = "automatic differentiation"


def close(got: float, error: float, true: float, bar: float) -> None:
    """The error covers the distance, and neither is above the bar."""
    if math.isinf(true):
        assert got == true
        return
    assert abs(got - true) <= error + 2e-16 * abs(true)
    assert error <= bar


def hidden(phi):
    """A black box: no jet passes through it."""
    return lambda x: np.asarray(phi(np.asarray(x)), dtype=np.float64)


# --- Built-ins as black boxes, against certified numbers --------------------------


@SHAPES
def test_built_in_as_a_black_box(record: Record) -> None:
    phi = activation(record)
    found = profile(phi)
    assert found.derivative_source == found.second_derivative_source == "chebyshev"
    check_certified(record, found, 2e-12)  # stated; softsign, whose phi'' jumps, is the worst


@SHAPES
def test_built_in_with_its_derivatives(record: Record) -> None:
    phi = activation(record)
    found = profile(phi, derivative=phi.derivative, second_derivative=phi.second_derivative, kinks=phi.kinks)
    assert found.derivative_source == found.second_derivative_source == "given"
    check_certified(record, found, 3e-14)  # celu(alpha=0.01), which bends within 0.01, is the worst; most: 2e-14


def check_oscillating(record: Record, found: Profile, bar: float) -> None:
    """Of snake: no limits, nothing finite but sup abs(phi''), and a zero of phi'' on each quarter of a wave."""
    assert math.isnan(found.alpha_plus)
    assert math.isnan(found.alpha_minus)
    assert found.plus.slope_error == found.minus.slope_error == found.tv == found.curvature == INF
    size = float(record["curvature_sup"])
    # phi is rounded like x, up to 512 a waves away, and any of them may be the tallest.
    close(found.curvature_sup, found.curvature_sup_error, size, 50 * bar * size)
    waves = np.array(found.inflections) * size / math.pi  # phi'' = w cos wx
    middle = np.abs(waves) < 20
    np.testing.assert_allclose(waves[middle], np.arange(-20, 20) + 0.5, rtol=0, atol=1e-9)


def check_certified(record: Record, found: Profile, bar: float) -> None:
    kinks = [float(kink) for kink in record["kinks"]]
    assert list(found.kinks) == kinks
    if record["alpha_plus"] == record["alpha_minus"] == "none":
        check_oscillating(record, found, bar)
        return
    slope = max(1.0, *(abs(float(record[f"alpha_{side}"])) for side in ("plus", "minus")), float(record["tv"]))
    close(found.alpha_plus, found.plus.slope_error, float(record["alpha_plus"]), 1e-14 * slope)
    close(found.alpha_minus, found.minus.slope_error, float(record["alpha_minus"]), 1e-14 * slope)
    close(found.tv, found.tv_error, float(record["tv"]), bar * slope)
    assert abs(found.tv - float(record["tv"])) <= 1e-12 * slope
    size = float(record["curvature_sup"])
    if not kinks:
        close(
            found.curvature,
            found.curvature_error,
            float(record["curvature"]),
            bar * max(float(record["curvature"]), 1e-3),
        )
        assert abs(found.curvature - float(record["curvature"])) <= 1e-12 * max(float(record["curvature"]), 1e-3)
        # phi'' itself, from values of phi alone: celu, at the end of its bend, is the worst, 5e-12.
        # What is stated is ten times that where phi'' jumps.
        pointwise = 50 if found.breaks else 10
        close(
            found.curvature_sup,
            found.curvature_sup_error,
            size,
            pointwise * bar * max(size, 0.1 / max(1.0, 1 / slope)),
        )
    else:
        assert found.curvature == found.curvature_sup == INF
    if record["activation"] == "crrelu" and float(record.get("eps", 1)) == 0.0:
        return
    zeros = [float(exact(zero)) for zero in record["zeros_of_second_derivative"]]
    zeros = [zero for zero in zeros if zero not in kinks]
    near = [z for z, e in zip(found.inflections, found.inflection_errors, strict=True) if e < 1e-6 * max(1.0, abs(z))]
    assert len(near) == len(zeros)
    for got, error, zero in zip(found.inflections, found.inflection_errors, zeros, strict=True):
        close(got, error, zero, 100 * bar * max(1.0, abs(zero)))  # what is stated
        assert abs(got - zero) <= 1e-12 * max(1.0, abs(zero))
    zeros = [float(exact(zero)) for zero in record["zeros_of_derivative"]]
    assert len(found.stationary) == len(zeros)
    for got, error, zero in zip(found.stationary, found.stationary_errors, zeros, strict=True):
        close(got, error, zero, 100 * bar * max(1.0, abs(zero)))  # what is stated
        assert abs(got - zero) <= 1e-12 * max(1.0, abs(zero))


# --- User activations, against closed forms ------------------------------------------


def bspline(x):
    y = np.abs(x)
    return np.where(y < 1, (4 - 6 * y**2 + 3 * y**3) / 6, np.where(y < 2, (2 - y) ** 3 / 6, 0.0))


LAMBDA, ALPHA = 1.0507009873554805, 1.6732632423543772
ROOT = math.sqrt(3)
# phi; alpha_plus, alpha_minus; TV; C; sup abs(phi''); kinks; inflections; zeros of phi'; growth
CASES = {
    "softplus": (lambda x: np.logaddexp(0, x), 1, 0, 1, 1 / 6, 1 / 4, (), (), (), "linear"),
    "elu": (lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), 1, 0, 1, 1 / 2, 1, (), (), (), "linear"),
    "selu": (
        lambda x: LAMBDA * np.where(x > 0, x, ALPHA * np.expm1(np.minimum(x, 0))),
        LAMBDA, 0, LAMBDA * ALPHA + LAMBDA * (ALPHA - 1), INF, INF, (0.0,), (), (), "linear",
    ),
    "erf": (special.erf, 0, 0, 4 / math.sqrt(math.pi), 4 / math.pi * math.sqrt(math.pi / 2),
            2 * math.sqrt(2 / math.pi) * math.exp(-0.5), (), (0.0,), (), "bounded"),
    "arctan": (np.arctan, 0, 0, 2, math.pi / 4, 3 * ROOT / 8, (), (0.0,), (), "bounded"),
    "softsign": (lambda x: x / (1 + np.abs(x)), 0, 0, 2, 8 / 5, 2, (), (), (), "bounded"),
    "asinh": (np.arcsinh, 0, 0, 2, math.pi / 8, 2 / (3 * ROOT), (), (0.0,), (), "sublinear"),
    "hardtanh": (lambda x: np.clip(x, -1, 1), 0, 0, 2, INF, INF, (-1.0, 1.0), (), (), "bounded"),
    "relu6": (lambda x: np.clip(x, 0, 6), 0, 0, 2, INF, INF, (0.0, 6.0), (), (), "bounded"),
    "hardswish": (lambda x: x * np.clip(x + 3, 0, 6) / 6, 1, 0, 3, INF, INF, (-3.0, 3.0), (), (-1.5,), "linear"),
    "soft threshold": (
        lambda x: np.maximum(x - 0.7, 0) + np.minimum(x + 0.3, 0), 1, 1, 2, INF, INF, (-0.3, 0.7), (), (), "linear",
    ),
    "gauss": (
        lambda x: np.exp(-x * x), 0, 0, 4 * math.sqrt(2) * math.exp(-0.5), 3 * math.sqrt(math.pi / 2), 2,
        (), (-math.sqrt(0.5), math.sqrt(0.5)), (0.0,), "bounded",
    ),
    "tanh(20 x)": (lambda x: np.tanh(20 * x), 0, 0, 40, 16 / 15 * 20**3, 1600 / (3 * ROOT), (), (0.0,), (), "bounded"),
    "tanh(200 x)": (
        lambda x: np.tanh(200 * x), 0, 0, 400, 16 / 15 * 200**3, 160000 / (3 * ROOT), (), (0.0,), (), "bounded",
    ),
    "x|x|/(1+x^2)": (
        lambda x: x * np.abs(x) / (1 + x * x), 0, 0, 3 * ROOT / 2, 3 * math.pi / 4, 2,
        (), (-1 / ROOT, 1 / ROOT), (), "bounded",
    ),
    "hyperbola": (lambda x: np.sqrt(1 + x * x), 1, -1, 2, 3 * math.pi / 8, 1, (), (), (0.0,), "linear"),
    "B-spline": (bspline, 0, 0, 8 / 3, 8 / 3, 2, (), (-2 / 3, 2 / 3), (0.0,), "bounded"),
    "kinks 1e-3 apart": (
        lambda x: np.maximum(x - 0.3, 0) - np.maximum(x - 0.301, 0), 0, 0, 2, INF, INF, (0.3, 0.301), (), (), "bounded",
    ),
    "kink at 1e3": (lambda x: np.maximum(x - 1e3, 0), 1, 0, 1, INF, INF, (1e3,), (), (), "linear"),
    "kink at pi": (lambda x: np.abs(x - math.pi), 1, -1, 2, INF, INF, (math.pi,), (), (), "linear"),
    "kink at 1e-5": (
        lambda x: np.maximum(x - 1e-5, 0) + np.tanh(x), 1, 0, 3, INF, INF, (1e-5,), (0.0,), (), "linear",
    ),
    "identity": (lambda x: x * 1.0, 1, 1, 0, 0, 0, (), (), (), "linear"),
    "constant": (np.ones_like, 0, 0, 0, 0, 0, (), (), (), "bounded"),
    "scaled": (
        lambda x: 1e-8 * np.tanh(x / 1e4), 0, 0, 2e-12, 16 / 15 * 1e-28, 4 / (3 * ROOT) * 1e-16,
        (), (0.0,), (), "bounded",
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", ["chebyshev", BY_AD])
@pytest.mark.parametrize("name", CASES)
def test_user_activation(name: str, way: str) -> None:
    phi, plus, minus, tv, curvature, largest, kinks, inflections, stationary, growth = CASES[name]
    found = profile(hidden(phi) if way == "chebyshev" else phi, name=name)
    assert found.derivative_source == found.second_derivative_source == way
    bar = 1e-12 if way == "chebyshev" else 3e-14
    slope = max(tv, abs(plus), abs(minus), 1e-12)
    close(found.alpha_plus, found.plus.slope_error, plus, 2e-14 * max(slope, 1e-3))
    close(found.alpha_minus, found.minus.slope_error, minus, 2e-14 * max(slope, 1e-3))
    close(found.tv, found.tv_error, tv, bar * slope + 1e-14 * (name == "constant"))  # its values are rounded
    # One-sided phi'' at a break is rounded by the fourth power of the degree.
    close(found.curvature, found.curvature_error, curvature, 20 * bar * curvature + 1e-25 * slope**2 + 1e-27)
    close(
        found.curvature_sup,
        found.curvature_sup_error,
        largest,
        200 * bar * largest + 1e-13 * slope + bar * (name == "constant"),
    )
    assert found.growth == growth
    kink_errors = [one.place_error for one in found.breaks if one.is_kink]
    for places, errors, exact_places in (
        (found.kinks, kink_errors, kinks),
        (found.inflections, found.inflection_errors, inflections),
        (found.stationary, found.stationary_errors, stationary),
    ):
        assert len(places) == len(exact_places)
        for place, error, expected in zip(places, errors, exact_places, strict=True):
            close(place, error, expected, 1e-10 if name != "scaled" else 1e-4)
    assert found.message == "ok"
    assert found.reach == (-(2.0**40), 2.0**40)


def test_derivatives_are_within_their_errors_with_and_without_jets() -> None:
    x = np.concatenate([np.linspace(-8, 8, 2001), np.linspace(-50, 50, 501), [-1e9, 1e15]])
    phi = fastsig.activation("mish")
    user = lambda x: x * np.tanh(np.log1p(np.exp(x)))  # noqa: E731
    for function, bars in ((phi, (2e-13, 2e-12)), (user, (2e-14, 2e-14))):
        found = profile(function)
        for order, exactly, bar in ((1, phi.derivative, bars[0]), (2, phi.second_derivative, bars[1])):
            value, error = found.with_error(x, order)
            assert np.all(np.abs(value - exactly(x)) <= error + 1e-15)
            assert error.max() <= bar
        with np.errstate(all="ignore"):
            np.testing.assert_array_equal(found.value(x), function(x))
        np.testing.assert_array_equal(found.derivative(x.reshape(2, -1)).ravel(), found.derivative(x))


def test_given_derivative_alone_gives_the_second() -> None:
    found = profile(hidden(np.tanh), derivative=lambda x: 1 / np.cosh(np.clip(x, -300, 300)) ** 2)
    assert (found.derivative_source, found.second_derivative_source) == ("given", "chebyshev")
    close(found.tv, found.tv_error, 2.0, 1e-14 * 2)
    close(found.curvature, found.curvature_error, 16 / 15, 1e-13)


# --- Asymptotes, growth, oscillation ---------------------------------------------------


@pytest.mark.parametrize(
    ("phi", "plus", "minus"),
    [
        (np.tanh, 1.0, -1.0),
        (lambda x: np.logaddexp(0, x), 0.0, 0.0),
        (lambda x: x / (1 + np.abs(x)), 1.0, -1.0),
        (lambda x: np.arctan(x) + 3 * x, math.pi / 2, -math.pi / 2),
        (lambda x: np.maximum(x - 1e3, 0), -1e3, 0.0),
        (np.arcsinh, NAN, NAN),
        (lambda x: x + np.arcsinh(x), NAN, NAN),
        (lambda x: np.cbrt(1 + x * x), NAN, NAN),
        (lambda x: np.sqrt(1 + x * x), 0.0, 0.0),
    ],
)
def test_offsets_of_the_asymptotes(phi, plus: float, minus: float) -> None:
    found = profile(hidden(phi))
    for end, expected in ((found.plus, plus), (found.minus, minus)):
        if math.isnan(expected):
            assert math.isnan(end.offset)
        else:
            assert abs(end.offset - expected) <= end.offset_error + 1e-15 * abs(expected)
            assert end.offset_error <= 1e-9


def test_superlinear_growth_is_flagged() -> None:
    for phi in (lambda x: x * x, lambda x: np.sign(x) * np.abs(x) ** 1.5, lambda x: x * np.log1p(x * x)):
        found = profile(hidden(phi))
        assert found.growth == "superlinear"
        assert found.alpha_plus == INF
        assert found.tv == INF
        assert found.curvature == (INF if phi(np.array([4.0]))[0] != 4 * math.log(17) else found.curvature)
        assert "grows faster than linearly" in found.message
    assert profile(lambda x: x * x).curvature_sup == 2.0


def test_endless_oscillation_has_no_slopes() -> None:
    for phi in (lambda x: x + np.sin(x) ** 2, hidden(lambda x: x + np.sin(x) ** 2)):
        found = profile(phi)
        assert math.isnan(found.alpha_plus)
        assert math.isnan(found.alpha_minus)
        assert found.tv == found.curvature == INF
        assert "no limit at +inf" in found.message
        assert found.growth == "linear"
        far = np.array([-1e4, -700.0, 3.0, 1e4, 12345.6])
        value, error = found.with_error(far, 1)
        assert np.all(np.abs(value - (1 + np.sin(2 * far))) <= error + 1e-11)
        assert error.max() < 1e-8
        near = [zero for zero in found.stationary if abs(zero) < 20]
        np.testing.assert_allclose(near, (np.arange(-6, 7) - 0.25)[: len(near)] * math.pi, rtol=0, atol=1e-5)
    assert profile(np.sin).growth == "bounded"


def test_oscillation_that_dies_out_has_slopes() -> None:
    with np.errstate(all="ignore"):
        found = profile(lambda x: np.sinc(x / np.pi))
    assert abs(found.alpha_plus) <= found.plus.slope_error < 0.02
    assert found.tv == INF
    assert abs(found.curvature - math.pi / 5) <= found.curvature_error < 0.01


# --- Singular places -------------------------------------------------------------------


def test_unbounded_second_derivative() -> None:
    for place in (0.0, 0.3):
        phi = lambda x: np.sign(x - place) * np.abs(x - place) ** 1.5 / (1 + x * x)  # noqa: E731, B023
        for function in (phi, hidden(phi)):
            found = profile(function)
            assert found.kinks == ()
            assert found.curvature == found.curvature_sup == INF
            (one,) = found.breaks
            assert one.bend_jump == INF
            assert one.place == place
            assert place in found.landmarks
            assert found.growth == "bounded"
    weaker = profile(lambda x: np.abs(x) ** 1.75 / (1 + np.abs(x) ** 1.75))
    assert math.isfinite(weaker.curvature)
    assert weaker.curvature_sup == INF


def test_curvature_across_a_weak_singularity() -> None:
    """phi'' = sgn(x) abs(x)^-1/4 exp(-abs(x)): C = 2 int x^-1/2 e^(-2x) = 2 sqrt(pi/2)."""
    x, gamma = np.array([0.5]), special.gammainc

    def slope(t):
        return special.gamma(0.75) * gamma(0.75, np.abs(t))

    def phi(t):  # the integral of the slope, by parts
        s = np.abs(t)
        return np.sign(t) * (s * slope(s) - special.gamma(1.75) * gamma(1.75, s))

    assert np.isfinite(phi(x)).all()
    found = profile(phi)
    assert found.curvature_sup == INF
    assert abs(found.curvature - 2 * math.sqrt(math.pi / 2)) <= found.curvature_error
    assert found.curvature_error < 0.1


@pytest.mark.parametrize(
    ("phi", "message"),
    [
        (lambda x: np.sqrt(np.abs(x)), r"like abs\(x - c\)\^0\.5 near c = 0\.0: its derivative is unbounded"),
        (lambda x: np.cbrt(x - 0.25) / (1 + x * x), r"\^0\.3\d* near c = 0\.25"),
        (lambda x: x * np.log(np.abs(x) + 1e-300), r"\^1 near c = 0\.0"),
        (lambda x: (x > 0.3).astype(float), "jumps by 1 at x = 0.3"),
        (np.floor, "jumps by 1"),
        (lambda x: np.exp(x * x), "is inf"),
    ],
)
def test_not_in_the_class(phi, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        profile(phi)


# --- What is given is checked ------------------------------------------------------------


def test_contradictions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"derivative of order 1 given for f is off by 0\.\d+ at x"):
        profile(np.tanh, derivative=lambda x: np.exp(-x * x), name="f")
    with pytest.raises(ValueError, match="derivative of order 2 given"):
        profile(np.tanh, second_derivative=np.zeros_like)
    with pytest.raises(ValueError, match=r"slopes= says that the derivative of phi tends to 1\.0 at -inf"):
        profile(lambda x: np.maximum(x, 0), slopes=(1.0, 1.0))
    with pytest.raises(ValueError, match="slopes="):
        profile(lambda x: x + np.sin(x) ** 2, slopes=(0.0, 0.0))
    with pytest.raises(TypeError, match="the derivative of phi must return real numbers"):
        profile(np.tanh, derivative=lambda x: 1j * x)


def test_given_slopes_are_taken() -> None:
    found = profile(lambda x: np.where(x > 0, x, 0.1 * x) / 3, slopes=(1 / 3, 0.1 / 3))
    assert (found.alpha_plus, found.alpha_minus) == (1 / 3, 0.1 / 3)
    assert found.plus.slope_error == 0.0
    assert profile(lambda x: x + np.sin(x) ** 2, slopes=(1.0, 1.0)).alpha_plus == 1.0


@pytest.mark.filterwarnings("default")
def test_undeclared_kinks_give_a_warning() -> None:
    with pytest.warns(KinkWarning, match=r"f has a kink at x = 0\.7 .* not declared: .* jumps by 1 .*kinks=\(0\.7"):
        profile(lambda x: np.maximum(x - 0.7, 0), name="f")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        profile(lambda x: np.maximum(x - 0.7, 0), kinks=[0.7])
        profile(lambda x: np.abs(x - math.pi), kinks=[math.pi, -1.0])
        profile(lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))))  # a break of phi'', no kink
    assert issubclass(KinkWarning, UserWarning)


def test_wrong_jets_are_not_believed() -> None:
    def sly(x):
        """Values as they should be, derivatives by jets a thousandth off."""
        frozen = x.copy()
        frozen.first[:] = frozen.second[:] = 0.0
        return np.tanh(x) + 1e-3 * (np.sin(x) - np.sin(frozen))

    found = profile(np.tanh, written=(sly, None, None))
    assert found.derivative_source == "chebyshev"
    close(found.tv, found.tv_error, 2.0, 1e-12)


# --- Scalar functions, landmarks, speed ------------------------------------------------------


def test_scalar_functions() -> None:
    def gelu(x):
        return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))

    def elu(x):
        return x if x > 0 else math.expm1(x)

    for scalar, tv in ((gelu, 1.51561658074061914536), (elu, 1.0)):
        batch = lambda x: np.array([scalar(t) for t in x.tolist()])  # noqa: E731, B023
        found = profile(batch, written=(scalar, None, None))
        assert found.derivative_source == BY_AD
        close(found.tv, found.tv_error, tv, 3e-14)
        found = profile(batch)
        assert found.derivative_source == "chebyshev"
        close(found.tv, found.tv_error, tv, 2e-13)


def test_landmarks_show_narrow_features() -> None:
    marks = np.array(profile(lambda x: np.tanh(200 * (x - 0.3)) + np.arctan(x / 100)).landmarks)
    assert np.all(np.diff(marks) > 0)
    beside = marks[np.abs(marks - 0.3) < 0.05]
    assert beside.size >= 3
    assert marks[-1] > 1e3
    assert profile(lambda x: np.maximum(x, 0.0)).landmarks == (0.0,)
    assert 5 < len(profile(np.tanh).landmarks) < 20


def test_symmetries() -> None:
    """phi(-x), -phi(x), phi(2 x) against phi: slopes swap, TV and C scale."""
    phi = hidden(lambda x: x * special.expit(x) + 0.1 * np.tanh(3 * x - 1) + np.maximum(x - 0.7, 0))
    one = profile(phi)
    turned, negative, twice = profile(lambda x: phi(-x)), profile(lambda x: -phi(x)), profile(lambda x: phi(2 * x))
    assert (turned.alpha_plus, turned.alpha_minus) == (-one.alpha_minus, -one.alpha_plus)
    assert (negative.alpha_plus, negative.alpha_minus) == (-one.alpha_plus, -one.alpha_minus)
    for other, factor in ((turned, 1), (negative, 1), (twice, 2)):
        assert abs(other.tv - factor * one.tv) <= other.tv_error + factor * one.tv_error
    np.testing.assert_allclose(turned.inflections, [-x for x in reversed(one.inflections)], rtol=0, atol=1e-11)
    np.testing.assert_allclose(twice.kinks, [0.35], rtol=1e-14)


def test_mpmath_agrees_on_a_composition() -> None:
    """An activation without closed forms: TV and C by mpmath quadrature."""
    phi = hidden(lambda x: np.sin(np.tanh(x)) + np.logaddexp(0, 2 * x) / 2)
    found = profile(phi)
    with mpmath.workdps(25):
        f = lambda x: mpmath.sin(mpmath.tanh(x)) + mpmath.log1p(mpmath.exp(2 * x)) / 2  # noqa: E731
        bend = lambda x: mpmath.diff(f, x, 2)  # noqa: E731
        edges = [-40, *found.inflections, 40]
        tv = sum(abs(mpmath.diff(f, b) - mpmath.diff(f, a)) for a, b in pairwise(edges))
        curvature = mpmath.quad(lambda x: bend(x) ** 2, [-30, -8, -3, -1, 0, 1, 3, 8, 30])
    close(found.tv, found.tv_error, float(tv), 1e-12)
    close(found.curvature, found.curvature_error, float(curvature), 1e-12)


@pytest.mark.parametrize("phi", [np.tanh, lambda x: np.abs(x - 0.3), lambda x: x / (1 + np.exp(-x))])
@pytest.mark.filterwarnings("ignore::fastsig.KinkWarning")
def test_work(phi) -> None:
    """Its cost is that of phi at some 35,000 points in some 60 calls: a few milliseconds."""
    sizes = []

    def counted(x):
        sizes.append(np.size(x))
        return phi(x)

    profile(counted)
    assert len(sizes) <= 100
    assert sum(sizes) <= 50_000


# --- Places where phi is undefined ----------------------------------------------------------------------


def sinc(x):
    with np.errstate(all="ignore"):
        return np.sin(x) / x


UNDEFINED = r"sinc\(0\.0\) is nan, but must be finite there; define it, as in np\.where\(x == 0\.0, limit, \.\.\.\)"


@pytest.mark.parametrize(
    "ask",
    [
        lambda phi: phi(0.0),
        lambda phi: phi([1.0, 0.0]),
        lambda phi: phi.scaled(2.0)(0.0),
        lambda phi: fastsig.moments(phi, 0.0),
        lambda phi: fastsig.signature(phi, [1.0, 0.0]),
        lambda phi: fastsig.moments(phi, 1.0, method="gauss_hermite", nodes=101),
        lambda phi: fastsig.expectation(lambda z, f, d, s: f, phi, 0.0),
    ],
)
def test_a_value_that_is_undefined_is_refused(ask) -> None:
    with pytest.raises(ValueError, match=UNDEFINED):
        ask(fastsig.Activation(sinc))


def test_one_undefined_double_does_not_matter_to_integrals() -> None:
    """E sinc(sigma Z) = sqrt(pi/2) erf(sigma/sqrt 2)/sigma; more points than make a table, which has a node at 0."""
    phi, sigma = fastsig.Activation(sinc), np.linspace(0.1, 4.0, 40)
    found = fastsig.moments(phi, sigma, which=("m1", "g1"))
    assert found.success
    true = np.sqrt(np.pi / 2) * special.erf(sigma / np.sqrt(2)) / sigma
    assert (np.abs(found.m1 - true) <= found.error.m1 + 4e-16 * true).all()
    assert (np.abs(found.g1) <= found.error.g1).all()


def test_derivatives_at_an_undefined_double_are_those_of_the_fit() -> None:
    found = fastsig.Activation(sinc).profile()
    for order, true in ((1, 0.0), (2, -1 / 3)):
        value, error = found.with_error(np.zeros(1), order)
        assert abs(value[0] - true) <= error[0] < 1e-10


def test_values_beyond_the_range_of_the_class() -> None:
    """Beyond 2^40 an overflow is an infinity; NaN is refused there, too. At infinities and NaN phi may say anything."""
    phi = fastsig.Activation(lambda x: np.where(np.abs(x) < 1e100, np.tanh(x), NAN), name="short")
    with pytest.raises(ValueError, match=r"short\(-1e\+200\) is nan"):
        phi([1.0, -1e200])
    assert np.isnan(phi([NAN, INF])).all()
    with np.errstate(over="ignore"):
        assert fastsig.Activation(lambda x: x * x)(1e200) == INF


def test_derivatives_where_their_formula_ends() -> None:
    """x^4/(1 + abs(x)^3): phi' by jets is NaN or infinite where x^4 overflows; there it is +-1 nevertheless."""
    with np.errstate(all="ignore"):
        found = profile(lambda x: x**4 / (1 + np.abs(x) ** 3))
        x = np.array([-1e300, -1e150, -1e20, 1e20, 1e100, 1e300])
        (slope, error), (bend, bend_error) = (found.with_error(x, order) for order in (1, 2))
    assert found.derivative_source == BY_AD
    assert (np.abs(slope - np.sign(x)) <= error).all()
    assert (np.abs(bend) <= bend_error).all()
    assert (error < 1e-13).all()
