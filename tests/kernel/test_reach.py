"""Dual activations and Hermite coefficients of functions that are 0, or nearly, out to many standard deviations."""

import math

import mpmath as mp
import numpy as np
import pytest

import fastsig
from fastsig.kernel import dual, hermite_coefficients
from fastsig.kernel.panels import features
from fastsig.kernel.reach import reach_of_products


def _bump(centre, width):
    """exp(-(x - c)^2/(2 w^2)), whose means are closed forms."""

    def value(x):
        return np.exp(-0.5 * ((x - centre) / width) ** 2)

    return fastsig.Activation(value, derivative=lambda x: -(x - centre) / width**2 * value(x), name="bump")


def _mean_of_bumps(centre, width, q1, q2, rho):
    cross = rho * math.sqrt(q1 * q2)
    sums = np.array([[q1 + width**2, cross], [cross, q2 + width**2]])
    c = np.array([centre, centre])
    return width**2 / math.sqrt(np.linalg.det(sums)) * math.exp(-0.5 * c @ np.linalg.solve(sums, c))


@pytest.mark.parametrize(
    ("centre", "width"), [(3.0, 0.5), (6.0, 0.3), (10.0, 1.0), (12.0, 0.1), (20.0, 2.0), (30.0, 1.0)]
)
@pytest.mark.parametrize(
    ("q1", "q2", "rho"),
    [(1.0, 1.0, 0.3), (1.0, 0.5, -0.5), (1.0, 1.0, 1.0), (1.0, 1.0, 0.999999), (4.0, 0.25, 0.9), (1.0, 1.0, -1.0)],
)
def test_a_bump_far_out(centre, width, q1, q2, rho):
    found = dual(_bump(centre, width), q1, q2, rho)
    true = _mean_of_bumps(centre, width, q1, q2, rho)
    size = math.sqrt(_mean_of_bumps(centre, width, q1, q1, 1.0)) * math.sqrt(_mean_of_bumps(centre, width, q2, q2, 1.0))
    # The closed form has roundings of up to 1e-12 of itself: exponents are as large as 600.
    assert abs(found.value - true) <= found.error + 1e-12 * true
    if found.success:
        assert abs(found.value - true) <= 1e-12 * size


@pytest.mark.parametrize(("q1", "q2"), [(0.00623, 0.00415), (0.01, 0.008), (0.003, 0.002), (0.001, 0.001), (1.0, 0.7)])
@pytest.mark.parametrize("rho", [1.0, -1.0])
def test_softshrink_where_its_kinks_are_at_20_standard_deviations_and_less(q1, q2, rho):
    found = dual("softshrink", q1, q2, rho)
    s1, s2 = math.sqrt(q1), math.sqrt(q2)
    with mp.workdps(40):
        kink = mp.mpf(1) / 2 / min(s1, s2)

        def beyond_kink(t):  # scaled, as mpmath's goal is an absolute one
            return (s1 * (kink + t) - mp.mpf(1) / 2) * (s2 * (kink + t) - mp.mpf(1) / 2) * mp.exp(-kink * t - t * t / 2)

        true = 2 * mp.npdf(kink) * mp.quad(beyond_kink, [mp.mpf(i) / 4 for i in range(40)])
        off = abs(found.value - math.copysign(1.0, rho) * true)
    assert found.success
    assert off <= found.error
    assert off <= 1e-12 * true  # not of the size alone


def test_two_bumps_of_which_the_farther_one_is_much_larger():
    """The place where most of E f^2 is near 0 says nothing of what is farther out."""
    small = 1e-30

    def value(x):
        return small * np.exp(-0.5 * x**2) + np.exp(-0.5 * (x - 16.0) ** 2)

    def derivative(x):
        return -small * x * np.exp(-0.5 * x**2) - (x - 16.0) * np.exp(-0.5 * (x - 16.0) ** 2)

    found = dual(fastsig.Activation(value, derivative=derivative, name="two bumps"), 1.0, 1.0, 1.0)
    far, near = _mean_of_bumps(16.0, 1.0, 1.0, 1.0, 1.0), small**2 / math.sqrt(3.0)
    between = 2.0 * small / math.sqrt(3.0) * math.exp(-(16.0**2) / 3.0)
    assert abs(found.value - (far + near + between)) <= found.error
    assert found.error <= 1e-12 * (far + near)


@pytest.mark.parametrize("sigma", [0.02, 0.04, 0.06])
def test_coefficients_of_softshrink_add_up_where_its_kinks_are_at_25_standard_deviations(sigma):
    found = hermite_coefficients("softshrink", sigma, 8)
    m2 = fastsig.moments("softshrink", sigma).m2
    assert math.isclose(found.m2, m2, rel_tol=1e-12)
    slope = fastsig.moments("softshrink", sigma).g1
    assert abs(found.value[1] - sigma * slope) <= found.error[1]  # a_1 = E Z phi(sigma Z), by parts
    assert found.error[1] <= 1e-12 * math.sqrt(m2)


@pytest.mark.parametrize(
    ("phi", "exact", "s"),
    [
        (fastsig.activation("relu"), lambda x: max(x, 0), 1.0),
        (fastsig.activation("tanh"), mp.tanh, 1e-3),
        (fastsig.activation("softshrink"), lambda x: max(x - mp.mpf(1) / 2, 0), 0.05),
        (fastsig.Activation(lambda x: x**3, derivative=lambda x: 3.0 * x**2, name="cube"), lambda x: x**3, 3.0),
    ],
    ids=["relu", "tanh", "softshrink", "cube"],
)
def test_what_is_beyond_the_reach_is_bounded(phi, exact, s):
    found = reach_of_products(phi, 0, s, s, features(phi).places, least=8.7)
    r = mp.mpf(found.radius)
    scale = mp.exp(r**2 / 2)  # mpmath's goal is absolute

    def integrand(z):
        return exact(s * z) ** 2 * mp.npdf(z) * scale

    with mp.workdps(40):
        beyond = mp.quad(integrand, [r, r + 1, r + 3, r + 10, r + 30])
        whole = mp.quad(integrand, [0, 5, 9.5, 10, 10.5, 11, 13, 20, 40])
    assert beyond <= found.beyond * scale
    assert beyond <= 1e-14 * whole
