"""The rule of the GPU, its source run in plain Python, against the CPU's methods.

What is compared: five components, relative to E abs(integrand), which the rule tells, too. The bar is 1e-13 at
distances where a double can tell phi; roundings of 32 lanes stay far below.
"""

import math

import numpy as np
import pytest

import fastsig
from fastsig.integrals import panel_sums
from fastsig.integrals.components import COMPONENTS
from tests.integrals.panel_rule import Rule

BAR = 1e-13
NAMES = [name for name in fastsig.activation_names() if name != "snake"]
SIGMA = [1e-3, 1e-3, 0.03, 0.5, 1.0, 4.0, 50.0, 1e3]
MEAN = [0.0, 0.7, -0.2, -3.0, 0.0, 6.0, -120.0, 2e3]


def worst(phi, points):
    rule_of_phi, largest = Rule(phi), 0.0
    for sigma, mean in points:
        found, size = rule_of_phi(sigma, mean), rule_of_phi(sigma, mean, sizes=True)
        expected = fastsig.moments(phi, sigma, mean=mean)
        for c, name in enumerate(COMPONENTS):
            largest = max(largest, abs(found[c] - expected[name]) / max(size[c], 1e-290))
    return largest


@pytest.mark.parametrize("name", NAMES)
def test_it_agrees_with_the_cpu(name):
    assert worst(fastsig.activation(name), zip(SIGMA, MEAN, strict=True)) < BAR


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("swish", {"beta": 50}),
        ("softplus", {"beta": "0.02"}),
        ("celu", {"alpha": "0.01"}),
        ("leaky_relu", {"slope": -3}),
    ],
)
def test_panels_follow_the_scale_of_phi(name, parameter):
    assert worst(fastsig.activation(name, **parameter), zip(SIGMA, MEAN, strict=True)) < BAR


def test_tails_keep_their_relative_accuracy():
    """At 30 sigma from the kink, everything that relu has is beyond it."""
    found = Rule(fastsig.activation("relu"))(0.1, -3.0)
    expected = fastsig.moments("relu", 0.1, mean=-3.0)
    for c, name in enumerate(COMPONENTS):
        assert found[c] == pytest.approx(expected[name], rel=BAR), name


def test_a_mean_that_hides_sigma_costs_nothing():
    """Sigma below the spacing of doubles at the mean: x cannot tell where the Gaussian is, offsets can."""
    found = Rule(fastsig.activation("relu"))(1e-8, 1e9)
    np.testing.assert_allclose(found[:4], [1e9, 1.0, 1.0, 1e18], rtol=1e-15, atol=0.0)
    assert abs(found[4] - 1e-16) < 1e-15 * 1e9 * 1e-8  # E abs(integrand) is 8


def test_halved_panels_tell_the_same():
    rule_of_tanh = Rule(fastsig.activation("tanh"))
    for sigma, mean in zip(SIGMA, MEAN, strict=True):
        whole, halves = rule_of_tanh(sigma, mean), rule_of_tanh(sigma, mean, parts=2)
        assert np.all(np.abs(whole - halves) <= 1e-14 * rule_of_tanh(sigma, mean, sizes=True))


@pytest.mark.parametrize(("sigma", "mean", "panels"), [(0.1, 0.0, 2), (0.02, 0.1, 3), (1.0, 0.0, 4), (1e3, 0.0, 12)])
def test_no_panel_is_wasted(sigma, mean, panels):
    """Where an edge of phi and one of the Gaussian meet, there is one edge."""
    of_gelu, laid = Rule(fastsig.activation("gelu")), [math.nan] * (3 * panel_sums.MOST_PANELS)
    edges, breaks = of_gelu.layout.edges.tolist(), of_gelu.layout.breaks.tolist()
    count = of_gelu.lay(sigma, mean, of_gelu.layout.scale, 1, of_gelu.stops, breaks, edges, laid)
    assert count == panels
    assert all(half > 0.0 for half in laid[2 : 3 * count : 3])
    assert laid[0] + 2.0 * sum(laid[2 : 3 * count : 3]) == pytest.approx(mean + 9.4 * sigma, rel=1e-15)


def test_a_rule_without_the_edges_of_phi_is_convicted():
    """The edges matter: with the Gaussian's alone, panels run across the kink and past the poles."""
    tanh = Rule(fastsig.activation("tanh"))
    tanh.layout = tanh.layout._replace(edges=np.array([math.inf]))
    assert abs(tanh(30.0, 4.0)[2] / fastsig.moments("tanh", 30.0, mean=4.0).g2 - 1.0) > 1e-3
    relu = Rule(fastsig.activation("relu"))
    relu.layout = relu.layout._replace(edges=np.array([math.inf]))
    assert abs(relu(1.0, 0.3)[1] / fastsig.moments("relu", 1.0, mean=0.3).g1 - 1.0) > 1e-4
