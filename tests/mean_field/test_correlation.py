"""The correlation map, its stable point, and depth scales."""

import math

import numpy as np
import pytest

import fastsig
from fastsig.mean_field import VarianceMap


def test_correlation_map_of_relu_is_the_arc_cosine_kernel():
    """Cho and Saul: corr -> (sqrt(1 - c^2) + c (pi - arccos c))/pi."""
    v = VarianceMap("relu", math.sqrt(2.0), 0.0)
    c = np.array([-1.0, -0.3, 0.0, 0.5, 0.999, 1.0])
    exact = (np.sqrt(1 - c * c) + c * (np.pi - np.arccos(c))) / np.pi
    assert v.correlation_map(c) == pytest.approx(exact, abs=1e-13)


def test_correlation_map_of_erf():
    """Williams: E erf(x) erf(y) = (2/pi) arcsin(2 k/(1 + 2 q))."""
    v = VarianceMap("erf", 1.7, 0.2)
    q, c = 2.0, np.linspace(-1.0, 1.0, 9)
    mean = 2 / np.pi * np.arcsin(2 * q * c / (1 + 2 * q))
    assert v.correlation_map(c, q) == pytest.approx((1.7**2 * mean + 0.04) / v(q), abs=1e-13)


@pytest.mark.parametrize(("name", "w", "b"), [("tanh", 1.5, 0.3), ("tanh", 2.0, 0.05), ("gelu", 1.44, 0.3),
                                              ("relu", 1.2, 0.3), ("gaussian", 4.0, 0.2)])  # fmt: skip
def test_the_stable_point_is_fixed_and_orbits_go_there(name, w, b):
    v = VarianceMap(name, w, b)
    point = v.stable_correlation()
    assert v.correlation_map(point.c) == pytest.approx(point.c, abs=1e-12)
    assert 0.0 <= point.c <= 1.0
    assert 0.0 <= point.slope <= 1.0
    assert (point.c < 1.0) == (v.limit().chi > 1.0)
    c = np.array([-0.9, 0.0, 0.6])
    for _ in range(60):
        before, c = c, v.correlation_map(c)
    distance, earlier = np.abs(c - point.c), np.abs(before - point.c)
    assert (distance < 0.2).all()
    # near the point distances shrink by its slope
    close = (distance < 1e-3) & (distance > 1e-11)
    assert (distance[close] / earlier[close]) == pytest.approx(point.slope, abs=5e-3)


@pytest.mark.parametrize("name", ["tanh", "gelu", "relu", "softplus"])
def test_slope_at_one_is_q_chi_over_v(name):
    v = VarianceMap(name, 1.3, 0.4)
    for q in (0.3, 2.0):
        step = 1e-6 if name != "relu" else 1e-8  # relu: the next term is (1 - c)^(1/2)
        slope = (v.correlation_map(1.0, q) - v.correlation_map(1.0 - step, q)) / step
        assert slope == pytest.approx(v.correlation_slope(q), rel=3e-4)


def test_odd_maps_have_zero():
    point = VarianceMap("tanh", 1.5, 0.0).stable_correlation()
    assert point.c == 0.0
    q = VarianceMap("tanh", 1.5, 0.0).limit().q
    assert point.slope == pytest.approx(1.5**2 * fastsig.moments("tanh", math.sqrt(q)).g1 ** 2, rel=1e-12)


def test_where_there_is_no_correlation():
    for name, w, b in (("tanh", 0.5, 0.0), ("gelu", 3.0, 0.5)):
        v = VarianceMap(name, w, b)
        assert math.isnan(v.stable_correlation().c)
        assert math.isnan(v.correlation_map(0.5))
        assert math.isnan(v.depth_scale().correlation)


def test_depth_scales_are_rates():
    v = VarianceMap("tanh", 1.5, 0.3)
    scales = v.depth_scale()
    orbit = v.orbit(3.0, 12)
    q = v.limit().q
    assert (orbit[-1] - q) / (orbit[-2] - q) == pytest.approx(math.exp(-1 / scales.variance), rel=1e-4)
    assert math.exp(-1 / scales.correlation) == pytest.approx(v.stable_correlation().slope, rel=1e-14)
    assert VarianceMap("relu", math.sqrt(2.0), 0.0).depth_scale().variance == math.inf
    assert VarianceMap("tanh", 0.0, 1.0).depth_scale().variance == 0.0


def test_arrays():
    v = VarianceMap("tanh", [0.9, 1.5], 0.3)
    assert v.correlation_map([[0.1], [0.5], [1.0]]).shape == (3, 2)
    assert [point.c for point in v.stable_correlation()] == pytest.approx([1.0, 0.7667532972533], abs=1e-12)


@pytest.mark.parametrize("rho", [1.0000001, -2.0, math.nan])
def test_bad_correlations(rho):
    with pytest.raises(ValueError, match=r"rho must be a number in \[-1, 1\]"):
        VarianceMap("tanh", 1.0, 0.3).correlation_map(rho)
