"""Certified variation, curvature, zeros, bounds and fixed points."""

from decimal import Decimal
from fractions import Fraction

import pytest

import fastsig
from fastsig import certified
from tests.reference_values import activation, label, records

flint = pytest.importorskip("flint")

DIGITS = 30
# Known constants (mpmath, 30 digits): the variation of phi', the integral of phi''^2, the largest abs(phi'').
VARIATION = {
    "swish": "1.39935728051546766783273969728",
    "gelu": "1.51561658074061914536297776905",
    "mish": "1.40204856728238083527124305708",
    "telu": "1.38709068981526356955039561371",
    "crrelu": "1.03785041281187438631466243766",
    "tanh": "2",
    "sigmoid": "0.5",
    "relu": "1",
    "leaky_relu": "0.99",
}
CURVATURE = {
    "swish": "0.442995604456548429098161011110",
    "gelu": "0.775760677378164894553609245896",
    "mish": "0.570867426024370901151863203716",
    "telu": "0.786851814973977143155060015685",
    "tanh": Fraction(16, 15),
    "sigmoid": Fraction(1, 30),
}


def close(ball, text):
    """Whether a ball is within one unit in the 30th digit of a known constant."""
    value = Fraction(text)
    return abs(ball.to_fraction() - value) <= abs(value) * Fraction(1, 10**29) + Fraction(ball.radius)


@pytest.mark.parametrize("name", VARIATION)
def test_total_variation(name):
    found = fastsig.total_variation(name, precision="certified", digits=DIGITS)
    assert close(found.value, VARIATION[name])
    assert (found.error_kind, found.method, found.success) == ("bound", "certified", True)
    assert found.error >= float(found.value.radius)


@pytest.mark.parametrize("name", CURVATURE)
def test_curvature(name):
    assert close(fastsig.curvature(name, precision="certified", digits=DIGITS).value, CURVATURE[name])


def test_slopes():
    plus, minus = fastsig.slopes("leaky_relu", precision="certified", digits=40)
    assert plus == 1
    assert minus.contains("1/100")
    plus, minus = fastsig.slopes("selu", precision="certified", digits=30)
    assert str(plus) == "1.05070098735548049341933498529"
    assert all(slope.midpoint.is_nan() for slope in fastsig.slopes("snake", precision="certified"))


@pytest.mark.parametrize("record", records("shape"), ids=label)
def test_against_the_reference(record):
    """All shapes, parameters too; the maker of the file shares no code with this."""
    phi = activation(record)
    found = fastsig.certified.bounds(phi, 2, digits=25)
    sup = max(found.inf.midpoint.copy_abs(), found.sup.midpoint)
    pairs = [
        (fastsig.total_variation(phi, precision="certified", digits=25).value, record["tv"]),
        (fastsig.curvature(phi, precision="certified", digits=25).value, record["curvature"]),
    ]
    assert agree(sup, record["curvature_sup"])
    if record["activation"] != "snake":
        for order, key in ((1, "zeros_of_derivative"), (2, "zeros_of_second_derivative")):
            zeros = certified.zeros(phi, order, digits=25)
            assert len(zeros) == len(record[key])
            pairs += zip(zeros, record[key], strict=True)
    assert all(agree(ball.midpoint, text) for ball, text in pairs), pairs


def agree(value, text):
    wanted = Decimal(text)
    if wanted.is_infinite():
        return value == wanted
    return abs(value - wanted) <= abs(wanted) * Decimal("1e-25")


def test_zeros_in_an_interval():
    assert len(certified.zeros("gelu", 2, interval=(0, 3))) == 1
    assert certified.zeros("gelu", 2, interval=(-1, "1.4142135")) == ()
    assert [str(x) for x in certified.zeros("snake", 2, interval=(0, 2), digits=20)] == [
        "0.78539816339744830962"
    ]  # pi/4
    assert certified.zeros("relu", 1) == ()


