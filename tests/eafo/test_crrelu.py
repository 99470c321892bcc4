"""CRReLU derived by the pipeline, its inverse, and the sign of its eps."""

import math

import numpy as np
import pytest
from scipy import stats

import fastsig
from fastsig import eafo


def test_relu_and_normal_data_give_x_exp_and_the_constant():
    found = eafo.correction("relu", "normal", form="inverse")
    v = np.linspace(0.01, 8.0, 200)
    np.testing.assert_allclose(found(v), v * np.exp(-0.5 * v * v) / math.sqrt(2.0 * math.pi), rtol=1e-13)
    np.testing.assert_allclose(found.at_input([-2.0, 0.0]), 0.0, atol=0)
    assert found.slope == pytest.approx(-0.125 / math.sqrt(math.pi), rel=1e-12)  # half of the identity's
    fit = eafo.crrelu_fit("normal")
    assert fit.constant == pytest.approx(1.0 / math.sqrt(2.0 * math.pi), rel=1e-13)
    assert fit.residual < 1e-13
    assert fit.eps(0.1) == -0.1 * fit.constant  # a step that lowers the entropy has a negative eps


def test_a_step_of_the_correction_is_crrelu_to_first_order():
    e = 1e-3
    stepped = eafo.step("relu", "normal", e, form="inverse")
    crrelu = fastsig.activation("crrelu", eps=eafo.crrelu_fit("normal").eps(e))
    x = np.linspace(0.0, 5.0, 51)
    np.testing.assert_allclose(stepped(x), crrelu(x), atol=0.2 * e * e)


@pytest.mark.parametrize("eps", [0.01, -0.3, -1.0, 1.0, 2.24, 50.0, -50.0])
def test_the_bound_of_the_inverse_and_its_true_maximum(eps):
    found = eafo.crrelu_inverse_error(eps)
    x = np.random.default_rng(0).uniform(-8.0, 8.0, 2_000_000)
    f = x + eps * x * np.exp(-0.5 * x * x)
    off = np.abs(f - eps * f * np.exp(-0.5 * f * f) - x)
    assert found.bound == pytest.approx(eps * eps * math.exp(-0.5), rel=1e-15)
    assert off.max() <= found.maximum * (1 + 1e-9) <= found.bound * (1 + 1e-9)
    assert found.maximum == pytest.approx(float(off.max()), rel=2e-3)  # two million random places


def test_where_f_is_monotone():
    x = np.linspace(-6.0, 6.0, 100_001)
    slope = (1 - x * x) * np.exp(-0.5 * x * x)
    low, high = eafo.MONOTONE_RANGE
    for eps, monotone in ((low, True), (high, True), (low - 1e-3, False), (high + 1e-3, False)):
        assert ((1 + eps * slope).min() >= -1e-15) == monotone


@pytest.mark.parametrize(
    ("density", "expected"),
    [
        ("normal", 2.0**-1.5),
        (eafo.normal(0.0, 2.0), 5.0**-1.5),  # (1 + sd^2)^(-3/2)
        (eafo.mixture([0.5, 0.5], [eafo.normal(-2.0, 0.5), eafo.normal(2.0, 0.5)]), None),
        (stats.laplace(), None),
        (stats.logistic(), None),
        (np.random.default_rng(0).normal(size=100_000), 2.0**-1.5),
    ],
)
def test_positive_eps_raises_the_entropy_of_normal_data(density, expected):
    """E[(1 - X^2) exp(-X^2/2)] against a difference of entropies of x + eps x exp(-x^2/2), and closed forms."""
    found = eafo.crrelu_entropy_slope(density)
    if isinstance(density, np.ndarray):
        assert abs(found.value - expected) < 4.0 * found.error < 0.01
        return
    if expected is not None:
        assert found.value == pytest.approx(expected, rel=1e-12)
    e = 1e-3
    up, down = (
        eafo.output_entropy(
            fastsig.Activation(
                lambda x, s=s: x + s * x * np.exp(-0.5 * x * x),
                lambda x, s=s: 1 + s * (1 - x * x) * np.exp(-0.5 * x * x),
            ),
            density,
        ).entropy
        for s in (e, -e)
    )
    assert (up - down) / (2 * e) == pytest.approx(found.value, abs=1e-6)  # e^2 times a third derivative below 6
    bump = fastsig.Activation(lambda x: x * np.exp(-0.5 * np.minimum(x * x, 1400.0)))
    assert eafo.entropy_slope("identity", density, bump).value == pytest.approx(found.value, abs=1e-10)


def test_two_classes_reverse_the_sign():
    assert eafo.crrelu_entropy_slope(eafo.mixture([0.5, 0.5], [eafo.normal(-2, 0.5), eafo.normal(2, 0.5)])).value < -0.3


def test_eps_fitted_to_data():
    x = np.random.default_rng(3).normal(size=50_000)
    for density in ("normal", stats.logistic(), x):
        fit = eafo.crrelu_fit(density)
        low, high = eafo.MONOTONE_RANGE
        assert fit.lowest in (low, high)  # concave: at an end
        assert fit.gain_lowest < 0.0 < fit.gain_highest
        # At the highest the slope vanishes: E[b'/(1 + eps b')] = 0, of scale 1 (of the minimiser's tolerance 1e-7).
        law = eafo.as_density(density)
        at = x if density is x else law.quantile((np.arange(200_000) + 0.5) / 200_000)
        b = (1 - at * at) * np.exp(-0.5 * at * at)
        assert abs(float((b / (1 + fit.highest * b)).mean())) < 1e-4
    assert eafo.crrelu_fit(x).constant == pytest.approx(1 / math.sqrt(2 * math.pi), abs=0.01)
    assert eafo.crrelu_fit(stats.logistic()).residual > 0.1  # there CRReLU's form is not what the correction asks for


@pytest.mark.parametrize("eps", [math.nan, math.inf, 1e7])
def test_eps_out_of_range(eps):
    with pytest.raises(ValueError, match="eps must be finite"):
        eafo.crrelu_inverse_error(eps)


@pytest.mark.parametrize(
    ("density", "words"),
    [
        (stats.uniform(), "jumps at x = 1"), (stats.uniform(-1, 2), "jumps at x = 1"),
        (stats.uniform(1, 20), "jumps at x = 1"),
        (stats.uniform(-3, 2), "relu is 0"), (stats.beta(0.5, 2), "no mean square"),
    ],
    ids=str,
)  # fmt: skip
def test_fits_that_mean_nothing_are_refused(density, words):
    with pytest.raises(eafo.BoundaryConditionError, match=words):
        eafo.crrelu_fit(density)


def test_uniform_data_as_far_as_the_bump_reaches_have_nothing_to_correct():
    fit = eafo.crrelu_fit(stats.uniform(-20, 40))
    assert (abs(fit.constant) < 1e-15, fit.residual) == (True, 0.0)
    assert 0.0 < eafo.crrelu_fit(stats.beta(2, 2)).residual < 1.0  # vanishes at 1
    assert 0.0 < eafo.crrelu_fit(stats.expon()).residual < 1.0  # jumps at 0, where b vanishes
