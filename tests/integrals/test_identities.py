"""Identities between moments, and moments by other routes: mpmath, derivatives in sigma, scaling laws."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import fastsig
from tests.built_in_problems import BUILT_IN_PROBLEMS, BuiltInProblem
from tests.plain_definitions import exact_terms
from tests.reference_values import COMPONENTS

SIGMA = np.concatenate([np.logspace(-3, 3, 61), [0.0624, 0.0626, 0.1249, 0.1251, 0.499, 0.501, 0.999, 1.001]])


# --- mpmath ------------------------------------------------------------------------


def by_trapezoid(problem: BuiltInProblem, sigma: float, mean: float) -> dict[str, tuple[mpmath.mpf, mpmath.mpf]]:
    """For snake: waves exp(i k w x), k up to 2, are integrated to exp(-11^2/2) if the nodes are that much denser."""
    mean, sigma = mpmath.mpf(mean), mpmath.mpf(sigma)
    step = 2 * mpmath.pi / (4 * mpmath.mpf(problem.parameter) * sigma + 11)
    sums = {name: (mpmath.mpf(0), mpmath.mpf(0)) for name in COMPONENTS}
    for k in range(-int(11 / step), int(11 / step) + 1):
        x = mean + sigma * k * step
        value, slope, _ = (mpmath.fsum(terms) for terms in exact_terms(problem.name, x, problem.parameter))
        weight = step * mpmath.npdf(k * step)
        for name, f in zip(COMPONENTS, (value, slope, slope**2, value**2, (x - mean) * value * slope), strict=True):
            sums[name] = sums[name][0] + weight * f, sums[name][1] + weight * abs(f)
    return sums


def by_quadrature(problem: BuiltInProblem, sigma: float, mean: float) -> dict[str, tuple[mpmath.mpf, mpmath.mpf]]:
    """Components with E abs(integrand), by mpmath, from the plain definitions."""
    mean, sigma = mpmath.mpf(mean), mpmath.mpf(sigma)
    bend = mpmath.mpf(1) / problem.parameter if problem.name == "swish" else mpmath.mpf(1)
    edges = {mean + k * sigma for k in (-14, -9, -6, -3, -1, 0, 1, 3, 6, 9, 14)}
    edges |= {bend * k for k in (-40, -12, -5, -2, -1, 0, 1, 2, 5, 12, 40) if abs(bend * k - mean) < 14 * sigma}

    def integrands(x: mpmath.mpf) -> list[mpmath.mpf]:
        value, slope, _ = (mpmath.fsum(terms) for terms in exact_terms(problem.name, x, problem.parameter))
        density = mpmath.npdf(x, mean, sigma)
        each = [value, slope, slope**2, value**2, (x - mean) * value * slope]
        return [f * density for f in each]

    cache: dict[mpmath.mpf, list[mpmath.mpf]] = {}

    def component(i: int, size: bool):
        def f(x: mpmath.mpf) -> mpmath.mpf:
            if x not in cache:
                cache[x] = integrands(x)
            return abs(cache[x][i]) if size else cache[x][i]

        return f

    # The size may have kinks at zeros of the integrand, where a rule is good to a few digits; that is enough.
    return {
        name: (mpmath.quad(component(i, False), sorted(edges)), mpmath.quad(component(i, True), sorted(edges)))
        for i, name in enumerate(COMPONENTS)
    }


POINTS = [(0.37, 0.9), (2.3, -1.7), (0.05, -0.13), (7.0, 4.4)]
UNCERTIFIED = [
    p
    for p in BUILT_IN_PROBLEMS
    if (p.parameter_name and p.parameter not in (0.0, 1.0, 0.01)) or str(p) == "swish(beta=0.01)"
]
AT = [(problem, *point) for problem in UNCERTIFIED for point in (POINTS[:2] if "smooth" in problem.tags else POINTS)]


@pytest.mark.parametrize(("problem", "sigma", "mean"), AT, ids=[f"{p}-{s}-{m}" for p, s, m in AT])
def test_against_mpmath_at_other_means(problem: BuiltInProblem, sigma: float, mean: float) -> None:
    """4e-15 of the size, and honest, for parameters that the certified files do not have at other means."""
    got = fastsig.moments(problem.activation(), sigma, mean=mean)
    by_rule = by_trapezoid if "oscillating" in problem.tags else by_quadrature
    with mpmath.workdps(22):
        for name, (true, size) in by_rule(problem, sigma, mean).items():
            off = abs(got.values[name] - true)
            assert off <= 4e-15 * size, name
            assert off <= got.error[name] + mpmath.mpf(10) ** -20, name


# --- eta = (sigma/2) d m2/d sigma ------------------------------------------------------


@pytest.mark.parametrize("mean", [0.0, 0.8])
@pytest.mark.parametrize("problem", BUILT_IN_PROBLEMS, ids=str)
def test_eta_is_half_the_logarithmic_derivative_of_m2(problem: BuiltInProblem, mean: float) -> None:
    """Chebyshev differentiation of m2 in ln sigma, 40 nodes on one octave.

    m2 is analytic in ln sigma in a strip of half-width pi/4 at least (its Gaussian stays decaying), so
    the interpolant of degree 39 on a half-width of 0.35 has converged; its derivative amplifies the
    rounding of m2, 1e-15 of its size, by less than 40^2/0.35. The result is taken at the middle, where
    the amplification is 40/0.35 = 114: 2e-13 of m2.
    """
    phi, half = problem.activation(), 0.35
    degree = 39
    nodes = np.cos(np.pi * (np.arange(degree + 1) + 0.5) / (degree + 1))
    for centre in (0.2, 1.0, 3.0, 20.0):
        m2 = fastsig.moments(phi, centre * np.exp(half * nodes), mean=mean).m2
        # Coefficients by the discrete cosine transform, derivative at 0 of T_k is k sin(k pi/2).
        k = np.arange(degree + 1)
        coefficients = 2.0 / (degree + 1) * np.cos(np.outer(k, np.arccos(nodes))) @ m2
        derivative = np.sum(coefficients * k * np.sin(k * np.pi / 2)) / half
        eta = fastsig.moments(phi, centre, mean=mean).eta
        assert abs(eta - derivative / 2) <= 2e-13 * m2.max()


# --- Laws -----------------------------------------------------------------------------------


@pytest.mark.parametrize("beta", [0.01, 0.3, 1.702, 16.0, 100.0])
@pytest.mark.parametrize("mean", [0.0, -0.6])
def test_swish_scales_with_beta(beta: float, mean: float) -> None:
    """swish_beta(x) = swish(beta x)/beta: at beta sigma, beta mean all but g1, g2 scale by a power of beta."""
    phi = fastsig.activation("swish", beta=beta)
    sigma = SIGMA / beta
    mine = fastsig.moments(phi, sigma, mean=mean / beta)
    plain = fastsig.moments("swish", beta * sigma, mean=mean)
    powers = {"m1": 1, "g1": 0, "g2": 0, "m2": 2, "eta": 2}
    for name, power in powers.items():
        expected = plain.values[name] / beta**power
        # Promises of both sides (4e-15 at other means), of the size: E abs(phi) <= sqrt(m2), and for eta
        # E abs(x - mean) abs(phi phi') <= 1.1 sigma sqrt(m2).
        size = np.sqrt(plain.m2) / beta if name == "m1" else np.maximum(np.abs(expected), 0.5 * (power == 0))
        if name == "eta" and mean:
            size = 1.1 * sigma * np.sqrt(plain.m2) / beta
        np.testing.assert_array_less(np.abs(mine.values[name] - expected), 8e-15 * size + 1e-300)
    one, other = fastsig.signature("swish"), fastsig.signature(phi)
    assert other.tv == pytest.approx(one.tv, rel=2e-15, abs=0)
    assert other.curvature == pytest.approx(beta * one.curvature, rel=2e-15, abs=0)
    assert other.curvature_sup == pytest.approx(beta * one.curvature_sup, rel=2e-15, abs=0)


@pytest.mark.parametrize("mean", [0.0, 0.7, -5.0])
def test_sigmoid_is_a_scaled_tanh(mean: float) -> None:
    """s(x) = (1 + tanh(x/2))/2, so its moments are those of tanh at sigma/2, mean/2."""
    s = fastsig.moments("sigmoid", SIGMA, mean=mean)
    t = fastsig.moments("tanh", SIGMA / 2, mean=mean / 2)
    # Absolute: everything is at most 1 in size, and each side is good to 4e-15 of that.
    for got, expected in [
        (s.m1, (1 + t.m1) / 2),
        (s.g1, t.g1 / 4),
        (s.g2, t.g2 / 16),
        (s.m2, (1 + 2 * t.m1 + t.m2) / 4),
    ]:
        np.testing.assert_allclose(got, expected, rtol=0, atol=8e-15)
    if mean == 0.0:  # x phi phi': the constant adds an odd integrand, which vanishes
        np.testing.assert_allclose(s.eta, t.eta / 4, rtol=4e-15, atol=0)


@pytest.mark.parametrize("slope", [-10.0, -1.0, 0.0, 0.01, 0.5, 1.0, 10.0])
@pytest.mark.parametrize("mean", [0.0, 0.4, -30.0])
def test_leaky_relu_is_a_sum_of_two_relus(slope: float, mean: float) -> None:
    """phi(x) = relu(x) - slope relu(-x): products of the two vanish, so squares add."""
    phi = fastsig.activation("leaky_relu", slope=slope)
    mine = fastsig.moments(phi, SIGMA, mean=mean)
    right, left = fastsig.moments("relu", SIGMA, mean=mean), fastsig.moments("relu", SIGMA, mean=-mean)
    sums = {
        "m1": (right.m1, -slope * left.m1),
        "g1": (right.g1, slope * left.g1),
        "g2": (right.g2, slope**2 * left.g2),
        "m2": (right.m2, slope**2 * left.m2),
        "eta": (right.eta, slope**2 * left.eta),
    }
    for name, (a, b) in sums.items():
        size = np.abs(a) + np.abs(b)
        if name == "eta" and mean:
            size = size + np.sqrt(mine.m2) * SIGMA * (1 + abs(slope))  # E abs(x - mean) abs(phi phi')
        np.testing.assert_array_less(np.abs(mine.values[name] - (a + b)), 8e-15 * size + 1e-300)


@pytest.mark.parametrize("mean", [-3.0, 0.0, 0.5, 40.0])
def test_leaky_relu_of_slope_1_is_the_identity(mean: float) -> None:
    got = fastsig.moments(fastsig.activation("leaky_relu", slope=1), SIGMA, mean=mean)
    np.testing.assert_allclose(got.m1, mean, rtol=4e-15, atol=0 if mean else 1e-300)
    np.testing.assert_allclose(got.g1, 1.0, rtol=4e-15)
    np.testing.assert_allclose(got.g2, 1.0, rtol=4e-15)
    np.testing.assert_allclose(got.m2, mean**2 + SIGMA**2, rtol=4e-15)
    # E (x - mean) x = sigma^2, of an integrand of size E abs(x - mean) abs(x)
    size = SIGMA**2 + SIGMA * abs(mean)
    np.testing.assert_array_less(np.abs(got.eta - SIGMA**2), 4e-15 * size)


@pytest.mark.parametrize("mean", [0.3, 2.0, 60.0])
def test_sign_of_the_mean(mean: float) -> None:
    """tanh is odd; x t(x) with t(x) + t(-x) = 1 gives m1(mean) - m1(-mean) = mean, g1(mean) + g1(-mean) = 1."""
    plus, minus = fastsig.moments("tanh", SIGMA, mean=mean), fastsig.moments("tanh", SIGMA, mean=-mean)
    np.testing.assert_array_less(np.abs(plus.m1 + minus.m1), 8e-15 * np.sqrt(plus.m2))
    for name in ("g1", "g2", "m2", "eta"):
        # eta cancels: x - mean has both signs
        size = np.minimum(SIGMA, 1.0) if name == "eta" else np.abs(plus.values[name])
        np.testing.assert_array_less(np.abs(plus.values[name] - minus.values[name]), 8e-15 * size + 1e-300)
    for name in ("relu", "swish", "gelu"):
        a, b = fastsig.moments(name, SIGMA, mean=mean), fastsig.moments(name, SIGMA, mean=-mean)
        np.testing.assert_allclose(a.g1 + b.g1, 1.0, rtol=8e-15)
        np.testing.assert_array_less(np.abs(a.m1 - b.m1 - mean), 8e-15 * (mean + SIGMA))


def test_cauchy_schwarz_and_positivity() -> None:
    names = list(fastsig.activation_names())
    got = fastsig.moments(names, SIGMA, mean=np.array([0.0, -4.0, 1.0])[:, None])
    assert np.all(got.m1**2 <= got.m2 * (1 + 1e-14))
    assert np.all(got.g1**2 <= got.g2 * (1 + 1e-14))
    assert np.all(got.g2 >= 0)
    assert np.all(got.m2 >= 0)
    bent = [i for i, name in enumerate(names) if name != "softshrink"]  # flat around 0: 0 at small sigma
    assert np.all(got.m2[bent, 0] > 0)  # at mean 0
    assert np.all(got.g2[bent, 0] > 0)


def test_closed_forms_of_the_theory() -> None:
    """Written down from the theory alone, at mean 0; exact arithmetic but for one square root of pi."""
    for sigma in (1e-6, 0.3, 1.0, 17.0, 1e6):
        relu = fastsig.moments("relu", sigma)
        assert relu.m1 == pytest.approx(sigma / math.sqrt(2 * math.pi), rel=1e-15, abs=0)
        assert (relu.g1, relu.g2) == (0.5, 0.5)
        half_square = float(Fraction(sigma) ** 2 / 2)
        assert relu.m2 == relu.eta == pytest.approx(half_square, rel=2.3e-16, abs=0)
        gelu = fastsig.moments("gelu", sigma)
        m1 = sigma**2 / math.sqrt(2 * math.pi * (1 + sigma**2))
        assert gelu.m1 == pytest.approx(m1, rel=1.5e-15, abs=0)


# --- Gauss-Hermite, where it must fail -----------------------------------------------------------


def gauss_hermite_error(name: str, component: str, nodes: int, sigma: float = 1.0) -> float:
    rule = fastsig.moments(name, sigma, method="gauss_hermite", nodes=nodes)
    truth = fastsig.moments(name, sigma).values[component]
    off = abs(rule.values[component] - truth)
    assert off <= rule.error[component] <= 1.0001 * off + 1e-14  # its error is its distance from the truth
    return off / abs(truth)


def test_gauss_hermite_fails_at_a_kink_as_it_must() -> None:
    # No rule that is blind to the kink does better than about 1/(2 sqrt(n)) of a node's weight: at 100
    # nodes relu's mean is off by 4e-3, and 100 times more nodes gain a factor of 100 only.
    assert 3.5e-3 <= gauss_hermite_error("relu", "m1", 100) <= 4.5e-3
    assert 3.5e-5 <= gauss_hermite_error("relu", "m1", 10000) <= 4.5e-5


@pytest.mark.parametrize("nodes", [2, 10, 100, 372, 1000])
def test_gauss_hermite_has_the_slope_of_relu_by_symmetry(nodes: int) -> None:
    """Even: half of the weight lies to the right. Odd: the weight of the node 0 is lost, half of it wrongly."""
    # Weights sum to 1 within 2e-15.
    assert gauss_hermite_error("relu", "g1", nodes) <= 4e-15
    _, weights = fastsig.gauss_hermite(nodes + 1)
    odd = gauss_hermite_error("relu", "g1", nodes + 1)
    assert odd == pytest.approx(weights[nodes // 2], rel=1e-12)  # w0/2 of 1/2
    assert odd > 0.01


def test_gauss_hermite_is_exact_for_squares_of_lines() -> None:
    """relu's m2 and eta are half of a polynomial: exact by symmetry from 2 nodes on; tanh at sigma 1000 is lost."""
    for nodes in (2, 3, 100, 101):
        assert gauss_hermite_error("relu", "m2", nodes, 3.7) <= 5e-15
        assert gauss_hermite_error("relu", "eta", nodes, 3.7) <= 5e-15
    assert gauss_hermite_error("tanh", "g1", 100, 1000.0) >= 0.9


