"""Standard errors of Monte Carlo and Sobol: deviations follow the laws that they should, rare events included."""

import math

import numpy as np
import pytest
from scipy import stats

import fastsig
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.functionals import NAMES

BUILT_INS = tuple(fastsig.activation_names())
ROUNDING = 16 * 2.0**-53  # the least error, of E abs(integrand)
STUDENT = stats.t(31)  # of 32 replications


def soft_plus(x):
    return np.logaddexp(0.0, x)


def z_scores(phi, sigma, mean, seed, which=COMPONENTS, **options):
    """Deviations in standard errors; those of numbers whose samples do not vary are left out, but checked."""
    got = fastsig.moments(phi, sigma, mean=mean, which=which, rng=seed, **options)
    truth = fastsig.moments(phi, sigma, mean=mean, which=which)
    found = []
    for name in which:
        deviation, error = got[name] - truth[name], got.error[name]
        if error <= 4 * ROUNDING * max(abs(truth[name]), 1e-3):
            assert abs(deviation) <= error + truth.error[name] + 1e-16  # no sample is beyond 8.3 sigma
        else:
            found.append(deviation / error)
    return found


def test_z_scores_are_standard_normal():
    """One seed a cell, and enough samples to see rare events (x near 0 at sigma = 30) some hundred times."""
    cells = [(phi, sigma) for phi in BUILT_INS for sigma in (0.03, 0.3, 1.0, 3.0, 30.0)]
    scores = []
    for seed, (phi, sigma) in enumerate(cells):
        found = z_scores(phi, sigma, 0.25 * (seed % 3), seed, method="monte_carlo", samples=50_000)
        assert not found or max(map(abs, found)) < 5.0
        scores += found[:1] + found[-1:]  # the others depend on these
    assert len(scores) > 200
    assert stats.kstest(scores, "norm").pvalue > 1e-3
    assert 0.85 < np.std(scores) < 1.15  # four standard deviations


@pytest.fixture(scope="module")
def user():
    return fastsig.Activation(soft_plus, name="user_softplus")


@pytest.fixture(scope="module")
def kinked():
    return fastsig.Activation(lambda x: np.abs(x) + 0.1 * x, kinks=(0.0,), name="user_abs")


def test_user_activations_and_every_functional(user, kinked):
    scores = []
    for seed, phi in enumerate((user, kinked, fastsig.activation("gelu"), fastsig.activation("tanh").scaled(a=2, d=1))):
        names = [name for name in NAMES if name != "log_slope" or phi is not kinked]
        found = z_scores(phi, 1.3, 0.2, seed, names, method="monte_carlo", samples=40_000)
        assert max(map(abs, found)) < 5.0
        scores += found
    assert 0.5 < np.std(scores) < 1.6  # they depend on each other: not a test of the law


def test_sobol_errors_are_honest_and_small():
    """Student's law with 31 degrees of freedom; for smooth means the error falls like n^-1.5."""
    scores = []
    for seed in range(60):
        phi, sigma = BUILT_INS[seed % len(BUILT_INS)], (0.3, 1.0, 3.0)[seed % 3]
        scores += z_scores(phi, sigma, 0.3, seed, ("m2",), method="sobol", samples=1 << 13)
    assert stats.kstest(scores, stats.t(31).cdf).pvalue > 1e-3
    coarse, fine = (fastsig.moments("tanh", 1.0, method="sobol", rng=1, samples=n).error.g1 for n in (1 << 11, 1 << 15))
    assert fine < coarse / 40  # 64 but for chance
    plain = fastsig.moments("tanh", 1.0, method="monte_carlo", rng=1, samples=1 << 15).error.g1
    assert fine < plain / 300


@pytest.mark.parametrize("samples", [64, 4096])
@pytest.mark.parametrize(("phi", "name"), [("relu", "m2"), ("gelu", "m4"), ("tanh", "g2")])
def test_sobol_errors_of_unbounded_integrands(phi, name, samples):
    """Were samples not stretched, the outermost stratum would skew them: 1 to 7 % beyond, a mean of -0.2 to -0.7."""
    scores = np.concatenate(
        [z_scores(phi, 1.0, 0.2, seed, (name,), method="sobol", samples=samples) for seed in range(600)]
    )
    assert abs(scores.mean()) < 4.5 * STUDENT.std() / math.sqrt(600)
    assert np.mean(np.abs(scores) > STUDENT.isf(1e-3)) < 0.012  # 0.2 % expected: 1.2 of 600, binomial below 1e-4
    assert stats.kstest(scores, STUDENT.cdf).pvalue > 1e-3


