"""The Bayes error through an activation against closed forms, and the entropy beside it."""

import math

import numpy as np
import pytest
from scipy import stats

import fastsig
from fastsig import eafo


@pytest.mark.parametrize("distance", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("phi", ["identity", "tanh", "leaky_relu", "softplus"])
def test_invertible_activations_lose_nothing(phi, distance):
    found = eafo.bayes_error(phi, eafo.normal(-distance), eafo.normal(distance))
    assert found.bayes_error == pytest.approx(stats.norm.sf(distance), abs=1e-11)
    assert found.input_error == pytest.approx(found.bayes_error, abs=1e-11)
    both = eafo.mixture([0.5, 0.5], [eafo.normal(-distance), eafo.normal(distance)])
    assert found.entropy == eafo.output_entropy(phi, both).entropy


def test_folding_two_classes_together_loses_everything():
    fold = fastsig.Activation(np.abs, kinks=(0.0,))
    found = eafo.bayes_error(fold, eafo.normal(-1.0), eafo.normal(1.0))
    assert found.bayes_error == pytest.approx(0.5, abs=1e-11)
    assert found.input_error == pytest.approx(stats.norm.sf(1.0), abs=1e-11)


def test_atoms_take_part():
    """relu, classes N(-3, 1) and N(-1, 1): below 0 all is one atom, above it class b is likelier everywhere."""
    found = eafo.bayes_error("relu", eafo.normal(-3.0), eafo.normal(-1.0))
    expected = 0.5 * min(stats.norm.cdf(3.0), stats.norm.cdf(1.0)) + 0.5 * stats.norm.sf(3.0)
    assert found.bayes_error == pytest.approx(expected, abs=1e-12)


def test_priors():
    found = eafo.bayes_error("identity", eafo.normal(-1.0), eafo.normal(1.0), prior=0.9)
    cut = 0.5 * math.log(9.0)
    assert found.bayes_error == pytest.approx(0.9 * stats.norm.sf(cut + 1) + 0.1 * stats.norm.cdf(cut - 1), abs=1e-11)
    with pytest.raises(ValueError, match="prior must be"):
        eafo.bayes_error("relu", "normal", "normal", prior=1.0)


def test_entropy_and_error_need_not_go_together():
    """The motivation, tested: scaling lowers the entropy as far as one likes and changes no decision."""
    near, far = (
        eafo.bayes_error(fastsig.activation("tanh").scaled(c=c), eafo.normal(-1.0), eafo.normal(1.0))
        for c in (1.0, 1e-3)
    )
    assert far.entropy == pytest.approx(near.entropy + math.log(1e-3), abs=1e-10)
    assert far.bayes_error == pytest.approx(near.bayes_error, abs=1e-12)


def test_samples_state_an_error_that_covers_their_own():
    """N(-1, 1) and N(1, 1), truth P(Z > 1); 30 runs: the stated error is a standard error and a bias, of 4 at most."""
    truth = stats.norm.sf(1.0)
    away, stated = [], []
    for k in range(30):
        rng = np.random.default_rng(k)
        found = eafo.bayes_error("tanh", rng.normal(-1.0, size=500), rng.normal(1.0, size=300))
        assert found.error_kind == "standard_error"
        away.append(found.bayes_error - truth)
        stated.append(found.error)
    away, stated = np.array(away), np.array(stated)
    assert (np.abs(away) < 3.0 * stated).all()
    assert stated.mean() < 6.0 * math.sqrt(float((away**2).mean())) < 0.1  # and not out of all proportion
    one = eafo.bayes_error("relu", np.random.default_rng(0).normal(-1.0, size=2000), eafo.normal(1.0))
    assert abs(one.bayes_error - truth) < 3.0 * one.error < 0.1
    assert eafo.bayes_error("relu", eafo.normal(-1.0), eafo.normal(1.0)).error_kind == "estimate"


def test_separated_samples_do_not_promise_zero():
    rng = np.random.default_rng(0)
    found = eafo.bayes_error("identity", rng.normal(-20.0, size=100), rng.normal(20.0, size=100))
    assert found.bayes_error < 1e-12
    assert found.error >= 0.5 / 100  # 1/n of the larger class, as nothing was seen in n trials