def test_each_ball_has_one_zero():
    (zero,) = certified.zeros("mish", 1, digits=20)
    slope = fastsig.activation("mish").derivative
    assert slope(float(zero) - 1e-6) < 0 < slope(float(zero) + 1e-6)
    assert zero.contains(certified.zeros("mish", 1, digits=60)[0])


def test_infinitely_many_zeros_are_refused():
    with pytest.raises(ValueError, match="oscillates for ever; give interval="):
        certified.zeros("snake")


def test_bounds():
    low, high = certified.bounds("gelu", 1, digits=DIGITS)
    assert low.to_fraction() + high.to_fraction() == pytest.approx(1, abs=1e-28)  # gelu'(x) + gelu'(-x) = 1
    low, high = certified.bounds("tanh", 2, digits=DIGITS)
    with flint.ctx.workprec(200):
        assert high.to_flint().overlaps(4 / (3 * flint.arb(3).sqrt()))
    assert low.midpoint == high.midpoint.copy_negate()
    low, high = certified.bounds("softplus", 2, digits=DIGITS)
    assert (low, high.contains("0.25")) == (0, True)
    low, high = certified.bounds("relu", 1, interval=(-1, 1))
    assert (low, high) == (0, 1)
    low, high = certified.bounds("relu", 2)
    assert (float(low), float(high)) == (-float("inf"), float("inf"))
    assert certified.bounds("relu", 2, interval=(1, 2)).sup == 0
    low, high = certified.bounds("tanh", 1, interval=("-0.5", 2))
    assert high == 1
    assert float(low) == pytest.approx(fastsig.activation("tanh").derivative(2.0), rel=1e-15)


def points(name, a=1, b=0, **options):
    return certified.fixed_points(name, a, b, digits=20, **options)


def test_fixed_points():
    (only,) = points("arctan", "0.5")
    assert (only.x, only.multiplier.contains("0.5")) == (0, True)
    low, middle, high = points("tanh", 3)
    assert middle.x == 0
    assert middle.multiplier == 3
    assert low.x.midpoint == high.x.midpoint.copy_negate()
    assert 0 < high.multiplier < 1
    assert [float(p.x) for p in points("softsign", 2)] == [-0.5, 0.0, 0.5]  # 2x/(1 + 2 abs(x)) = x
    assert points("gelu", "1.5", 1) == ()
    assert len(points("snake", 2)) == 3


def test_fixed_points_solve_the_equation():
    for name in ("swish", "mish", "elu", "asinh", "hardswish", "crrelu"):
        phi = fastsig.activation(name)
        for a, b in ((-3.0, 0.25), (1.5, -0.25)):
            found = points(name, a, b)
            assert found, (name, a, b)
            for point in found:
                x = float(point.x)
                assert phi(a * x + b) == pytest.approx(x, abs=1e-14)
                assert float(point.multiplier) == pytest.approx(a * phi.derivative(a * x + b), abs=1e-13)


def test_kinks_have_two_multipliers():
    (zero,) = points("leaky_relu", 2)
    assert (zero.multiplier_left.contains("0.02"), zero.multiplier_right.contains(2)) == (True, True)
    assert zero.multiplier == zero.multiplier_right


def test_tangent_and_endless_fixed_points():
    (zero,) = points("tanh")  # tanh(x) - x has a triple zero
    assert (zero.x, zero.multiplier) == (0, 1)
    for name in ("relu", "elu", "hardswish"):
        with pytest.raises(ValueError, match="fill an interval"):
            points(name)
    with pytest.raises(ValueError, match="infinitely many"):
        points("snake")
    with pytest.raises(ValueError, match="a must not be 0"):
        points("tanh", 0)


@pytest.mark.parametrize("interval", [(1, 1), (2, 1), (1,), ("x", 2)])
def test_bad_intervals(interval):
    with pytest.raises(ValueError, match=r"interval|low"):
        certified.zeros("gelu", interval=interval)


def test_bad_orders():
    with pytest.raises(ValueError, match="order must be from 1 to 2"):
        certified.zeros("gelu", 3)
