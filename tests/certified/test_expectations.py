"""Certified Gaussian functionals against values that were made in other ways."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest

import fastsig
from fastsig.certified.built_ins import built_in
from fastsig.certified.moments import NAMES, functional
from tests.reference_values import activation, label, records, where

flint = pytest.importorskip("flint")

# One unit in the 40th digit is what the files promise.
REFERENCE = Decimal("6e-40")
COMPONENTS = ("m1", "g1", "g2", "m2", "eta", "g2z2")


def sample(name, count, seed):
    """Records of every activation in a file, chosen by a seed."""
    return random.Random(seed).sample(records(name), count)


def exactly(text):
    return Decimal(text)


@pytest.mark.parametrize(("name", "count"), [("moments", 50), ("parameters", 40), ("means", 60)])
def test_balls_hold_the_reference_values(name, count):
    """The makers of the files share no code with fastsig/certified."""
    for record in sample(name, count, 20261122):
        phi = activation(record)
        for component in COMPONENTS:
            if record.get(component, "0") == "0":  # below what the file writes, or 0
                continue
            sigma, mean = (Fraction(float(record[key])) for key in ("sigma", "mean"))
            ball = functional(phi, component, sigma, mean, 30)
            value = exactly(record[component])
            slack = ball.radius + abs(value) * REFERENCE
            assert abs(ball.midpoint - value) <= slack, f"{label(record)} {component} {where(record)}"
            assert ball.radius <= abs(ball.midpoint) * Decimal("1e-31"), f"{label(record)} {component} {where(record)}"


def test_every_built_in_has_a_definition():
    for name in fastsig.activation_names():
        phi = fastsig.activation(name)
        found = built_in(name, phi.parameter)
        assert found.name == name
        for point in (-7.25, -1.5, -0.3, 0.4, 2.0, 6.5):
            jet = found.jet(flint.arb(point), 3, found.piece_at_exact(Fraction(point)))
            for order, value in enumerate((phi(point), phi.derivative(point), phi.second_derivative(point))):
                assert float(jet[order]) == pytest.approx(value, rel=1e-14, abs=1e-15), (name, point, order)


def test_growth_bounds_hold():
    """abs(phi), abs(phi') and abs(phi'') against the bounds that the tails rest on."""
    for name in fastsig.activation_names():
        found = built_in(name, fastsig.activation(name).parameter)
        for k in range(-120, 121):
            x = flint.arb(k) / 8
            jet = found.jet(x, 3, found.piece_at_exact(Fraction(k, 8)))
            for order, growth in enumerate(found.growth):
                factor = growth.factor() if callable(growth.factor) else flint.arb(flint.fmpq(*_ratio(growth.factor)))
                assert abs(jet[order]) <= factor * (1 + abs(x)) ** growth.power + flint.arb(10) ** -12, (name, k, order)


def _ratio(number):
    return Fraction(number).as_integer_ratio()


def test_closed_forms_at_100_digits():
    with flint.ctx.workprec(500):
        pi, s = flint.arb.pi(), flint.arb(3)
        q = s * s
        d = 1 + 2 * q
        turn = (q / d.sqrt()).atan()
        wanted = {
            ("relu", "m1"): s / (2 * pi).sqrt(),
            ("relu", "m2"): q / 2,
            ("gelu", "m1"): q / (2 * pi * (1 + q)).sqrt(),
            ("gelu", "m2"): q / 4 + (turn + 2 * q / ((1 + q) * d.sqrt())) * q / (2 * pi),
            ("gelu", "g2"): flint.arb(1) / 4 + (turn + q * (3 + 5 * q) / ((1 + q) * d * d.sqrt())) / (2 * pi),
            ("gaussian", "m1"): 1 / d.sqrt(),
            ("erf", "m2"): 2 / pi * (2 * q / d).asin(),
            ("identity", "m4"): 3 * q * q,
            ("snake", "m1"): (1 - (-2 * q).exp()) / 2,
            ("swish", "g1"): flint.arb(1) / 2,
            ("sigmoid", "m1"): flint.arb(1) / 2,
        }
        for (name, component), value in wanted.items():
            ball = functional(fastsig.activation(name), component, Fraction(3), Fraction(0), 100)
            assert ball.radius <= abs(ball.midpoint) * Decimal("1e-101")
            assert ball.to_flint().overlaps(value), (name, component)


def test_symmetry_gives_exact_zeros():
    for name, component in (("tanh", "m1"), ("gaussian", "g1"), ("asinh", "m3"), ("lisht", "eta_mean")):
        ball = functional(fastsig.activation(name), component, Fraction(2), Fraction(0), 50)
        assert ball == 0, name


def test_a_zero_without_symmetry_is_a_ball_about_0():
    """E swish(x) = 0 at mean -sigma^2/2: exp(-x/2) times an odd function is integrated."""
    ball = functional(fastsig.activation("swish"), "m1", Fraction(1), Fraction(-1, 2), 30)
    assert ball.midpoint == 0
    assert 0 < ball.radius < Decimal("1e-60")
    assert str(ball) == "0"


@pytest.mark.parametrize(
    ("name", "sigma", "mean"),
    [("swish", "0.001", "-50"), ("gelu", "0.01", "-20"), ("relu", "0.001", "-50"), ("softplus", "1000", "-1e4")],
)
def test_digits_are_relative_however_small_the_value(name, sigma, mean):
    point = Fraction(sigma), Fraction(mean)
    coarse, fine = (functional(fastsig.activation(name), "m1", *point, digits) for digits in (20, 45))
    assert coarse.contains(fine)
    assert fine.radius.adjusted() < fine.midpoint.adjusted() - 45  # beyond the exponents of Decimal's arithmetic


def test_doubled_precision_lies_inside():
    chooser = random.Random(5)
    for name in chooser.sample(fastsig.activation_names(), 8):
        sigma, mean = Fraction(chooser.uniform(0.1, 5)), Fraction(chooser.uniform(-2, 2))
        for component in ("g2", "eta"):
            phi = fastsig.activation(name)
            coarse = functional(phi, component, sigma, mean, 20)
            assert coarse.contains(functional(phi, component, sigma, mean, 40)), (name, component)


@pytest.mark.parametrize("component", NAMES)
def test_float64_agrees_within_its_error(component):
    chooser = random.Random(f"certified {component}")
    for name in chooser.sample(fastsig.activation_names(), 4):
        sigma, mean = chooser.uniform(0.2, 3), chooser.choice([0.0, chooser.uniform(-2, 2)])
        found = fastsig.moments(name, sigma, mean=mean, which=component)
        ball = fastsig.moments(name, sigma, mean=mean, which=component, precision="certified", digits=25)[component]
        if not ball.is_finite():
            assert found[component] == float(ball)
            continue
        assert (
            abs(Decimal(found[component]) - ball.midpoint)
            <= Decimal(found.error[component]) * Decimal("1.01") + ball.radius
        ), (name, sigma, mean)


def test_point_mass():
    for name in ("relu", "hardtanh", "hardswish", "softshrink", "gelu", "crrelu"):
        for mean in (-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0):
            found = fastsig.moments(name, 0.0, mean=mean)
            balls = fastsig.moments(name, 0.0, mean=mean, precision="certified", digits=20)
            for component in found.values:
                assert float(balls[component]) == pytest.approx(found[component], rel=1e-15, abs=0), (name, mean)


def test_parameters_are_exact():
    """The default slope of leaky_relu is 1/100, not the double 0.01."""
    decimal = functional(fastsig.activation("leaky_relu"), "g1", Fraction(1), Fraction(0), 40)
    double = functional(fastsig.activation("leaky_relu", slope=0.01), "g1", Fraction(1), Fraction(0), 40)
    assert decimal.contains("0.505")
    assert not double.contains("0.505")
    assert double.contains((1 + Fraction(0.01)) / 2)


def test_scaled_activations():
    phi = fastsig.activation("gelu").scaled(a=-2.0, b=0.25, c=3.0, d=-1.0)
    found = fastsig.moments(phi, 0.75, mean=0.5)
    balls = fastsig.moments(phi, 0.75, mean=0.5, precision="certified", digits=30)
    for component in found.values:
        assert abs(float(balls[component]) - found[component]) <= found.error[component]


def test_digits_that_are_not_reached_are_an_error(monkeypatch):
    from fastsig.certified import expectation

    monkeypatch.setattr(expectation, "ATTEMPTS", 1)
    with pytest.raises(fastsig.DigitsNotReachedError, match=r"gelu at sigma 0.01, mean -20: reached .* not 20 digits"):
        functional(fastsig.activation("gelu"), "m1", Fraction("0.01"), Fraction(-20), 20)


def test_log_slope_of_flat_and_oscillating_ones():
    assert float(functional(fastsig.activation("relu"), "log_slope", Fraction(1), Fraction(0), 20)) == -float("inf")
    assert functional(fastsig.activation("identity"), "log_slope", Fraction(1), Fraction(0), 20) == 0
    wide = functional(fastsig.activation("snake"), "log_slope", Fraction(50), Fraction(0), 30)
    with flint.ctx.workprec(150):
        assert wide.to_flint().overlaps(-flint.arb(2).log())  # the mean over whole periods
