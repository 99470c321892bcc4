"""Piecewise Chebyshev fits: breaks found where they are, derivatives within their errors, refusals."""

import math

import mpmath
import numpy as np
import pytest
from scipy import special

from fastsig.activations.chebyshev.fits import NODES, Fitter, _transform, envelope
from fastsig.activations.chebyshev_pieces import fit_pieces

RNG = np.random.default_rng(20260)
EVERYWHERE = np.concatenate(
    [
        RNG.uniform(-3, 3, 3000),
        RNG.uniform(-50, 50, 2000),
        10 ** RNG.uniform(-6, 11, 800),
        -(10 ** RNG.uniform(-6, 11, 800)),
    ]
)


def bspline(x):
    y = np.abs(x)
    return np.where(y < 1, (4 - 6 * y**2 + 3 * y**3) / 6, np.where(y < 2, (2 - y) ** 3 / 6, 0.0))


# --- nodes and errors ---------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 5, NODES, 40])
def test_transform_gives_chebyshev_coefficients(n: int) -> None:
    nodes, matrix = _transform(n)
    np.testing.assert_allclose(nodes, np.cos(np.pi * (np.arange(n) + 0.5) / n), rtol=0, atol=4e-16)
    for k in range(n):
        values = np.array([float(mpmath.chebyt(k, mpmath.mpf(t))) for t in nodes])
        np.testing.assert_allclose(
            values @ matrix, np.eye(n)[k], rtol=0, atol=1e-16 * (10 + k * k)
        )  # a node is rounded


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_envelope_bounds_derivatives_of_chebyshev_polynomials(order: int) -> None:
    t = np.linspace(-1, 1, 401)
    bound = envelope(20, t, order)
    for k in range(20):
        derivative = np.polynomial.chebyshev.Chebyshev.basis(k).deriv(order)(t)
        assert np.all(np.abs(derivative) <= bound[:, k] * (1 + 1e-9) + 1e-9)


SMOOTH = {
    "tanh": (np.tanh, lambda x: np.cosh(np.clip(x, -350, 350)) ** -2.0, None, 5e-14, 2e-12),
    "arctan": (np.arctan, lambda x: 1 / (1 + x * x), lambda x: -2 * x / (1 + x * x) ** 2, 5e-14, 2e-12),
    "softplus": (
        lambda x: np.logaddexp(0, x), special.expit, lambda x: special.expit(x) * special.expit(-x),
        1e-13, 2e-12,
    ),
    "gauss": (
        lambda x: np.exp(-x * x), lambda x: -2 * x * np.exp(-x * x), lambda x: (4 * x * x - 2) * np.exp(-x * x),
        1e-13, 2e-12,
    ),
    "hyperbola": (
        lambda x: np.sqrt(1 + x * x), lambda x: x / np.hypot(1, x), lambda x: (1 + x * x) ** -1.5,
        1e-13, 5e-12,
    ),
    "asinh": (np.arcsinh, lambda x: (1 + x * x) ** -0.5, lambda x: -x * (1 + x * x) ** -1.5, 1e-13, 2e-12),
    "softsign": (
        lambda x: x / (1 + np.abs(x)), lambda x: (1 + np.abs(x)) ** -2.0,
        lambda x: -2 * np.sign(x) / (1 + np.abs(x)) ** 3, 1e-12, 2e-10,
    ),
    "narrow": (
        lambda x: x * special.expit(100 * x),
        lambda x: special.expit(100 * x) * (1 + 100 * x * special.expit(-100 * x)),
        None, 2e-13, 1e-10,
    ),
    "wave": (lambda x: x + np.sin(x) ** 2, lambda x: 1 + np.sin(2 * x), lambda x: 2 * np.cos(2 * x), 1e-11, 1e-10),
}  # fmt: skip


@pytest.mark.parametrize("name", SMOOTH)
def test_derivatives_are_within_their_errors(name: str) -> None:
    phi, first, second, first_bound, second_bound = SMOOTH[name]
    pieces = fit_pieces(phi)
    x = EVERYWHERE[(pieces.left[0] < EVERYWHERE) & (pieces.right[-1] > EVERYWHERE)]
    for order, exact, allowed in ((0, phi, None), (1, first, first_bound), (2, second, second_bound)):
        if exact is None:
            continue
        value, error = pieces.evaluate(x, order)
        expected = exact(x)
        assert np.all(np.abs(value - expected) <= error + 4e-16 * np.abs(expected))
        if allowed:
            assert error.max() <= allowed
    outside = pieces.evaluate(np.array([-1e300, 1e300]), 1)
    assert np.isnan(outside[0]).all()
    assert np.isinf(outside[1]).all()


