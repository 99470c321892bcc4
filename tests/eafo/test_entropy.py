"""The entropy of outputs against closed forms and independent integration; atoms, singularities, what is refused."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

import fastsig
from fastsig import eafo

NORMAL = 0.5 * math.log(2.0 * math.pi * math.e)  # of a standard normal
PROMISE = 1e-10  # nats, of the issue and the docs


def entropy(phi, density):
    """The entropy, after seeing that the error promised is kept and small."""
    found = eafo.output_entropy(phi, density)
    assert found.success
    assert found.error <= PROMISE
    assert found.entropy == found.continuous + found.discrete
    return found


def close(found, expected):
    """Within the error that it states, and the rounding of the expected number."""
    return abs(found.entropy - expected) <= found.error + 4e-15 * (1.0 + abs(expected))


@pytest.mark.parametrize(("a", "b", "c", "d"), [(1, 0, 1, 0), (-3, 1, 2, 5), (0.01, 0, 1, 0), (2, 3, -1e-3, 1e3)])
def test_affine_maps(a, b, c, d):
    phi = fastsig.activation("identity").scaled(a=a, b=b, c=c, d=d)
    assert close(entropy(phi, eafo.normal(2.0, 3.0)), NORMAL + math.log(3.0 * abs(a * c)))


def test_sigmoid_of_logistic_and_normal_cdf_of_normal_data_are_uniform():
    assert close(entropy("sigmoid", stats.logistic()), 0.0)
    scaled = fastsig.activation("sigmoid").scaled(a=0.5, b=-0.5)
    assert close(entropy(scaled, stats.logistic(1.0, 2.0)), 0.0)
    cdf = fastsig.activation("erf").scaled(a=math.sqrt(0.5), c=0.5, d=0.5)
    assert close(entropy(cdf, "normal"), 0.0)


def test_relu_has_an_atom_and_half_a_normal():
    found = entropy("relu", "normal")
    assert found.atoms == ((0.0, 0.5),)
    assert found.discrete == pytest.approx(0.5 * math.log(2.0), abs=1e-15)
    assert close(found, 0.5 * math.log(2.0) + 0.5 * NORMAL)


@pytest.mark.parametrize(("mean", "sd"), [(0.7, 1.3), (-2.0, 0.5), (0.0, 10.0)])
def test_relu_of_any_normal_data(mean, sd):
    law = stats.norm(mean, sd)
    share = law.cdf(0.0)
    term = lambda x: -law.pdf(x) * law.logpdf(x)  # noqa: E731
    continuous = integrate.quad(term, 0.0, max(mean, 0.0) + 12 * sd, epsabs=1e-13, epsrel=1e-13, limit=200)[0]
    found = entropy("relu", law)
    assert found.atoms[0][1] == pytest.approx(share, rel=1e-13)
    assert abs(found.entropy - (continuous - share * math.log(share))) < PROMISE


def test_two_atoms_and_flat_middle():
    found = entropy("hardtanh", "normal")
    tail = stats.norm.sf(1.0)
    assert found.atoms == ((-1.0, pytest.approx(tail, rel=1e-14)), (1.0, pytest.approx(tail, rel=1e-14)))
    middle = entropy("softshrink", "normal")
    assert middle.atoms == ((0.0, pytest.approx(1.0 - 2.0 * stats.norm.sf(0.5), rel=1e-14)),)
    # hardsigmoid is an affine image of hardtanh(x/3), and has its atoms
    found = entropy("hardsigmoid", eafo.normal(0.0, 3.0))
    assert found.atoms[1][1] == pytest.approx(tail, rel=1e-14)


def test_flat_pieces_of_one_value_are_one_atom():
    phi = fastsig.Activation(
        lambda x: np.maximum(np.abs(x) - 1, 0) - np.maximum(np.abs(x) - 2, 0), kinks=(-2, -1, 1, 2)
    )
    found = entropy(phi, "normal")
    assert dict(found.atoms) == {
        0.0: pytest.approx(1.0 - 2.0 * stats.norm.sf(1.0), rel=1e-13),
        1.0: pytest.approx(2.0 * stats.norm.sf(2.0), rel=1e-13),
    }


def test_a_constant_is_one_atom():
    found = entropy(fastsig.Activation(lambda x: 0.0 * x + 2.0), stats.t(3))
    assert (found.entropy, found.continuous, found.atoms) == (0.0, 0.0, ((2.0, 1.0),))


def test_folds_with_two_kinds_of_preimages():
    """v = max(x, -2x): q(v) = p(v) + p(v/2)/2, integrated over v by another rule."""
    fold = fastsig.Activation(lambda x: np.maximum(x, -2.0 * x), kinks=(0.0,))
    p = stats.norm(0.4).pdf

    def term(v):
        q = p(v) + 0.5 * p(-0.5 * v)
        return -q * math.log(q)

    expected = sum(integrate.quad(term, a, b, epsabs=1e-14, epsrel=1e-13)[0] for a, b in [(0, 2), (2, 8), (8, 30)])
    assert abs(entropy(fold, stats.norm(0.4)).entropy - expected) < PROMISE
    assert close(entropy(fastsig.Activation(np.abs, kinks=(0.0,)), "normal"), NORMAL - math.log(2.0))


def test_smooth_extrema_where_the_density_is_unbounded():
    """Even phi: the entropy of phi(abs(X)) is H(X) - ln 2 + E ln abs(phi'); E ln abs(Z) = -(gamma + ln 2)/2."""
    mean_log = -0.5 * (np.euler_gamma + math.log(2.0))
    bell = fastsig.Activation(lambda x: np.exp(-x * x))  # phi' = -2 x exp(-x^2)
    assert abs(entropy(bell, "normal").entropy - (NORMAL + mean_log - 1.0)) < PROMISE
    log_slope = fastsig.moments("lisht", 1.0, which="log_slope").log_slope
    assert abs(entropy("lisht", "normal").entropy - (NORMAL - math.log(2.0) + log_slope)) < PROMISE


def test_gelu_against_a_thirty_digit_integration():
    """mpmath, 22 digits: -p ln q over the three branches, other preimages by halving, tanh-sinh rule."""
    assert abs(entropy("gelu", "normal").entropy - GELU) < PROMISE


GELU = -0.0696135028526556


def test_what_underflow_hides_is_in_the_error():
    """exp(-x^2) at mean 1, sd 10: beyond abs(x) = 27 both tails are 0, and nothing tells them apart."""
    found = eafo.output_entropy("gaussian", eafo.normal(1.0, 10.0))
    law = stats.norm(1.0, 10.0)

    def term(x):  # q(v) = (p(x) + p(-x))/abs(phi'(x)), for x > 0
        both = np.logaddexp(law.logpdf(x), law.logpdf(-x))
        return -math.exp(both) * (both - math.log(2.0 * x) + x * x) if x else 0.0

    expected = sum(
        integrate.quad(term, a, b, epsabs=1e-11, limit=200)[0] for a, b in [(0, 1), (1, 10), (10, 40), (40, 200)]
    )
    assert 1e-10 < abs(found.entropy - expected) < found.error
    assert not found.success


def test_a_kink_beside_a_flat_piece_on_another_branch():
    """hardswish: v near 0- comes from x near -3, where phi' jumps, and from x near 0. Samples know nothing of that."""
    found = entropy("hardswish", eafo.normal(1.0, 10.0))
    samples = eafo.output_entropy("hardswish", np.random.default_rng(0).normal(1.0, 10.0, 200_000))
    assert abs(found.entropy - samples.entropy) < 4.0 * samples.error < 0.1


def test_narrow_data_at_a_minimum():
    """Swish at its minimum, sd 1/1000: nothing but two branches that meet. mpmath, 40 digits, as for gelu."""
    found = entropy("swish", eafo.normal(-1.278, 1e-3))
    assert abs(found.entropy - -15.0469018801347626) < 1e-11


def test_affine_changes_of_activation_and_data_go_together():
    """c gelu(a x + b) + d of X is gelu of a X + b, stretched by c; also where phi' underflows."""
    phi = fastsig.activation("gelu").scaled(a=2.0, b=1.0, c=-3.0, d=5.0)
    expected = entropy("gelu", stats.laplace(1.0, 2.0)).entropy + math.log(3.0)
    assert abs(entropy(phi, stats.laplace()).entropy - expected) < 1e-11


@pytest.mark.parametrize("name", ["tanh", "softplus", "sigmoid", "asinh", "leaky_relu", "snake", "erf"])
@pytest.mark.parametrize("sd", [0.3, 1.0, 4.0])
def test_monotone_activations_have_the_logarithm_of_their_slope(name, sd):
    """H(X) + E ln phi', the second by `moments`, which shares no code with this; snake's phi' has double zeros."""
    expected = NORMAL + math.log(sd) + fastsig.moments(name, sd, which="log_slope").log_slope
    assert abs(entropy(name, eafo.normal(0.0, sd)).entropy - expected) < PROMISE * max(1.0, abs(expected))


def test_a_stationary_inflection():
    """phi = x^3/(1 + x^2): q ~ v^(-2/3) at 0. E ln phi' by another rule, split there."""
    phi = fastsig.Activation(lambda x: x**3 / (1.0 + x * x))
    slope = lambda x: (x**4 + 3 * x * x) / (1 + x * x) ** 2  # noqa: E731
    term = lambda t: 2 * t * 2 * stats.norm.pdf(t * t) * math.log(slope(t * t)) if t else 0.0  # noqa: E731  x = t^2
    expected = NORMAL + sum(
        integrate.quad(term, a, b, epsabs=1e-13, limit=400)[0] for a, b in [(0, 0.3), (0.3, 1.5), (1.5, 6)]
    )
    assert abs(entropy(phi, "normal").entropy - expected) < PROMISE


@pytest.mark.parametrize(
    "density",
    [stats.expon(), stats.laplace(), stats.cauchy(), stats.uniform(-2, 5), stats.gamma(0.5), stats.gumbel_r(1, 2),
     stats.arcsine(), stats.beta(2.3, 0.6, 1, 2), stats.powerlaw(0.4, -1, 3), stats.vonmises(2, 1, 3),
     stats.ncf(27, 27, 0.4), stats.t(4), stats.beta(2, 3), stats.lognorm(0.7),
     stats.triang(0.3), stats.weibull_min(1.5)],
    ids=lambda d: d.dist.name,
)  # fmt: skip
def test_any_frozen_distribution(density):
    """The entropy of the data themselves is scipy's, which has closed forms for these."""
    assert abs(entropy("identity", density).entropy - float(density.entropy())) < PROMISE


def test_unbounded_densities_at_an_end_turned_round():
    """gelu(1 - X), X of beta(0.6, 0.4), is gelu(Y), Y of beta(0.4, 0.6): unbounded at 0 and 1 by other powers, only one
    of which each sees in full.
    """
    turned = fastsig.activation("gelu").scaled(a=-1.0, b=1.0)
    one, other = entropy(turned, stats.beta(0.6, 0.4)), entropy("gelu", stats.beta(0.4, 0.6))
    assert abs(one.entropy - other.entropy) <= one.error + other.error < 1e-10


def test_mixtures_against_integration():
    two = eafo.mixture([0.3, 0.7], [eafo.normal(-2.0, 0.5), stats.norm(1.0)])
    p = lambda x: 0.3 * stats.norm.pdf(x, -2, 0.5) + 0.7 * stats.norm.pdf(x, 1, 1)  # noqa: E731
    slope = lambda x: 1.0 / math.cosh(x) ** 2  # noqa: E731
    term = lambda x: -p(x) * math.log(p(x) / slope(x))  # noqa: E731
    cuts = [-9, -4, -2, -1, 0, 2, 5, 12]
    expected = sum(integrate.quad(term, a, b, epsabs=1e-14)[0] for a, b in pairwise(cuts))
    assert abs(entropy("tanh", two).entropy - expected) < PROMISE


def test_a_density_with_a_pdf_of_its_own():
    wave = eafo.from_pdf(lambda x: (1.0 + np.cos(x)) / (2.0 * np.pi), (-np.pi, np.pi))
    assert close(entropy("identity", wave), math.log(4.0 * math.pi) - 1.0)
    assert abs(entropy("gelu", eafo.from_pdf(stats.norm.pdf)).entropy - GELU) < PROMISE


def test_unbounded_entropy_is_said_to_be():
    found = eafo.output_entropy("tanh", stats.cauchy())  # E ln phi' = -2 E abs(X) + ...
    assert (found.entropy, found.success) == (-math.inf, True)
    assert "unbounded" in found.message


def test_wide_data_far_into_saturation():
    """tanh at sd 100: E ln phi' is about -2 E abs(X) + ln 4, far below any double that phi' could be."""
    found = entropy("tanh", eafo.normal(0.0, 100.0))
    expected = NORMAL + math.log(100.0) + fastsig.moments("tanh", 100.0, which="log_slope").log_slope
    assert abs(found.entropy - expected) < 1e-9


@pytest.mark.parametrize(
    ("phi", "expected"), [("gelu", GELU), ("relu", 0.5 * math.log(2.0) + 0.5 * NORMAL), ("tanh", None)]
)
def test_samples_shrink_their_errors_like_a_square_root(phi, expected):
    exact = entropy(phi, "normal").entropy
    assert expected is None or abs(exact - expected) < 1e-9
    sizes, errors = (1_000, 16_000, 256_000), []
    for n in sizes:
        found = [eafo.output_entropy(phi, np.random.default_rng([n, k]).normal(size=n)) for k in range(6)]
        away = np.array([one.entropy - exact for one in found])
        # Standard errors: 6 runs hardly leave 4 of them; they cover bias too.
        assert (np.abs(away) < 4.0 * np.array([one.error for one in found])).all()
        assert found[0].error_kind == "standard_error"
        errors.append(math.sqrt(float((away**2).mean())))
    # 16 times the samples: a quarter of the error, give or take what 6 runs leave open.
    assert errors[2] < 0.16 * errors[0]


def test_samples_where_a_monotone_activation_is_saturated_to_rounding():
    x = np.random.default_rng(4).normal(0.0, 10.0, 50_000)  # tanh is +-1 in 6 % of them
    found, exact = (eafo.output_entropy("tanh", law) for law in (x, eafo.normal(0.0, 10.0)))
    assert abs(found.entropy - exact.entropy) < 4.0 * found.error < 0.5


def test_samples_tell_atoms_by_frequency():
    x = np.random.default_rng(1).normal(size=20_000)
    found = eafo.output_entropy("relu", x)
    assert found.atoms == ((0.0, float((x <= 0).mean())),)


def test_refused():
    good = np.linspace(-1.0, 1.0, 100)
    for bad, words in (
        ([1.0, 2.0], "at least 10"),
        (np.append(good, np.nan), "not, the first is nan at index 100"),
        (np.append(good, np.inf), "finite"),
        (np.ones(50), "all equal"),
        (np.repeat([1.0, 2.0, 3.0], 30), "repeated or rounded"),
        ("logistic", "the only density with a name"),
    ):
        with pytest.raises(ValueError, match=words):
            eafo.output_entropy("gelu", bad)
    for bad, words in ((stats.poisson(3), "discrete"), (stats.norm, "freeze"), (stats.norm.pdf, "from_pdf")):
        with pytest.raises(TypeError, match=words):
            eafo.output_entropy("gelu", bad)
    for pdf, support, words in (
        (lambda x: 2.0 * stats.norm.pdf(x), (-np.inf, np.inf), "must integrate to 1"),
        (lambda x: x, (-1.0, 1.0), ">= 0"),
        (lambda x: 1.0 / x, (0.0, 1.0), "must be finite|integrate"),
        (lambda x: 1.0, (0.0, 1.0), "shape"),
    ):
        with pytest.raises(ValueError, match=words):
            eafo.from_pdf(pdf, support)
    with pytest.raises(ValueError, match="low < high"):
        eafo.from_pdf(stats.norm.pdf, (1.0, 0.0))
    for weights, parts, words in (
        ([0.5, 0.6], ["normal", "normal"], "sum to 1"), ([1.5, -0.5], ["normal", "normal"], "positive"),
        ([1.0], ["normal", "normal"], "as many weights"), ([], [], "at least one"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=words):
            eafo.mixture(weights, parts)
    for mean, sd in ((0.0, 0.0), (0.0, -1.0), (math.nan, 1.0), (0.0, math.inf)):
        with pytest.raises(ValueError, match="must be in"):
            eafo.normal(mean, sd)
    with pytest.raises(ValueError, match="bandwidth"):
        eafo.samples(good, bandwidth=0.0)


def test_heavy_tails_that_do_not_integrate_within_reach_are_refused():
    """p = 1/(x ln(x)^2) for x > e has infinite entropy; its mass beyond any double's square root is not small."""
    with pytest.raises(ValueError, match="must integrate to 1"):
        eafo.from_pdf(lambda x: 1.0 / (x * np.log(x) ** 2), (math.e, np.inf))


def test_densities_compare_by_content():
    import pickle

    assert eafo.normal(1, 2) == eafo.as_density(stats.norm(1, 2))
    assert eafo.as_density(stats.t(3)) == eafo.as_density(stats.t(3)) != eafo.as_density(stats.t(4))
    x = np.random.default_rng(0).normal(size=100)
    assert eafo.samples(x) == eafo.samples(x) != eafo.samples(x, bandwidth=1.0)
    for one in (eafo.normal(), eafo.as_density(stats.t(3)), eafo.samples(x), eafo.mixture([1.0], [stats.t(3)])):
        assert pickle.loads(pickle.dumps(one)) == one
        assert hash(pickle.loads(pickle.dumps(one))) == hash(one)


@pytest.mark.parametrize(
    "density",
    [eafo.normal(1, 2), stats.logistic(), stats.t(3), eafo.mixture([0.4, 0.6], [eafo.normal(-1), eafo.normal(1)]),
     np.random.default_rng(0).normal(size=500), eafo.from_pdf(stats.norm.pdf)],
    ids=["normal", "logistic", "t", "mixture", "samples", "pdf"],
)  # fmt: skip
def test_what_a_density_says_of_itself_fits_together(density):
    law = eafo.as_density(density)
    x, h = np.linspace(-2.0, 2.5, 40), 1e-5
    slope = (law.log_pdf(x + h) - law.log_pdf(x - h)) / (2 * h)
    np.testing.assert_allclose(law.score(x), slope, rtol=1e-5, atol=1e-6)  # of central differences
    np.testing.assert_allclose((law.cdf(x + h) - law.cdf(x - h)) / (2 * h), law.pdf(x), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(law.cdf(x) + law.sf(x), 1.0, rtol=0, atol=1e-12)
    u = np.array([0.05, 0.4, 0.9])
    spread = 0.06 if isinstance(density, np.ndarray) else 1e-10  # quantiles of the samples themselves, not smoothed
    np.testing.assert_allclose(law.cdf(law.quantile(u)), u, rtol=0, atol=spread)
