"""TV, curvature, end slopes, kinks, zeros of phi'': certified values, closed forms, laws."""

import math

import numpy as np
import pytest

import fastsig
from fastsig.activations.shape import shape
from tests.reference_values import Record, activation, exact, label, records

SHAPES = pytest.mark.parametrize("record", records("shape"), ids=label)
PROMISE = 1e-15
TENFOLD = 10


def slope_size(record: Record) -> float:
    """The largest value of abs(phi') that a variation is made of."""
    return 1.0 + abs(float(record.get("slope", 0.0))) + abs(float(record.get("eps", 0.0)))


@SHAPES
def test_total_variation(record: Record) -> None:
    got = fastsig.total_variation(activation(record))
    assert (got.error_kind, got.success, got.status) == ("bound", True, 0)
    if record["tv"] == "inf":
        assert (got.value, got.error, got.method) == (math.inf, 0.0, "exact")
        return
    off = abs(exact(record["tv"]) - exact(repr(got.value)))
    # The slope of leaky_relu is an exact double; where TV = abs(1 - slope) cancels, one rounding of 1.
    assert off <= PROMISE * abs(exact(record["tv"]))
    assert off <= got.error <= TENFOLD * PROMISE * max(abs(float(record["tv"])), slope_size(record))


@SHAPES
@pytest.mark.parametrize("name", ["curvature", "curvature_sup"])
def test_curvature(record: Record, name: str) -> None:
    result = fastsig.signature(activation(record))
    got, bound = getattr(result, name), result.error[name]
    if name == "curvature":
        estimate = fastsig.curvature(activation(record))
        assert (estimate.value, estimate.error) == (got, bound)
        assert estimate.success
    if record[name] == "inf":
        assert got == math.inf
        assert bound == 0.0
        assert result.methods[name] == ("kink" if record["kinks"] else "exact")
        return
    off = abs(exact(record[name]) - exact(repr(got)))
    assert off <= PROMISE * exact(record[name])
    assert off <= bound <= TENFOLD * PROMISE * float(record[name])


@SHAPES
def test_slopes_and_kinks_are_exact(record: Record) -> None:
    phi = activation(record)
    if record["alpha_plus"] == record["alpha_minus"] == "none":
        assert_no_limits(phi)
        return
    plus, minus = (float(exact(record[f"alpha_{side}"])) for side in ("plus", "minus"))
    found = fastsig.slopes(phi)
    assert (found.alpha_plus, found.alpha_minus) == (plus, minus)
    assert found.error == 0.0
    assert found.value == (plus, minus)
    assert tuple(found) == (plus, minus)
    assert phi.slopes == (plus, minus)
    assert phi.kinks == tuple(float(kink) for kink in record["kinks"])
    result = fastsig.signature(phi, [0.5, 2.0])
    assert np.all(result.alpha_plus == plus)
    assert np.all(result.alpha_minus == minus)
    assert np.all(result.error.alpha_plus == 0.0)


def assert_no_limits(phi: fastsig.Activation) -> None:
    """Slopes that do not exist are NaN, surely; everything that is told of phi says so, and nothing has failed."""
    message = "phi' has no limit at +inf: it oscillates; phi' has no limit at -inf: it oscillates"
    for some in (phi, phi.scaled(-2.0, 0.5, 3.0, 1.0)):
        for pair in (some.slopes, fastsig.slopes(some).value, tuple(fastsig.slopes(some))):
            assert [math.isnan(slope) for slope in pair] == [True, True]
        assert fastsig.slopes(some).error == 0.0
        assert some.kinks == ()
        both = fastsig.signature(some), fastsig.affine_law(phi, 1.0, -2.0, 0.5, 3.0, 1.0)
        for result in both:
            assert math.isnan(result.alpha_plus)
            assert math.isnan(result.alpha_minus)
            assert result.error.alpha_plus == result.error.tv == result.error.curvature == 0.0
            assert (result.tv, result.curvature) == (math.inf, math.inf)
            assert (result.success, result.message) == (True, message)
            assert message in repr(result)
        for estimate in (fastsig.total_variation(some), fastsig.curvature(some)):
            assert (estimate.value, estimate.method, estimate.message) == (math.inf, "exact", message)
    for one, other in ((1.0, 2.0), ([1.0, 2.0], [1.0, 3.0])):
        assert fastsig.signature(phi, one) == fastsig.signature(phi, one)
        assert fastsig.signature(phi, one) != fastsig.signature(phi, other)
    several = fastsig.signature(["relu", phi], [1.0, 2.0])
    assert (several.success, several.message) == (True, message)
    assert np.isnan(several.alpha_plus).tolist() == [[False, False], [True, True]]
    assert "nan at 2 of 4 points" in repr(several)


