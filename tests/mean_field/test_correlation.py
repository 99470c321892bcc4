"""The correlation map, its stable point, and depth scales."""

import math

import mpmath
import numpy as np
import pytest

import fastsig
from fastsig.mean_field import VarianceMap, phase_diagram


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


@pytest.mark.parametrize("name", ["tanh", "erf", "hardtanh", "softsign", "asinh"])
@pytest.mark.parametrize("excess", [1e-12, 1e-9, 1e-5, 1e-4, 1e-2, 0.5])
def test_zero_is_stable_without_biases_however_near_the_edge(name, excess):
    """q = sigma_w^2 m2 < sigma_w^2 q g2 = q chi (Poincare): so chi > 1 for every odd phi that is no line."""
    w = float((1.0 + excess) / fastsig.activation(name).derivative(0.0))
    v = VarianceMap(name, w, 0.0)
    if not v.limit().q > 0.0:
        pytest.fail("q* is to be positive")
    point = v.stable_correlation()
    assert (point.c, point.error) == (0.0, 0.0)
    assert 0.0 < point.slope <= 1.0
    grid = phase_diagram(name, [w, 2.0 * w], [0.0, 0.3])
    assert grid.c[0, 0] == grid.c[1, 0] == 0.0
    assert grid.c_slope[:, 0] == pytest.approx([point.slope, VarianceMap(name, 2 * w, 0.0).stable_correlation().slope])
    assert grid.c[1, 1] == pytest.approx(VarianceMap(name, 2 * w, 0.3).stable_correlation().c, abs=1e-7)


def test_lines_keep_correlations():
    point = VarianceMap("identity", 1.0, 0.0).stable_correlation()
    assert point.c - point.error <= 0.0  # every correlation stays
    assert math.isnan(phase_diagram("identity", [2.0], [0.0]).c[0, 0])


@pytest.mark.parametrize(("name", "w", "b"), [("tanh", 1.00001, 1e-9), ("tanh", 1.4674136, 0.388541670067128),
    ("tanh", 1.4674135916307953, 0.388541670067128), ("relu", 2**0.5, 0.0), ("relu", 1.41421356, 0.01),
    ("gelu", 1.44, 0.3), ("hardtanh", 1.2, 0.1), ("gaussian", 4.0, 0.2)])  # fmt: skip
def test_errors_of_the_stable_point_are_honest(name, w, b):
    """They are no larger than the bracket [0, 1], and hold what other roundings of sigma_w give."""
    point = VarianceMap(name, w, b).stable_correlation()
    assert 0.0 <= point.error <= 1.0
    assert 0.0 <= point.slope <= 1.0
    for other in (math.nextafter(w, 0.0), math.nextafter(w, 9.0)):
        near = VarianceMap(name, other, b).stable_correlation()
        assert abs(near.c - point.c) <= near.error + point.error + 1e-15 / (1.0 - point.slope + 1e-16)


def test_the_stable_point_of_erf_in_sixty_digits():
    """Williams' closed form, q* and c* by mpmath; chi - 1 from 1e-9 to 1."""
    for w, b in ((0.9, 1e-3), (0.9, 1e-5), (1.5, 0.2), (1.2, 0.37), (0.95, 0.05)):
        point = VarianceMap("erf", w, b).stable_correlation()
        with mpmath.workdps(60):
            w2, b2 = mpmath.mpf(w) ** 2, mpmath.mpf(b) ** 2

            def after(q, c, w2=w2, b2=b2):
                return w2 * 2 / mpmath.pi * mpmath.asin(2 * q * c / (1 + 2 * q)) + b2

            q = mpmath.findroot(lambda q: after(q, 1) - q, VarianceMap("erf", w, b).limit().q)
            excess = [after(q, c) / q - c for c in (point.c - 2 * point.error, point.c + 2 * point.error)]
            if point.c == 1.0:
                assert w2 * 4 / mpmath.pi / mpmath.sqrt((1 + 2 * q) ** 2 - 4 * q**2) <= 1 + 1e-13
            else:
                assert excess[0] >= 0 >= excess[1]
                assert point.error < 1e-3 * (1.0 - point.c)


@pytest.mark.parametrize("name", ["tanh", "erf", "elu", "hardtanh"])
def test_on_the_edge_of_chaos_correlations_never_settle(name):
    """chi = 1 to rounding: the slope is 1 within its error, so its depth scale is infinite, not some 1e9 layers."""
    edge = fastsig.mean_field.critical_init(name, 2.0)
    v = VarianceMap(name, edge.sigma_w, edge.sigma_b)
    point, scales = v.stable_correlation(), v.depth_scale()
    assert abs(point.slope - 1.0) <= point.slope_error < 1e-3
    assert point.error <= 1.0
    assert (scales.correlation, scales.correlation_error) == (math.inf, math.inf)
    assert scales.variance_error < 1e-9 * scales.variance


@pytest.mark.parametrize(("w", "b"), [(1.5, 0.2), (1.2, 0.37), (0.9, 1e-3), (3.0, 0.05), (0.7, 0.4)])
def test_errors_of_slopes_and_depth_scales_of_erf(w, b):
    """The arc-sine kernel in forty digits."""
    v = VarianceMap("erf", w, b)
    point, scales, limit = v.stable_correlation(), v.depth_scale(), v.limit()
    with mpmath.workdps(40):
        w2, b2 = mpmath.mpf(w) ** 2, mpmath.mpf(b) ** 2

        def after(q, c):
            return w2 * 2 / mpmath.pi * mpmath.asin(2 * q * c / (1 + 2 * q)) + b2

        q = mpmath.findroot(lambda q: after(q, 1) - q, limit.q)
        c = mpmath.mpf(1) if point.c == 1.0 else mpmath.findroot(lambda c: after(q, c) / q - c, point.c)
        slope = w2 * 4 / mpmath.pi / mpmath.sqrt((1 + 2 * q) ** 2 - (2 * q * c) ** 2)
        v_slope = mpmath.diff(lambda q: after(q, 1), q)
        assert abs(point.c - c) <= point.error + 1e-16
        assert abs(point.slope - slope) <= point.slope_error
        assert abs(limit.slope - v_slope) <= limit.slope_error
        assert abs(scales.correlation + 1 / mpmath.log(slope)) <= scales.correlation_error
        assert abs(scales.variance + 1 / mpmath.log(v_slope)) <= scales.variance_error
    assert scales.correlation_error < 1e-3 * scales.correlation
    assert scales.variance_error < 1e-10 * scales.variance


def test_errors_of_depth_scales_have_the_shape_of_the_map():
    scales = VarianceMap("tanh", [1.5, 1.2, 0.5], [[0.3], [0.0]]).depth_scale()
    assert scales.variance.shape == scales.correlation_error.shape == (2, 3)
    assert math.isnan(scales.correlation_error[1, 2])
    assert scales.correlation[0, 0] == VarianceMap("tanh", 1.5, 0.3).depth_scale().correlation
