"""The edge of chaos, critical initialisation, and that both can be missing."""

import math

import numpy as np
import pytest

import fastsig
from fastsig.mean_field import VarianceMap, critical_init, edge_of_chaos, stability_curve

ODD = ("tanh", "arctan", "asinh", "erf", "hardtanh", "softsign", "identity", "softshrink", "tanhshrink")


@pytest.mark.filterwarnings("ignore::fastsig.RepellingVarianceWarning")
@pytest.mark.parametrize("name", ["tanh", "swish", "gelu", "mish", "telu", "elu", "relu", "snake"])
def test_the_point_is_fixed_and_critical(name):
    for q in (0.3, 1.0, 7.0):
        point = critical_init(name, q)
        assert point.exists
        v = VarianceMap(name, point.sigma_w, point.sigma_b)
        assert v(q) == pytest.approx(q, rel=1e-14)
        assert v.chi(q) == pytest.approx(1.0, rel=1e-14)
        assert v.derivative(q) == pytest.approx(point.v_slope, rel=1e-13)


@pytest.mark.parametrize("name", ODD)
def test_odd_activations_have_one_for_every_q(name):
    q = np.geomspace(1e-3, 1e3, 61) if name not in ("asinh", "softsign") else np.array([0.01, 1.0, 100.0])
    assert edge_of_chaos(name, q).exists.all()


@pytest.mark.parametrize("name", ["sigmoid", "gelu", "softplus", "gaussian", "elu"])
def test_poincare_bounds_the_square_of_the_bias(name):
    for q in (0.1, 1.0, 10.0):
        m = fastsig.moments(name, math.sqrt(q))
        assert q - m.m2 / m.g2 >= -(m.m1**2) / m.g2 * (1 + 1e-13)


def test_sigmoid_has_none_below_a_threshold():
    threshold = 45.6242777973797
    below, above = edge_of_chaos("sigmoid", [threshold * (1 - 1e-13), threshold * (1 + 1e-13)]).exists
    # sigma_b^2 there is 1e-13 q/..., beside rounding of m2/g2: both may count as 0 to rounding
    assert above
    below, above = edge_of_chaos("sigmoid", [threshold * (1 - 1e-11), threshold * (1 + 1e-11)]).exists
    assert (below, above) == (False, True)
    point = critical_init("sigmoid")
    assert not point.exists
    assert all(math.isnan(x) for x in (point.sigma_w, point.sigma_b, point.v_slope))
    assert "there is one for q from 45.6243 on" in point.message
    assert "nor is there one" in critical_init("softplus").message


def test_relu_has_only_one_point():
    for q in (1e-6, 0.1, 1.0, 3.0, 1e6):
        point = critical_init("relu", q)
        assert point.sigma_w == pytest.approx(math.sqrt(2.0), rel=2e-16)
        assert point.sigma_b == 0.0
    constant = fastsig.Activation(lambda x: 0.0 * x + 2.0, name="two")
    assert "E phi'^2 is 0" in critical_init(constant).message


@pytest.mark.parametrize(
    ("name", "slope", "low", "high"), [("swish", 1.0993, 10, 30), ("gelu", 1.0672, 2, 5), ("mish", 1.0163, 1, 2)]
)
def test_critical_variance_that_repels(name, slope, low, high):
    with pytest.warns(fastsig.RepellingVarianceWarning, match="repels"):
        point = critical_init(name)
    assert round(point.v_slope, 4) == slope
    assert "repels" in point.message
    ends = edge_of_chaos(name, [low, high]).v_slope
    assert ends[0] > 1.0 > ends[1]
    curve = stability_curve(name, np.sqrt([1.0, low, high]))
    assert curve.attracts.tolist() == [False, False, True]
    assert curve.attainable.all()


@pytest.mark.parametrize("name", ["tanh", "telu"])
def test_critical_variance_that_attracts(name):
    edge = edge_of_chaos(name, np.geomspace(0.01, 30.0, 80))
    assert edge.exists.all()
    assert (edge.v_slope < 1.0).all()
    assert critical_init(name).message == "ok"