@SHAPES
def test_zeros_of_the_second_derivative(record: Record) -> None:
    """Each within 4 ulp of the exact zero: it is where computed values, good to 4 ulp, change sign."""
    found = shape(activation(record)).inflections
    expected = [float(exact(zero)) for zero in record["zeros_of_second_derivative"]]
    assert len(found) == len(expected)
    for got, zero in zip(found, expected, strict=True):
        assert abs(got - zero) <= (4 * math.ulp(zero) if zero else 1e-300)


@pytest.mark.parametrize("slope", ["-10", "-1", "0", "0.01", "0.5", "0.99", "0.999999999", "1", "1.5", "10"])
def test_leaky_relu_has_one_jump(slope: str) -> None:
    phi = fastsig.activation("leaky_relu", slope=slope)
    result = fastsig.signature(phi)
    s = float(slope)
    assert result.tv == abs(1.0 - s)  # one subtraction
    assert result.curvature == result.curvature_sup == (0.0 if s == 1.0 else math.inf)
    assert phi.kinks == (() if s == 1.0 else (0.0,))
    # Rounded once from its two slopes, so its bound should be of their size at most.
    assert 0.0 <= result.error.tv <= TENFOLD * PROMISE * max(1.0, abs(s))


@pytest.mark.parametrize(
    ("name", "tv", "curvature", "curvature_sup"),
    [
        ("tanh", 2.0, 16 / 15, 4 / (3 * math.sqrt(3))),
        ("sigmoid", 0.5, 1 / 30, 1 / (6 * math.sqrt(3))),
        ("gelu", 1.51561658074061914536, 0.775760677378164894554, math.sqrt(2 / math.pi)),
        ("swish", 1.39935728051546766784, 0.442995604456548429098, 0.5),
        ("mish", 1.40204856728238083527, 0.570867426024370901151, 0.644204637236972429518),
        ("telu", 1.38709068981526356955, 0.786851814973977143155, 0.902162341700721305864),
        ("relu", 1.0, math.inf, math.inf),
        ("crrelu", 1.03785041281187438631, math.inf, math.inf),
    ],
)
def test_numbers_of_the_theory(name: str, tv: float, curvature: float, curvature_sup: float) -> None:
    result = fastsig.signature(name)
    # 1e-15 promised, and a rounding of the literal or of its formula.
    assert result.tv == pytest.approx(tv, rel=1.5e-15, abs=0)
    assert result.curvature == pytest.approx(curvature, rel=1.5e-15, abs=0)
    assert result.curvature_sup == pytest.approx(curvature_sup, rel=1.5e-15, abs=0)


def test_variation_of_crrelu_is_linear_in_eps() -> None:
    """eps > 0: 1 + eps (4 exp(-3/2) 2 + ...): the bump's part is a fixed multiple of eps; below 0 it may cancel."""
    eps = np.array([0.01, 0.1, 1.0, 5.0, 10.0])
    tv = np.array([fastsig.total_variation(fastsig.activation("crrelu", eps=e)).value for e in eps])
    # phi' = [x > 0] + eps (1 - x^2) e^(-x^2/2): extremes -2 e^(-3/2) at +-sqrt 3, 1 at 0 and a jump of 1.
    bump = 8 * math.exp(-1.5) + 2
    np.testing.assert_allclose(tv, 1 + eps * bump, rtol=2e-15)


def test_shape_of_tiny_and_large_beta() -> None:
    for beta in ("1e-100", "1e-10", "1e-3", "3", "50"):
        got = fastsig.signature(fastsig.activation("swish", beta=beta))
        assert got.tv == pytest.approx(1.39935728051546766784, rel=2e-15, abs=0)
        assert got.curvature == pytest.approx(0.442995604456548429098 * float(beta), rel=2e-15, abs=0)
        assert got.curvature_sup == pytest.approx(0.5 * float(beta), rel=2e-15, abs=0)


def test_estimate_is_a_number_with_an_error() -> None:
    estimate = fastsig.total_variation("gelu")
    assert isinstance(estimate, fastsig.Estimate)
    assert float(estimate) == estimate.value
    assert estimate.message == "ok"
    with pytest.raises(AttributeError):
        estimate.value = 1.0
