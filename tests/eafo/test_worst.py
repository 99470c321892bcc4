"""WAFBC: its entropy, that nothing has more, Legendre's condition, and that it is an activation like any other."""

import math
import pickle

import numpy as np
import pytest
from scipy import stats

import fastsig
from fastsig import eafo

DENSITIES = [
    eafo.normal(1.0, 2.0), stats.logistic(), stats.laplace(), stats.cauchy(), stats.expon(), stats.uniform(-1, 3),
    stats.gamma(2.5), eafo.mixture([0.5, 0.5], [eafo.normal(-2.0), eafo.normal(2.0, 0.5)]),
]  # fmt: skip


@pytest.mark.parametrize("density", DENSITIES, ids=lambda d: d.dist.name if hasattr(d, "dist") else d.name)
def test_its_entropy_is_the_logarithm_of_the_range(density):
    worst = eafo.wafbc(density, -1.0, 3.0)
    assert abs(eafo.output_entropy(worst, density).entropy - math.log(4.0)) < 1e-10


def test_it_is_the_cdf_between_the_bounds():
    worst = eafo.wafbc(stats.logistic(), 0.0, 1.0)
    x = np.linspace(-5.0, 5.0, 11)
    np.testing.assert_allclose(worst(x), fastsig.activation("sigmoid")(x), rtol=1e-15)
    assert eafo.wafbc("normal", -1.0, 1.0)(1.0) == pytest.approx(math.erf(math.sqrt(0.5)), abs=1e-15)


def test_it_is_an_activation():
    worst = eafo.wafbc("normal", -1.0, 1.0)  # erf(x/sqrt 2)
    same = fastsig.activation("erf").scaled(a=math.sqrt(0.5))
    found, expected = fastsig.signature(worst, 1.5), fastsig.signature(same, 1.5)
    assert found.success
    np.testing.assert_allclose(found.to_array(), expected.to_array(), rtol=1e-12, atol=1e-13)
    assert pickle.loads(pickle.dumps(worst)) == worst == eafo.wafbc(eafo.normal(), -1, 1)
    kinked = eafo.wafbc(stats.uniform(-1, 2), 0.0, 1.0)
    assert (kinked.kinks, kinked.slopes) == ((-1.0, 1.0), (0.0, 0.0))


@pytest.mark.parametrize("density", [eafo.normal(), stats.laplace(), stats.expon()], ids=["normal", "laplace", "expon"])
def test_random_admissible_perturbations_lower_the_entropy(density):
    """phi = w(P(x)), w monotone from (0, 0) to (1, 1): E ln w'(U) <= ln E w'(U) = 0."""
    law = eafo.as_density(density)
    rng = np.random.default_rng(0)
    for size in (0.02, 0.2, 0.7):
        for _ in range(4):
            k = np.arange(1, 5)
            c = rng.normal(size=4)
            c *= size / np.abs(c).sum()  # w' = 1 + sum c cos(pi k u) > 0

            def value(x, c=c, k=k):
                u = law.cdf(x)
                return u + (c / (np.pi * k) * np.sin(np.pi * k * u[:, None])).sum(axis=1)

            def slope(x, c=c, k=k):
                return law.pdf(x) * (1.0 + (c * np.cos(np.pi * k * law.cdf(x)[:, None])).sum(axis=1))

            phi = fastsig.Activation(value, slope, kinks=eafo.wafbc(density, 0, 1).kinks, slopes=(0.0, 0.0))
            lower = eafo.output_entropy(phi, density).entropy
            # To second order -E (w' - 1)^2/2 = -sum c^2/4; the third is at most size times that.
            assert lower < -0.25 * float((c * c).sum()) * (1.0 - size)


def test_legendres_condition():
    """The second derivative of F = -p y' ln(p y') by y', in differences, at v = phi(x)."""
    law, phi = eafo.normal(), fastsig.activation("softplus")
    x = np.linspace(-3.0, 3.0, 13)
    p, y1, h = law.pdf(x), 1.0 / phi.derivative(x), 1e-4
    f = lambda s: -p * s * np.log(p * s)  # noqa: E731
    second = (f(y1 * (1 + h)) - 2 * f(y1) + f(y1 * (1 - h))) / (y1 * h) ** 2
    found = eafo.legendre(phi, law, x)
    np.testing.assert_allclose(found, second, rtol=1e-5)
    assert (found < 0).all()


def test_samples_stand_for_their_kernel_density():
    x = np.random.default_rng(2).normal(size=5_000)
    worst = eafo.wafbc(x, 0.0, 1.0)
    grid = np.linspace(-3.0, 3.0, 25)
    # The ecdf of 5000 is off by 1.63/sqrt(n) at the 99 % level, smoothing by h^2/2 p' besides.
    np.testing.assert_allclose(worst(grid), stats.norm.cdf(grid), atol=0.03)
    assert fastsig.signature(worst).success


@pytest.mark.parametrize(("low", "high"), [(1.0, 0.0), (1.0, 1.0), (math.nan, 1.0), (0.0, math.inf)])
def test_bounds_in_order(low, high):
    with pytest.raises(ValueError, match="low < high"):
        eafo.wafbc("normal", low, high)


def test_unbounded_densities_are_refused():
    with pytest.raises(ValueError, match="unbounded at 0"):
        eafo.wafbc(stats.gamma(0.5), 0.0, 1.0)
