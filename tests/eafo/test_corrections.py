"""The correction: first-order decrease, both forms, and the boundary conditions without which its formula is wrong."""

import math

import numpy as np
import pytest
from scipy import stats

import fastsig
from fastsig import eafo

TWO = eafo.mixture([0.5, 0.5], [eafo.normal(-1.5), eafo.normal(1.5, 0.8)])
CASES = [
    ("relu", "normal", "inverse"), ("softplus", "normal", "inverse"), ("tanh", "normal", "inverse"),
    ("relu", "normal", "forward"), ("identity", stats.logistic(), "forward"), ("identity", TWO, "forward"),
]  # fmt: skip


@pytest.mark.parametrize(("phi", "density", "form"), CASES, ids=lambda c: c if isinstance(c, str) else "law")
def test_the_entropy_falls_as_the_slope_says_by_step_halving(phi, density, form):
    found = eafo.correction(phi, density, form=form)
    start = eafo.output_entropy(phi, density).entropy
    steps = 0.04 * 0.5 ** np.arange(4)
    rates = np.array(
        [(eafo.output_entropy(eafo.step(phi, density, e, form=form), density).entropy - start) / e for e in steps]
    )
    # The remainder falls like e^2, so that of the rate like e: each halving halves it (to 3 %, the next order).
    remainders = rates - found.slope
    np.testing.assert_allclose(remainders[:-1] / remainders[1:], 2.0, rtol=0.03)
    for order in (1, 2, 3):  # Richardson: what is left is of order e^4
        rates = (2.0**order * rates[1:] - rates[:-1]) / (2.0**order - 1.0)
    assert abs(rates[0] - found.slope) < 1e-6 * max(1.0, abs(found.slope))
    assert found.slope < 0.0


def test_the_identity_of_normal_data_in_closed_form():
    """h = v p(v), slope -int h^2 = -1/(4 sqrt pi); psi = -v, slope -1."""
    inverse, forward = (eafo.correction("identity", "normal", form=form) for form in ("inverse", "forward"))
    v = np.linspace(-4.0, 4.0, 33)
    np.testing.assert_allclose(inverse(v), v * stats.norm.pdf(v), rtol=1e-14, atol=1e-17)
    np.testing.assert_allclose(forward(v), -v, rtol=1e-14)
    assert inverse.slope == pytest.approx(-0.25 / math.sqrt(math.pi), rel=1e-12)
    assert forward.slope == pytest.approx(-1.0, rel=1e-12)


@pytest.mark.parametrize("phi", ["softplus", "tanh", "sigmoid", "relu", "asinh"])
def test_the_forms_are_equal_up_to_the_weight(phi):
    """Under y + e h phi changes by -e phi' h = e p phi' psi; and both slopes are -E[s psi]."""
    forward, inverse = (eafo.correction(phi, "normal", form=form) for form in ("forward", "inverse"))
    x = np.linspace(-3.0, 3.0, 30)
    slope = fastsig.activation(phi).derivative(x)
    np.testing.assert_allclose(inverse.direction(x), stats.norm.pdf(x) * slope * forward(x), rtol=1e-12, atol=1e-16)
    change = fastsig.Activation(lambda t: inverse.direction(t), kinks=fastsig.activation(phi).kinks)
    assert eafo.entropy_slope(phi, "normal", change).value == pytest.approx(inverse.slope, rel=1e-9)


def test_the_inverse_is_found_or_taken_as_given():
    found = eafo.correction("softplus", "normal", form="inverse")
    given = eafo.correction("softplus", "normal", form="inverse", inverse=lambda v: v + np.log(-np.expm1(-v)))
    v = np.array([0.05, 0.5, 1.0, 2.5])
    np.testing.assert_allclose(found(v), given(v), rtol=1e-12)
    np.testing.assert_allclose(found(v), found.at_input(v + np.log(-np.expm1(-v))), rtol=1e-12)
    wrong = eafo.correction("softplus", "normal", form="inverse", inverse=lambda v: v)
    with pytest.raises(ValueError, match="inverse is not that of softplus"):
        wrong(v)


def test_the_interior_formula_has_the_wrong_sign_for_exponential_data():
    """Exp(1), identity: h = exp(-v), -int h^2 = -1/2, but y + e h changes H by +1/2 e. So it is refused."""
    with pytest.raises(eafo.BoundaryConditionError, match=r"p\(y\) h .* does not vanish at x = 0"):
        eafo.correction("identity", stats.expon(), form="inverse")
    # phi - e h: the inverse form's change of phi, to first order. E[psi'] with psi = -exp(-x) is +1/2.
    change = fastsig.Activation(lambda x: -np.exp(-np.abs(x)), kinks=(0.0,))
    assert eafo.entropy_slope("identity", stats.expon(), change).value == pytest.approx(0.5, abs=1e-12)
    e = 1e-3
    moved = fastsig.Activation(lambda x: x - e * np.exp(-np.abs(x)), kinks=(0.0,))
    assert (eafo.output_entropy(moved, stats.expon()).entropy - 1.0) / e == pytest.approx(0.5, abs=2e-3)