@pytest.mark.parametrize(("phi", "name"), [("relu", "m2"), ("gelu", "eta"), ("tanh", "g2")])
def test_pairs_of_sobol_are_no_worse(phi, name):
    """Only the smaller one of a pair is stratified: into as many intervals as there are evaluations."""
    options = {"which": (name,), "method": "sobol", "samples": 1 << 14, "rng": 3}
    plain, pairs = (fastsig.moments(phi, 1.0, antithetic=pairs, **options) for pairs in (False, True))
    assert pairs.nfev == plain.nfev
    assert pairs.error[name] < 2.0 * plain.error[name]  # sqrt(2) for even integrands, but for chance
    odd = [
        fastsig.moments("tanh", 1.0, mean=0.1, antithetic=pairs, **{**options, "which": "m1"})
        for pairs in (0 > 1, True)
    ]
    assert odd[1].error.m1 < 0.5 * odd[0].error.m1


@pytest.mark.parametrize("method", ["monte_carlo", "sobol"])
@pytest.mark.parametrize(
    ("phi", "name", "sigma", "mean"),
    [
        ("tanh", "g2", 1e6, 0.0),  # 0 but for x near 0: one sample in a million
        ("tanh", "g2", 1e8, 0.0),
        ("crrelu", "g2", 0.023, 0.1),  # the kink is 4.3 standard deviations off
        ("relu", "g1", 0.02, 0.1),
        ("relu", "m1", 0.02, -0.1),
        ("hardtanh", "m2", 0.25, 2.0),
    ],
)
def test_errors_know_events_that_no_sample_shows(phi, name, sigma, mean, method):
    """20,000 samples see none of these most times: errors of what was seen are those of rounding."""
    options = {"method": method, "samples": 20_000}
    truth = fastsig.moments(phi, sigma, mean=mean, which=(name,))[name]
    found = [fastsig.moments(phi, sigma, mean=mean, which=(name,), rng=seed, **options) for seed in range(50)]
    scores = [(one[name] - truth) / one.error[name] for one in found]
    assert max(map(abs, scores)) < 4.5
    assert max(one.error[name] for one in found) < 30 * math.sqrt(abs(truth) / 20_000)  # nor much too large


def test_points_beside_a_kink_and_far_from_it_go_together():
    """Only the former have strata in which the integrand jumps."""
    options = {"method": "sobol", "samples": 2000, "rng": 1}
    both = fastsig.moments("relu", [0.1, 1.0], mean=[0.0, 30.0], **options)
    for k, (sigma, mean) in enumerate([(0.1, 0.0), (1.0, 30.0)]):
        alone = fastsig.moments("relu", sigma, mean=mean, **options)
        assert [both.error[c][k] for c in COMPONENTS] == [alone.error[c] for c in COMPONENTS]


@pytest.mark.parametrize("antithetic", [False, True])
@pytest.mark.parametrize(
    ("phi", "name", "sigma"),
    [("hardsigmoid", "eta", 2.32631), ("relu6", "eta", 3.98107), ("selu", "g2", 0.125), ("hardtanh", "g2z2", 0.857696)],
)
def test_sobol_errors_know_the_jumps_that_no_replication_shows(phi, name, sigma, antithetic):
    """Jumps next to the border of a stratum: of 32 replications often none, or all, are on one side of it."""
    options = {"method": "sobol", "samples": 1 << 15, "antithetic": antithetic}
    scores = [z_scores(phi, sigma, 0.0, seed, (name,), **options)[0] for seed in range(50)]
    assert max(map(abs, scores)) < 5.3  # Student's law: once in 5,000 times 50
    assert np.sqrt(np.mean(np.square(scores))) > 0.3  # nor much too large
