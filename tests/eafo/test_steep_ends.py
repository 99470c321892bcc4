"""Densities that are steep, unbounded or heavy at their ends, against closed forms: right, or an error that says so."""

import math

import numpy as np
import pytest
from scipy import special, stats

import fastsig
from fastsig import eafo
from fastsig.eafo.end_law import end_law, local_power

PROMISE = 1e-10


def off_and_error(density, expected, phi="identity"):
    found = eafo.output_entropy(phi, density)
    return abs(found.entropy - expected), found


def beta_entropy(a, b):
    psi = special.digamma
    return special.betaln(a, b) - (a - 1) * psi(a) - (b - 1) * psi(b) + (a + b - 2) * psi(a + b)


def gamma_entropy(a):
    return a + special.gammaln(a) + (1 - a) * special.digamma(a)


def t_entropy(df):
    psi = special.digamma
    return 0.5 * (df + 1) * (psi(0.5 * (df + 1)) - psi(0.5 * df)) + 0.5 * math.log(df) + special.betaln(0.5 * df, 0.5)


def weibull_entropy(c):
    return np.euler_gamma * (1.0 - 1.0 / c) - math.log(c) + 1.0


@pytest.mark.parametrize("k", [1, 3, 5, 8, 10, 20])
def test_log_uniform_data_over_many_decades(k):
    """1/x is bounded at 10^-k: what is like a power over decades is none at the end itself. H = ln(2 k ln 10)."""
    density = stats.loguniform(10.0**-k, 10.0**k)
    off, found = off_and_error(density, math.log(2 * k * math.log(10.0)))
    assert off <= found.error <= PROMISE
    worst = eafo.wafbc(density, 0.0, 1.0)
    assert abs(eafo.output_entropy(worst, density).entropy) < PROMISE


def test_the_same_with_an_end_at_one_and_as_a_function():
    expected = math.log(10 * math.log(10.0)) - 5 * math.log(10.0)
    for density in (
        stats.reciprocal(1e-10, 1), eafo.from_pdf(lambda x: 1.0 / (x * math.log(1e10)), (1e-10, 1.0))
    ):  # fmt: skip
        off, found = off_and_error(density, expected)
        assert off <= found.error + 4e-15 * abs(expected)  # of the expected number
        assert found.error <= PROMISE


LAWS = [
    *((stats.beta(a, a), beta_entropy(a, a)) for a in (0.005, 0.02, 0.05, 0.1, 0.2, 0.3)),
    (stats.beta(0.1, 0.3, 1, 3), beta_entropy(0.1, 0.3) + math.log(3.0)),
    *((stats.gamma(a, loc=loc), gamma_entropy(a)) for a in (0.001, 0.01, 0.1) for loc in (0, 1)),
    *((stats.weibull_min(c, loc=loc), weibull_entropy(c)) for c in (0.1, 0.3) for loc in (0, 1)),
    (stats.powerlaw(0.05, -1, 3), math.log(3.0 / 0.05) + 1.0 - 1.0 / 0.05),
    *((stats.t(df), t_entropy(df)) for df in (0.03, 0.05, 0.1, 0.3)),
    *((stats.pareto(b), 1.0 + 1.0 / b - math.log(b)) for b in (0.05, 0.1, 0.15)),
    (stats.levy(), 0.5 * (1.0 + 3.0 * np.euler_gamma + math.log(16.0 * math.pi))),
]


@pytest.mark.parametrize(("density", "expected"), LAWS, ids=[f"{d.dist.name}{d.args}{d.kwds}" for d, _ in LAWS])
def test_the_error_covers_what_singularities_and_tails_cost(density, expected):
    off, found = off_and_error(density, expected)
    assert off <= found.error + 1e-14 * abs(expected)  # rounding of the closed forms, which cancel
    assert found.success == (found.error <= PROMISE)
    assert found.error < 0.1  # t(0.03) has 3e-5 of its mass beyond 1e150, times logarithms of 350


def test_a_tail_of_which_doubles_see_but_a_part():
    """burr12(c, d), 3 % beyond 1e150: -ln(c d) + (1 - c) E ln X + (d + 1)/d, E ln X = (psi(1) - psi(d))/c."""
    expected = -math.log(0.01) + 0.9 * float(special.digamma(1.0) - special.digamma(0.1)) / 0.1 + 1.1 / 0.1
    off, found = off_and_error(stats.burr12(0.1, 0.1), expected)
    assert 1.0 < off < found.error < 5.0 * off


def test_most_of_them_keep_the_promise():
    kept = [eafo.output_entropy("identity", density).success for density, _ in LAWS]
    assert sum(kept) >= len(kept) - 9