@pytest.mark.parametrize(
    ("phi", "density", "form", "words"),
    [
        ("identity", stats.expon(), "forward", "boundary term q psi"),
        ("relu", stats.laplace(), "inverse", "boundary term"),
        ("tanh", stats.uniform(-1, 3), "inverse", "boundary term"),
        ("elu", "normal", "forward", "x = 0"),
        ("hardtanh", "normal", "inverse", "x = -1"),
        ("identity", stats.truncnorm(-1, 2), "inverse", "boundary term"),
        ("identity", stats.laplace(), "inverse", "jumps at x = 0"),
        ("gelu", "normal", "inverse", "turns back at x = -0.751792"),
        (fastsig.Activation(lambda x: 0.0 * x), "normal", "forward", "constant"),
    ],
)
def test_where_the_conditions_fail_it_is_refused(phi, density, form, words):
    with pytest.raises(eafo.BoundaryConditionError, match=words.replace("(", r"\(")) as caught:
        eafo.correction(phi, density, form=form)
    assert isinstance(caught.value, ValueError)


def test_where_there_is_nothing_to_gain_the_slope_is_nil():
    """Uniform outputs: the score is 0. sigmoid of logistic data is its own WAFBC."""
    for form in ("forward", "inverse"):
        found = eafo.correction("sigmoid", stats.logistic(), form=form)
        assert -1e-20 < found.slope <= 0.0


def test_samples_in_forward_form():
    x = np.random.default_rng(0).normal(size=200_000)
    found = eafo.correction("tanh", x)
    exact = eafo.correction("tanh", "normal")
    at = np.array([-0.8, -0.2, 0.5, 1.0])
    # Silverman's bandwidth for 2e5 samples: a bias of some h^2 p'''/p, noise of sqrt(1/(n h^3)).
    np.testing.assert_allclose(found(at), exact(at), atol=0.1)
    assert eafo.correction("gelu", x).slope < 0.0  # turns back: only samples go there
    halved = eafo.correction("relu", x)
    assert halved(-1.0) == 0.0
    assert halved(0.0) == pytest.approx(0.0, abs=1e-12)  # mirrored at the atom
    assert halved.slope == pytest.approx(-0.5, abs=0.03)
    wider = eafo.correction("tanh", x, bandwidth=0.2)
    assert abs(wider(0.5)) < abs(found(0.5))  # smoother
    with pytest.raises(ValueError, match="bandwidth is for samples"):
        eafo.correction("tanh", "normal", bandwidth=0.2)
    lower = eafo.step("tanh", x[:5000], 0.005)
    assert eafo.output_entropy(lower, x).entropy < eafo.output_entropy("tanh", x).entropy


def test_bad_steps():
    with pytest.raises(ValueError, match="too long a step"):
        eafo.step("relu", "normal", -3.0, form="inverse")
    with pytest.raises(ValueError, match="eps must be finite"):
        eafo.step("relu", "normal", math.nan)
    with pytest.raises(ValueError, match="no activation"):
        eafo.step("tanh", "normal", 0.1)  # the score of its output grows like exp(2 x) x
    with pytest.raises(ValueError, match="form must be"):
        eafo.correction("relu", "normal", form="backward")
    with pytest.raises(TypeError, match="inverse must be a function"):
        eafo.correction("relu", "normal", form="inverse", inverse=3)
    with pytest.raises(ValueError, match="turns back"):
        eafo.entropy_slope("gelu", "normal", "identity")


@pytest.mark.parametrize(("eps", "limit"), [(2.0, 1.0), (-1.0, 0.5)])
def test_too_long_a_step_says_how_long_one_may_be(eps, limit):
    """Gamma data of shape 2: h = -p' = (x - 1) exp(-x), h' = (2 - x) exp(-x) in [-exp(-3), 2]; shape 3 likewise."""
    if eps < 0.0:
        with pytest.raises(ValueError, match=r"take abs\(eps\) below 0\.5$"):
            eafo.step("identity", stats.gamma(2), eps, form="inverse")
        return
    longest = float(eafo.step("identity", stats.gamma(2), eps, form="inverse")(1.0))  # t + e h(t) = 1: t = 1
    assert longest == pytest.approx(limit, abs=1e-12)


def test_a_step_moves_an_end_of_the_data_along():
    """h(0) = -1 for gamma data of shape 2: 0 goes to -e, and what is below it goes along, so that nothing tears."""
    e = 0.1
    stepped = eafo.step("identity", stats.gamma(2), e, form="inverse")
    assert stepped(-e) == pytest.approx(0.0, abs=1e-8)
    assert stepped(-1.0) == pytest.approx(-1.0 + e, abs=1e-8)
    t = np.array([0.01, 0.5, 2.0, 6.0])
    np.testing.assert_allclose(stepped(t + e * (t - 1.0) * np.exp(-t)), t, rtol=1e-12)


def test_samples_too_close_together_for_squares():
    with pytest.raises(eafo.BoundaryConditionError, match="scale the samples"):
        eafo.correction("tanh", 1e-300 * np.random.default_rng(0).normal(size=1000))