def test_errors_are_not_much_too_large() -> None:
    x = np.linspace(-20, 20, 5001)
    value, error = fit_pieces(np.arctan).evaluate(x, 1)
    worst = np.abs(value - 1 / (1 + x * x)).max()
    assert error.max() <= 10 * worst


def test_samples_are_few() -> None:
    for phi in (np.tanh, np.arctan, lambda x: np.maximum(x, 0.0), lambda x: np.logaddexp(0, x)):
        assert fit_pieces(phi).nfev < 8000
    assert fit_pieces(lambda x: np.abs(x - math.pi)).nfev < 12_000


# --- breaks -----------------------------------------------------------------------------

KINKS = [0.0, 0.3, -0.3, 0.5, 6.0, math.pi, -math.e, 1 / 3, 1e3, -1e3 / 7, 1e-5, 1e6 / 3, 2.0**-30]


@pytest.mark.parametrize("place", KINKS)
@pytest.mark.parametrize("jump", [2.0, -0.01])
def test_one_kink(place: float, jump: float) -> None:
    pieces = fit_pieces(lambda x: np.arctan(x) + jump * np.maximum(x - place, 0))
    (found,) = (one for one in pieces.breaks if one.is_kink)
    assert abs(found.place - place) <= max(found.place_error, 1e-300)
    assert found.place_error <= 1e-12 * max(1.0, abs(place)) / min(1.0, abs(jump))
    assert abs(found.slope_jump - jump) <= found.slope_jump_error <= 1e-11
    assert len(pieces.breaks) == 1
    assert pieces.singularities == ()


@pytest.mark.parametrize("apart", [1.0, 0.1, 1e-3, 1e-5])
@pytest.mark.parametrize("start", [0.3, -5.0 / 3.0])
def test_two_kinks(apart: float, start: float) -> None:
    end = start + apart
    pieces = fit_pieces(lambda x: np.maximum(x - start, 0.0) - np.maximum(x - end, 0.0))
    assert [one.is_kink for one in pieces.breaks] == [True, True]
    for one, place, jump in zip(pieces.breaks, (start, end), (1.0, -1.0), strict=True):
        assert abs(one.place - place) <= one.place_error <= 1e-12
        assert abs(one.slope_jump - jump) <= one.slope_jump_error <= 1e-12 / apart


def test_short_numbers_are_met_exactly() -> None:
    pieces = fit_pieces(lambda x: np.minimum(x + 0.3, 0) + np.maximum(x - 0.7, 0) + np.maximum(x - 6, 0))
    assert [one.place for one in pieces.breaks] == [-0.3, 0.7, 6.0]


@pytest.mark.parametrize("place", [0.0, 0.3, -math.sqrt(2)])
def test_jump_of_the_second_derivative(place: float) -> None:
    pieces = fit_pieces(lambda x: np.where(x > place, x - place, np.expm1(np.minimum(x - place, 0.0))))
    (found,) = pieces.breaks
    assert not found.is_kink
    assert abs(found.place - place) <= found.place_error + 1e-300
    assert found.place_error < 1e-11
    assert abs(found.bend_jump + 1) <= found.bend_jump_error < 1e-10


def test_jumps_of_third_derivatives_are_no_breaks() -> None:
    for shift in (0.0, 0.1234):
        pieces = fit_pieces(lambda x, shift=shift: bspline(x - shift))
        assert pieces.breaks == ()
        assert pieces.singularities == ()
        x = np.linspace(-3, 3, 3001)
        value, error = pieces.evaluate(x, 2)
        y = np.abs(x - shift)
        expected = np.where(y < 1, 3 * y - 2, np.where(y < 2, 2 - y, 0))
        assert np.all(np.abs(value - expected) <= error)


@pytest.mark.parametrize("exponent", [1.2, 1.5, 1.8, 2.5])
@pytest.mark.parametrize("place", [0.0, 0.3])
def test_algebraic_singularity(exponent: float, place: float) -> None:
    pieces = fit_pieces(lambda x: np.sign(x - place) * np.abs(x - place) ** exponent / (1 + x * x))
    (found,) = pieces.singularities
    assert abs(found.place - place) <= found.place_error < 1e-3
    assert found.exponent == pytest.approx(exponent, abs=0.02)