def test_where_doubles_are_too_far_apart_the_error_says_so():
    """1/(x - 1) from 1 + 1e-12 on: nodes next to the end are moved by a ten-thousandth of their distance to 1."""
    off, found = off_and_error(stats.loguniform(1e-12, 1, loc=1), math.log(12 * math.log(10.0)) - 6 * math.log(10.0))
    assert 1e-6 < off < found.error
    assert not found.success


@pytest.mark.parametrize(
    ("density", "place", "inwards", "power"),
    [
        (stats.beta(0.02, 3), 0.0, 1.0, -0.98), (stats.beta(3, 0.02), 1.0, -1.0, -0.98),
        (stats.beta(2, 3), 1.0, -1.0, 2.0),
        (stats.gamma(0.001, loc=1), 1.0, 1.0, -0.999), (stats.weibull_min(0.3, loc=1), 1.0, 1.0, -0.7),
        (stats.semicircular(), 1.0, -1.0, 0.5), (stats.halfnorm(), 0.0, 1.0, 0.0),
        (stats.loguniform(1e-10, 1), 1e-10, 1.0, 0.0),
    ],
)  # fmt: skip
def test_laws_of_ends(density, place, inwards, power):
    law = end_law(density.logpdf, place, inwards, [0.1, 1e-11])
    assert law.power == pytest.approx(power, abs=1e-11)
    d = law.reach * np.array([0.9, 0.1, 1e-3])
    x = place + inwards * d
    exact = np.abs(x - place)
    np.testing.assert_allclose(law.log_pdf(np.log(exact)), density.logpdf(x), rtol=1e-12, atol=1e-12)
    h = 1e-4 * exact
    slope = (density.logpdf(x + h) - density.logpdf(x - h)) / (2.0 * h)
    np.testing.assert_allclose(law.score(exact), slope, rtol=1e-5, atol=1e-4)  # of central differences
    assert local_power(density.logpdf, place, inwards, 1.0) == pytest.approx(power, abs=1e-3)


@pytest.mark.parametrize("phi", ["gelu", "tanh", "relu", "hardtanh"])
@pytest.mark.parametrize(("a", "b"), [(0.02, 0.05), (0.1, 0.6), (0.5, 3.0), (2.0, 0.05)])
def test_turning_data_and_activation_round_changes_nothing(phi, a, b):
    """phi(1 - X), X of beta(a, b), is phi(Y), Y of beta(b, a): at 0 and at 1, where hardtanh has a kink."""
    turned = eafo.output_entropy(fastsig.activation(phi).scaled(a=-1.0, b=1.0), stats.beta(a, b))
    straight = eafo.output_entropy(phi, stats.beta(b, a))
    assert abs(turned.entropy - straight.entropy) <= turned.error + straight.error < 1e-5


def test_two_unbounded_ends_that_have_the_same_value():
    """abs(X) of beta(0.1, 0.1) on (-1, 1): the entropy of X less ln 2; doubles do not tell preimages near -1 and 1."""
    density = stats.beta(0.1, 0.1, -1, 2)
    fold = fastsig.Activation(np.abs, kinks=(0.0,))
    off, found = off_and_error(density, beta_entropy(0.1, 0.1), fold)  # ln 2 of the width, less ln 2
    assert off <= found.error < 1e-8


def test_mixtures_with_singular_ends_inside_say_how_far_off_they_are():
    two = eafo.mixture([0.5, 0.5], [stats.beta(0.3, 0.3), stats.beta(0.3, 0.3, 5, 1)])
    off, found = off_and_error(two, beta_entropy(0.3, 0.3) + math.log(2.0))
    assert off <= found.error
    assert not found.success


class Raising(stats.rv_continuous):
    """The exponential law, whose functions raise for large arguments, as some of Boost's do."""

    def _logpdf(self, x):
        if np.any(x > 800.0):
            raise OverflowError("Error in function boost::math")
        return -x

    def _cdf(self, x):
        return -np.expm1(-x)

    def _sf(self, x):
        return np.exp(-x)

    def _ppf(self, u):
        if np.size(u) > 1 or np.any(u > 1.0 - 1e-9):
            raise OverflowError("Error in function boost::math")
        return -np.log1p(-u)

    def _isf(self, u):
        return -np.log(u)


def test_exceptions_of_scipy_do_not_come_through():
    law = Raising(a=0.0, name="raising")()
    off, found = off_and_error(law, 1.0)
    assert off <= found.error <= PROMISE
    u = np.array([0.1, 0.5, 1.0 - 1e-10])
    np.testing.assert_allclose(eafo.as_density(law).quantile(u), -np.log1p(-u), rtol=1e-6)
