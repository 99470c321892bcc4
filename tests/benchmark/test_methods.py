"""Each method that can run here gives answers within its class of error; formulas are those of fastsig."""

import numpy as np
import pytest

import fastsig
from fastsig.benchmark.methods import numpy_methods, scalar_formulas
from fastsig.benchmark.methods.all_methods import BASE, METHODS
from fastsig.benchmark.methods.fixed_rules import gauss_hermite, panels
from fastsig.benchmark.problem import ACTIVATIONS, COMPONENTS, Certified, certified, relative_errors, worst

HERE = [name for name, method in METHODS.items() if method.missing() is None]
HERMITE = ("numpy_gauss_hermite_100", "numpy_gauss_hermite_200")


def some(truth: Certified) -> Certified:
    """The smallest, a middling and the largest sigma."""
    keep = [0, truth.sigma.size // 2, -1]
    return Certified(truth.sigma[keep], truth.high[..., keep], truth.low[..., keep])


def test_what_must_run_everywhere_does() -> None:
    assert {BASE, "fastsig_adaptive", *HERMITE, "numpy_panels", "scipy_quad", "scipy_quad_vec"} <= set(HERE)
    for name, method in METHODS.items():
        assert name == method.name
        assert set(method.components) <= set(COMPONENTS)
        assert (name in HERE) or "pip install" in method.missing()


@pytest.mark.parametrize("name", HERE)
def test_answers_are_within_their_class_of_error(name: str) -> None:
    method = METHODS[name]
    truth = some(certified())
    values = method.prepare(truth.sigma)()
    assert worst(relative_errors(values, truth, method.components), truth.sigma).error <= method.promise


@pytest.mark.parametrize("name", [BASE, "fastsig_adaptive", "numpy_panels", "scipy_tanhsinh"])
def test_classes_of_error_hold_on_all_certified_values(name: str) -> None:
    method = METHODS[name]
    truth = certified()
    assert relative_errors(method.prepare(truth.sigma)(), truth).max() <= method.promise


@pytest.mark.parametrize("name", HERMITE)
def test_gauss_hermite_fails_where_theory_says(name: str) -> None:
    """A fixed rule in z is exact to rounding for smooth functions at small sigma; kinks and large sigma it misses."""
    truth = certified()
    errors = relative_errors(METHODS[name].prepare(truth.sigma)(), truth)
    by = {activation: errors[row] for row, activation in enumerate(ACTIVATIONS)}
    small, large = truth.sigma < 0.4, truth.sigma > 100
    assert by["sigmoid"][:, small].max() < 1e-13
    assert 1e-4 < by["relu"][0].max() < 1e-1  # m1: the kink costs O(1/n)
    assert by["tanh"][1, large].max() > 0.5  # g1: the slope falls between the nodes


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("functions", [numpy_methods.FUNCTIONS, scalar_formulas.FUNCTIONS], ids=["numpy", "scalar"])
def test_formulas(name: str, functions: dict) -> None:
    """To rounding relative to the terms, which are at most about x."""
    phi, slope = functions[name]
    known = fastsig.activation(name)
    for x in (-800.0, -30.0, -3.7, -0.5, -1e-3, 1e-3, 0.5, 3.7, 30.0, 800.0):
        assert abs(float(phi(x)) - known(x)) <= 4e-16 * max(1.0, abs(x))
        assert abs(float(slope(x)) - known.derivative(x)) <= 1e-14


def test_rules_integrate_what_they_must() -> None:
    """Weights and nodes give the variance, sigma^2; panels lose what is beyond 9.5 sigma, 2e-19 of it."""
    sigma = np.logspace(-3, 3, 7)
    for rule in (gauss_hermite(sigma, 50), panels(sigma)):
        assert np.allclose((rule.weights * rule.x**2).sum(-1), sigma**2, rtol=1e-13, atol=0)
        assert np.allclose(rule.weights.sum(-1), 1.0, rtol=1e-13, atol=0)


def test_missing_packages_are_named() -> None:
    from dataclasses import replace

    method = replace(METHODS["numpy_panels"], packages={"no_such_package": "no-such[cpu]"})
    assert method.missing() == "no_such_package not installed: pip install 'no-such[cpu]'"
    assert method.version("1") == "unknown"
    assert METHODS[BASE].version("1.2.3") == "1.2.3"