def test_steep_ramps_and_narrow_features_are_no_breaks() -> None:
    for phi in (
        lambda x: np.tanh(200 * x),
        lambda x: np.tanh(1e6 * (x - 0.3)),
        lambda x: np.logaddexp(0, 1e5 * x) / 1e5,
        lambda x: np.exp(-((3e3 * x) ** 2)),
    ):
        pieces = fit_pieces(phi)
        assert pieces.breaks == ()
        assert pieces.singularities == ()
        x = np.concatenate(
            [np.linspace(-1e-4, 1e-4, 999), 0.3 + np.linspace(-1e-5, 1e-5, 999), np.linspace(-1, 1, 999)]
        )
        value, error = pieces.evaluate(x, 0)
        # An argument near 0.3 is itself rounded, which a slope of 1e6 makes 1e-10.
        assert np.all(np.abs(value - phi(x)) <= error + 1e-10)


def test_declared_kinks_that_are_none_do_no_harm() -> None:
    for kinks in ([0.7], [0.0, 1e-9, 0.30000001], [-5.0, 3.3333]):
        pieces = fit_pieces(np.tanh, kinks)
        assert pieces.breaks == ()
        x = np.linspace(-6, 6, 999)
        value, error = pieces.evaluate(x, 1)
        assert np.all(np.abs(value - 1 / np.cosh(x) ** 2) <= error + 1e-15)


def test_declared_kinks_that_are_kinks() -> None:
    pieces = fit_pieces(lambda x: np.abs(x - 1 / 3) + np.abs(x), [1 / 3, 0.0])
    assert [one.place for one in pieces.breaks] == [0.0, 1 / 3]
    beside = fit_pieces(lambda x: np.abs(x - 1 / 3), [0.3333])
    assert [one.place for one in beside.breaks] == [pytest.approx(1 / 3, abs=1e-14)]


# --- noise, oscillation, refusals ---------------------------------------------------------


def test_single_precision_is_seen_as_noise() -> None:
    pieces = fit_pieces(lambda x: np.tanh(x.astype(np.float32)).astype(np.float64))
    x = np.linspace(-5, 5, 999)
    value, error = pieces.evaluate(x, 1)
    assert np.all(np.abs(value - 1 / np.cosh(x) ** 2) <= error)
    assert 1e-8 < error.max() < 1e-4
    assert pieces.breaks == ()


def test_endless_oscillation_ends_the_pieces() -> None:
    pieces = fit_pieces(np.sin)
    assert 100 < pieces.right[-1] < 2000
    assert 100 < -pieces.left[0] < 2000
    assert pieces.nfev < 80_000


@pytest.mark.parametrize(
    ("phi", "message"),
    [
        (lambda x: (x > 0).astype(float), r"phi jumps by 1 at x = 0\.0"),
        (lambda x: np.where(x > 0.3, x + 1e-3, x), r"phi jumps by 0\.001 at x = 0\.3"),
        (lambda x: np.where(x > math.pi, 2.0, x / 2), r"phi jumps by 0\.429204 at x = 3\.14159265"),
        (np.floor, r"phi jumps by 1 at x = 0\.0"),
        (lambda x: np.where(x > 3, np.nan, x), r"phi\(3\.\d+\) is nan: it must be finite"),
        (lambda x: np.exp(x * x), r"phi\(-?\d+\.\d+\) is inf: .* does not overflow"),
        (np.sinh, r"phi\(-?7\d\d\.\d+\) is -?inf"),
        (lambda x: np.sin(1e5 * x), "rough everywhere"),
        (lambda x: np.random.default_rng(1).normal(size=x.size), "rough|not resolved"),
    ],
)
def test_refused(phi, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_pieces(phi)


@pytest.mark.parametrize(
    ("phi", "message"),
    [
        (lambda x: x * 1j, "must return real numbers; at x = .* complex128"),
        (lambda x: x[:-1], r"one like it; it returned \(\d+,\)"),
        (lambda x: 1.0, "it returned float"),
        (lambda x: x > 0, "must return real numbers"),
    ],
)
def test_wrong_types(phi, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        fit_pieces(phi, name="phi")


def test_exceptions_of_the_function_come_out() -> None:
    def phi(x):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        fit_pieces(phi)


def test_the_function_may_change_its_argument() -> None:
    def phi(x):
        x *= 2.0
        return np.tanh(x, out=x)

    value, error = fit_pieces(phi).evaluate(np.array([0.3]), 0)
    assert abs(value[0] - math.tanh(0.6)) <= error[0]


def test_a_fitter_takes_rounding_of_the_argument_into_account() -> None:
    fit = Fitter(lambda x: (x - 0.3) - (x - 0.301))
    edges = np.array([0.0, 1.0, 2.0, 4.0])
    assert fit(edges[:-1], edges[1:]).resolved.all()
