"""When the entropy's first variation has a boundary term at an end of the data, decided from numbers."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

import fastsig
from fastsig import eafo


def slope_by_difference(density, psi):
    """DH/de of X + e psi(X) as E psi'(X), by entropies at two steps: no boundary term, no formula of the correction."""
    e = 1e-4
    up, down = (
        eafo.output_entropy(fastsig.Activation(lambda x, s=s: x + s * psi(x)), density).entropy for s in (e, -e)
    )
    return (up - down) / (2.0 * e)


@pytest.mark.parametrize("form", ["forward", "inverse"])
@pytest.mark.parametrize(
    ("phi", "density"),
    [
        ("identity", stats.beta(3, 1)), ("identity", stats.beta(2, 1)), ("identity", stats.beta(5, 1)),
        ("identity", stats.beta(1, 3)), ("identity", stats.powerlaw(3)), ("identity", stats.bradford(2)),
        ("identity", stats.expon(1, 2)), ("identity", stats.truncnorm(-1, 1, 5)), ("hardtanh", stats.truncnorm(-1, 1)),
        ("hardtanh", stats.truncexpon(2, loc=-1)), ("hardtanh", stats.beta(2, 1, -1, 2)),
        ("identity", stats.semicircular()), ("identity", stats.arcsine()), ("identity", stats.gamma(1.5)),
        ("identity", stats.beta(1.5, 1.5)), ("tanh", stats.cauchy()), ("tanh", stats.laplace()),
    ],
    ids=lambda c: c if isinstance(c, str) else f"{c.dist.name}{c.args}",
)  # fmt: skip
def test_densities_that_jump_or_are_too_steep_at_an_end_are_refused(phi, density, form):
    """beta(3, 1): the formulas say -12, the truths are -6 and +6. Slopes of semicircular data are infinite."""
    with pytest.raises(eafo.BoundaryConditionError, match=r"does not vanish|jumps at"):
        eafo.correction(phi, density, form=form)


def test_the_truth_of_what_is_refused():
    """p = 3 x^2. Forward psi = s = 2/x: E psi' = -6. Inverse h = -p', phi - e h: E 6 = +6. Both formulas say -12."""
    assert stats.beta(3, 1).expect(lambda x: -2.0 / x**2) == pytest.approx(-6.0, rel=1e-9)
    assert slope_by_difference(stats.beta(3, 1), lambda x: 6.0 * x) == pytest.approx(6.0, abs=1e-6)
    assert -stats.beta(3, 1).expect(lambda x: 4.0 / x**2) == pytest.approx(-12.0, rel=1e-9)


@pytest.mark.parametrize(
    ("density", "form", "slope"),
    [
        (stats.halfnorm(), "forward", -1.0), (stats.halfnorm(), "inverse", -0.5 / math.sqrt(math.pi)),
        (stats.halfcauchy(), "forward", -0.5), (stats.maxwell(), "forward", -3.0), (stats.gamma(3), "forward", -1.0),
        (stats.gamma(3, loc=2), "forward", -1.0), (stats.beta(3, 3), "forward", -40.0),
        (stats.beta(2, 2), "inverse", -12.0),
        (stats.gamma(2), "inverse", -0.25), (stats.loggamma(2), "inverse", -0.375),
        (stats.invgamma(3), "forward", -72.0),
        (eafo.from_pdf(lambda x: 6.0 * x * (1.0 - x), (0.0, 1.0)), "inverse", -12.0),
    ],
    ids=lambda c: c if isinstance(c, str) else str(c),
)  # fmt: skip
def test_what_vanishes_is_accepted_and_its_slope_is_minus_the_fisher_information(density, form, slope):
    """Forward -integral p'^2/p, inverse -integral p'^2, in closed form."""
    found = eafo.correction("identity", density, form=form)
    assert abs(found.slope - slope) <= found.error + 1e-13 * abs(slope)
    assert found.error < 1e-11


def test_kinks_of_a_density_that_nobody_declared():
    """trapezoid's are known; those of a function are found where its series shrink."""

    def tent(x):
        return np.where(x < 0.3, x / 0.3, (1.0 - x) / 0.7) * 2.0

    with pytest.raises(eafo.BoundaryConditionError, match=r"jumps at x = 0\.2"):
        eafo.correction("identity", stats.trapezoid(0.2, 0.8), form="inverse")
    with pytest.raises(eafo.BoundaryConditionError, match=r"jumps at x = 0\.3"):
        eafo.correction("identity", eafo.from_pdf(tent, (0.0, 1.0)), form="inverse")


def test_messages_say_what_the_term_does():
    for density, words in (
        (stats.bradford(2), r"x = 0 \(it tends to 3\.64\)"),  # p s = (2/ln 3)(-2)
        (stats.beta(3, 1), r"x = 1 \(it tends to 6\)"),
        (stats.semicircular(), "grows without bound"),
    ):
        with pytest.raises(eafo.BoundaryConditionError, match=words):
            eafo.correction("identity", density)


def test_the_forward_form_takes_no_inverse():
    with pytest.raises(ValueError, match="inverse is for form='inverse'"):
        eafo.correction("softplus", "normal", form="forward", inverse=lambda v: v)


def test_a_density_that_vanishes_faster_than_any_power_at_an_end():
    """genextreme(-1/5) at -5: exp(-(1 + x/5)^-5). Its slope by another rule, of central differences to 1e-9."""
    law = stats.genextreme(-0.2)
    found = eafo.correction("identity", law, form="inverse")
    edges, h = [-3.0, -1.0, 0.0, 1.0, 3.0, 10.0, 100.0], 1e-5
    square = lambda x: ((law.pdf(x + h) - law.pdf(x - h)) / (2.0 * h)) ** 2  # noqa: E731
    expected = -sum(integrate.quad(square, a, b, epsabs=1e-13)[0] for a, b in pairwise(edges))
    assert found.slope == pytest.approx(expected, rel=1e-8)
