"""Families on their way to a limit: Gaussian components converge, TV and curvature need not."""

import math

import numpy as np
import pytest

import fastsig


def relu_distance(member, sigma=1.0):
    """sqrt(E (phi - relu)^2) by SciPy."""
    from scipy.integrate import quad

    def square(x):
        return (member(x) - max(x, 0.0)) ** 2 * math.exp(-0.5 * (x / sigma) ** 2) / (sigma * math.sqrt(2.0 * math.pi))

    return math.sqrt(
        sum(quad(square, *ends, epsabs=1e-15, limit=200)[0] for ends in ((-10 * sigma, 0), (0, 10 * sigma)))
    )


@pytest.mark.parametrize(
    ("family", "values"),
    [("softplus", (1, 2, 4, 8, 16, 32)), ("swish", (1, 3, 10, 30, 100)), ("leaky_relu", (0.3, 0.1, 0.01, 0.001, 0.0))],
)
def test_known_families(family, values):
    way = fastsig.closure(family, values)
    assert way.values == tuple(map(float, values))
    assert all(after < before for before, after in zip(way.distance, way.distance[1:], strict=False))
    assert all(after < before for before, after in zip(way.slope_distance, way.slope_distance[1:], strict=False))
    assert way.tv_bounded is True
    parameter = {"softplus": "beta", "swish": "beta", "leaky_relu": "slope"}[family]
    for value, distance, error in zip(values[:3], way.distance, way.distance_error, strict=False):
        expected = relu_distance(fastsig.activation(family, **{parameter: value}))
        assert abs(distance - expected) <= error + 1e-12  # that of quad
        assert error < 1e-13


def test_leaky_relu_in_closed_form():
    """E (phi - relu)^2 = a^2 sigma^2/2, E (phi' - relu')^2 = a^2/2."""
    way = fastsig.closure("leaky_relu", (0.3, 0.01), sigma=2.0)
    assert way.distance == pytest.approx([0.3 * math.sqrt(2.0), 0.01 * math.sqrt(2.0)], rel=1e-14)
    assert way.slope_distance == pytest.approx([0.3 / math.sqrt(2.0), 0.01 / math.sqrt(2.0)], rel=1e-14)


def test_total_variation_is_lower_semicontinuous_only():
    way = fastsig.closure("swish", (1, 10, 100))
    assert way.tv == pytest.approx([1.39935728051546766783] * 3, rel=1e-14)
    assert way.limit_tv == 1.0
    assert "lower semicontinuous" in way.message
    assert way.curvature[-1] > 10.0
    assert way.limit_curvature == math.inf


def test_end_slopes_need_not_converge():
    """phi_n' = (1 + tanh(x - n))/2 -> 0 with TV 1 and alpha_plus 1 for every n."""
    softplus = fastsig.activation("softplus", beta=2)
    zero = fastsig.Activation(lambda x: 0.0 * x, name="zero")
    way = fastsig.closure(lambda n: softplus.scaled(b=-n), (1, 2, 4, 8), limit=zero)
    assert way.tv == pytest.approx([1.0] * 4, rel=1e-14)
    assert way.alpha_plus == (1.0,) * 4
    assert (way.limit_alpha_plus, way.limit_tv) == (0.0, 0.0)
    assert way.distance[-1] < 1e-5
    assert way.slope_distance[-1] < 1e-4


def test_tanh_leaves_the_class():
    tanh = fastsig.activation("tanh")
    way = fastsig.closure(lambda beta: tanh.scaled(a=beta), (1, 2, 4, 8, 16), limit=np.sign)
    assert way.tv == pytest.approx([2.0 * beta for beta in way.values], rel=1e-14)
    assert way.tv_bounded is False
    assert "leaves the class" in way.message
    assert way.slope_distance is None
    assert all(after < 0.8 * before for before, after in zip(way.distance, way.distance[1:], strict=False))


def test_few_values_do_not_tell():
    tanh = fastsig.activation("tanh")
    assert fastsig.closure(lambda beta: tanh.scaled(a=beta), (1,), limit=np.sign).tv_bounded is None
    assert fastsig.closure(lambda beta: tanh.scaled(a=beta), (1, 1.5), limit=np.sign).tv_bounded is None


def test_point_mass():
    way = fastsig.closure("softplus", (1.0,), sigma=0.0, mean=0.5)
    assert way.distance == pytest.approx([math.log1p(math.exp(0.5)) - 0.5], rel=1e-14)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "match"),
    [
        (("gelu", (1, 2)), {}, ValueError, "has no parameter"),
        (("elu", (1, 2)), {}, ValueError, "give limit="),
        (("softplus", ()), {}, ValueError, "must not be empty"),
        (("softplus", (0,)), {}, ValueError, "beta of softplus"),
        ((3.0, (1,)), {"limit": "relu"}, TypeError, "family must be"),
        (("softplus", (1,)), {"limit": 3.0}, TypeError, "limit must be"),
        (("softplus", (1,)), {"sigma": -1.0}, ValueError, "sigma"),
    ],
)
def test_refusals(arguments, options, error, match):
    with pytest.raises(error, match=match):
        fastsig.closure(*arguments, **options)