@pytest.mark.parametrize("name", ["tanh", "swish", "gelu", "mish", "telu", "sigmoid"])
def test_gauss_hermite_converges_for_smooth_functions(name: str) -> None:
    few, more = (gauss_hermite_error(name, "g2", nodes, 0.5) for nodes in (6, 200))
    assert few >= 1e-12
    assert more <= 2e-14


# --- Narrow features under a wide Gaussian ---------------------------------------------------


@pytest.mark.parametrize("sigma", [1e3, 1e4, 1e6])
@pytest.mark.parametrize("ratio", [0.05, 0.5, 1.0, -3.0])
def test_narrow_bump_off_the_mean(sigma: float, ratio: float) -> None:
    """E tanh'(x) where the Gaussian is almost flat on the bump: a Taylor series of the density at 0.

    With z = mean/sigma and moments 2, pi^2/6, 7 pi^4/120 of sech^2: pdf(z)/sigma times
    2 + (z^2 - 1) pi^2/(12 sigma^2) + (z^4 - 6 z^2 + 3) 7 pi^4/(2880 sigma^4), the next term being
    below 1e-16 of it. The nodes mean + sigma z carry a rounding of 1e-16 mean, which the bump feels.
    """
    mean = sigma * ratio
    result = fastsig.moments("tanh", sigma, mean=mean)
    with mpmath.workdps(40):
        s, z = mpmath.mpf(sigma), mpmath.mpf(mean) / mpmath.mpf(sigma)
        first = (z**2 - 1) * mpmath.pi**2 / 12 / s**2
        second = (z**4 - 6 * z**2 + 3) * 7 * mpmath.pi**4 / 2880 / s**4
        true = mpmath.npdf(z) / s * (2 + first + second)
        assert abs(result.g1 - true) <= result.error.g1
        assert result.error.g1 <= 1e-10 * true  # and the error still says something


def test_gaussian_far_out() -> None:
    """exp(-mean^2/(1 + 2 sigma^2))/sqrt(1 + 2 sigma^2): the exponent, here 480, amplifies what it is rounded by."""
    sigma, mean = 1.42905881487041, 49.4059063445076
    with mpmath.workdps(40):
        d = 1 + 2 * mpmath.mpf(sigma) ** 2
        truth = mpmath.exp(-(mpmath.mpf(mean) ** 2) / d) / mpmath.sqrt(d)
        got = fastsig.moments("gaussian", sigma, mean=mean)
        assert abs(got.m1 - truth) <= min(got.error.m1, 4e-15 * truth)
