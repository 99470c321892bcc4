"""Certified results for SymPy expressions, and what is refused."""

import warnings
from decimal import Decimal

import pytest

import fastsig
from fastsig import Activation, certified

pytest.importorskip("flint")
pytest.importorskip("sympy")

COMPONENTS = ("m1", "g1", "g2", "m2", "eta", "g1_mean")


def moments(phi, sigma, mean, digits=25):
    return fastsig.moments(phi, sigma, mean=mean, which=COMPONENTS, precision="certified", digits=digits)


@pytest.mark.parametrize(
    ("formula", "name"),
    [
        ("x*tanh(exp(x))", "telu"),
        ("x/(1 + exp(-x))", "swish"),
        ("exp(x)/(1 + exp(x))", "sigmoid"),
        ("x*Phi(x)", "gelu"),
        ("x*tanh(log(1 + exp(x)))", "mish"),
        ("Max(0, x)", "relu"),
        ("Min(6, Max(0, x + 3))*x/6", "hardswish"),
        ("Piecewise((x, x > 0), (exp(x) - 1, True))", "elu"),
        ("x/(1 + Abs(x))", "softsign"),
        ("atan(x)", "arctan"),
    ],
)
def test_formulas_agree_with_built_ins(formula, name):
    """Two definitions, two ways to bound the tails: the balls must meet."""
    phi = Activation.from_expression(formula)
    for sigma, mean in (("0.3", "-0.7"), (20, 1)):
        mine, other = moments(phi, sigma, mean), moments(name, sigma, mean)
        for component in COMPONENTS:
            one, two = mine[component], other[component]
            assert one.to_flint().overlaps(two.to_flint()), component
            assert one.radius <= abs(one.midpoint) * Decimal("1e-26")


@pytest.mark.parametrize(
    "formula",
    ["x**3", "sin(x)*x", "Max(0, x, 2*x - 1, Abs(x) - 4)", "asinh(x)/(1 + x**2)", "Max(0, x**2 - 2)/(1 + Abs(x))"],
)
def test_float64_agrees(formula):
    phi = Activation.from_expression(formula)
    found = fastsig.moments(phi, 1.5, mean=0.25, which=COMPONENTS)
    balls = moments(phi, 1.5, 0.25)
    for component in COMPONENTS:
        assert abs(float(balls[component]) - found[component]) <= found.error[component], component


def test_a_mean_that_is_0_by_cancellation():
    """E x phi phi' = 0 for x exp(-x^2/2) at sigma 1: 1/3 - 3/9 of a narrower Gaussian."""
    ball = moments(Activation.from_expression("x*exp(-x**2/2)"), 1, 0).eta
    assert ball.midpoint == 0
    assert ball.radius < Decimal("1e-50")


def test_parameters_of_formulas_are_exact():
    phi = Activation.from_expression("a*x", a="0.1")
    assert moments(phi, 1, 0).g1.contains("0.1")


def test_zeros_bounds_and_fixed_points_on_an_interval():
    phi = Activation.from_expression("x*sigmoid(x)")
    (zero,) = certified.zeros(phi, interval=(-20, 20), digits=25)
    assert zero.to_flint().overlaps(certified.zeros("swish", digits=25)[0].to_flint())
    assert certified.bounds(phi, 2, interval=(-20, 20), digits=20).sup.contains("0.5")
    (point,) = certified.fixed_points(phi, -3, "0.1", interval=(-5, 5), digits=20)
    assert point.x.to_flint().overlaps(certified.fixed_points("swish", -3, "0.1", digits=20)[0].x.to_flint())


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("asin(tanh(x))", "asin .* is not available in ball arithmetic"),
        ("Abs(sin(x))", "meet where .*sin.* certified results need polynomials"),
        ("1/(2 + cos(x) + sin(x))", "cannot bound the growth"),
    ],
)
def test_what_cannot_be_proved_is_refused(formula, reason):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fastsig.KinkWarning)
        phi = Activation.from_expression(formula)
    with pytest.raises(ValueError, match=reason):
        moments(phi, 1, 0)


def test_far_out_needs_an_interval():
    phi = Activation.from_expression("x*sigmoid(x)")
    with pytest.raises(ValueError, match="give interval="):
        certified.zeros(phi)
    with pytest.raises(ValueError, match="not known to the proofs"):
        fastsig.total_variation(phi, precision="certified")


def test_functions_without_a_formula_are_refused():
    phi = Activation(lambda x: x * x / (1 + x * x), name="bell")
    with pytest.raises(ValueError, match=r"need a formula.*bell.*from_expression"):
        fastsig.moments(phi, 1.0, precision="certified")