@pytest.mark.filterwarnings("ignore::fastsig.RepellingVarianceWarning")
def test_swish_leaves_its_critical_variance():
    point = critical_init("swish")
    v = VarianceMap("swish", point.sigma_w, point.sigma_b)
    assert v.limit(0.99).q == pytest.approx(0.269, abs=5e-4)
    assert v.limit(1.01).q == math.inf


def test_arrays_agree_with_single_points():
    q = np.array([[0.5, 1.0], [2.0, 60.0]])
    edge = edge_of_chaos("sigmoid", q)
    assert edge.exists.tolist() == [[False, False], [False, True]]
    assert edge.message == "no such point at 3 of 4 variances"
    one = edge_of_chaos("sigmoid", 60.0)
    assert one.sigma_w == pytest.approx(edge.sigma_w[1, 1], rel=1e-15)
    assert one.sigma_b == pytest.approx(edge.sigma_b[1, 1], rel=1e-12)
    assert edge_of_chaos("tanh", []).sigma_w.shape == (0,)


@pytest.mark.parametrize("q", [0.0, -1.0, math.nan, math.inf, 1e101])
def test_bad_variance(q):
    for function in (edge_of_chaos, critical_init):
        with pytest.raises(ValueError, match="q must be a number in"):
            function("tanh", q)
    with pytest.raises(ValueError, match="q must be a number in"):
        edge_of_chaos("tanh", [1.0, q])


def test_bad_types():
    with pytest.raises(TypeError, match="q must be a real number"):
        critical_init("tanh", None)
    with pytest.raises(TypeError, match="an activation must be"):
        edge_of_chaos(3, 1.0)


def test_stability_region():
    """Stable for sigma_w means that the fixed point sigma^2 of a map with this sigma_w has V' and chi below 1."""
    curve = stability_curve("tanh", [0.5, 1.0, 2.0])
    v = VarianceMap("tanh", 1.3, 0.0)
    q = curve.sigma**2
    assert curve.stable(1.3).tolist() == [bool(max(a, c) < 1) for a, c in zip(v.derivative(q), v.chi(q), strict=True)]
    assert stability_curve("relu").sigma.shape == (200,)
    with pytest.raises(ValueError, match="sigma must be"):
        stability_curve("tanh", [-1.0])


@pytest.mark.parametrize("q", [1e-3, 1e-6, 1e-8])
@pytest.mark.parametrize(("name", "cubic"), [("tanh", -1 / 3), ("asinh", -1 / 6), ("arctan", -1 / 3)])
def test_small_biases_of_small_variances(name, cubic, q):
    """phi = x + k x^3 + ...: sigma_b^2 = q - m2/g2 = 12 k^2 q^3 + O(q^4), far below rounding of q."""
    point = critical_init(name, q)
    assert point.sigma_b == pytest.approx(math.sqrt(12.0 * cubic**2 * q**3), rel=30.0 * q + 1e-9)
    assert 0.0 < point.error < 1e-7 * point.sigma_b
    assert edge_of_chaos(name, [q]).sigma_b[0] == point.sigma_b


def test_numbers_of_numpy_are_numbers():
    for q in (np.float32(0.5), np.float64(0.5), 0.5):
        point = edge_of_chaos("tanh", q)
        assert type(point.sigma_b) is float
        assert type(point.exists) is bool


def test_errors_are_those_of_sigma_b():
    for name in ("tanh", "gelu", "relu"):
        point = edge_of_chaos(name, 1.0)
        assert 0.0 < point.error < 1e-13
    phi = fastsig.Activation(lambda x: np.maximum(x, 0.0), kinks=(0.0,))  # sigma_b^2 = 0 +- 1e-15
    point = edge_of_chaos(phi, 1.0)
    assert point.sigma_b <= point.error < 1e-6
