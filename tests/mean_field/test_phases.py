"""Phase diagrams against single maps."""

import math

import mpmath
import numpy as np
import pytest

import fastsig
from fastsig.mean_field import VarianceMap, phase_diagram
from fastsig.mean_field.phases import PHASES
from fastsig.mean_field.window_slopes import window_slopes


@pytest.mark.parametrize(
    "name", ["tanh", "relu", "gelu", "swish", "telu", "sigmoid", "gaussian", "hardtanh", "elu", "snake", "leaky_relu"]
)
def test_agrees_with_single_maps(name):
    w = np.array([0.0, 0.3, 0.9, 1.0, 1.2, math.sqrt(2.0), 1.5, 2.2, 4.0])
    b = np.array([0.0, 1e-3, 0.1, 0.4, 1.3])
    found = phase_diagram(name, w, b)
    for i in range(w.size):
        for j in range(b.size):
            point = VarianceMap(name, w[i], b[j]).limit()
            if math.isinf(point.q):
                assert found.q[i, j] == math.inf
                assert found.phase[i, j] == "diverging"
                continue
            # both are off by rounding of V over 1 - V'
            assert abs(found.q[i, j] - point.q) <= 20 * point.error + 1e-14 * point.q, (w[i], b[j])
            assert found.v_slope[i, j] == pytest.approx(point.slope, abs=1e-12 + 20 * point.error)
            assert found.chi[i, j] == pytest.approx(point.chi, abs=1e-12 + 20 * point.error)
            assert found.fixed_points(i, j) == VarianceMap(name, w[i], b[j]).fixed_points()


@pytest.mark.parametrize("name", ["tanh", "gelu", "gaussian", "erf"])
def test_correlations_agree_with_single_maps(name):
    w, b = np.array([0.8, 1.45, 2.0, 3.5]), np.array([0.0, 0.02, 0.3])
    found = phase_diagram(name, w, b)
    for i in range(w.size):
        for j in range(b.size):
            point = VarianceMap(name, w[i], b[j]).stable_correlation()
            assert found.c[i, j] == pytest.approx(point.c, abs=1e-9, nan_ok=True)
            assert found.c_slope[i, j] == pytest.approx(point.slope, abs=1e-8, nan_ok=True)


def test_correlations_of_an_activation_with_two_kinks():
    """The polynomials in the angle converge slowest there: 1e-7 is what the documentation says."""
    found = phase_diagram("hardtanh", [1.6], [0.05, 0.3])
    for j, b in enumerate((0.05, 0.3)):
        point = VarianceMap("hardtanh", 1.6, b).stable_correlation()
        assert found.c[0, j] == pytest.approx(point.c, abs=1e-7)
        assert found.c_slope[0, j] == pytest.approx(point.slope, abs=1e-5)


def triangle():
    return fastsig.Activation(lambda x: np.maximum(0.0, 1.0 - np.abs(x - 2.0)), kinks=(1.0, 2.0, 3.0), name="triangle")


@pytest.mark.parametrize(
    ("name", "w", "b", "accuracy", "of_slope"),
    [
        ("tanh", 238.0, 0.0013, 1e-10, 1e-8),
        ("tanh", 20.0, 0.5, 1e-10, 1e-8),
        ("erf", 80.0, 0.5, 1e-10, 1e-8),
        ("gaussian", 288.0, 0.0, 1e-10, 1e-8),
        ("hardtanh", 78.9, 6e-4, 1e-7, 1e-5),
        ("hardtanh", 20.0, 1.0, 1e-7, 1e-5),
        ("relu6", 50.0, 0.5, 1e-7, 1e-5),
        ("softsign", 30.0, 0.1, 1e-7, 1e-5),
        ("triangle", 39.0, 0.0, 1e-7, 1e-5),
    ],
)
def test_correlations_where_phi_is_narrow_against_its_input(name, w, b, accuracy, of_slope):
    """Over many octaves of the angle; the accuracy is that of docs/mean_field.md, and errors cover."""
    phi = triangle() if name == "triangle" else fastsig.activation(name)
    point = VarianceMap(phi, w, b).stable_correlation()
    found = phase_diagram(phi, [w], [b])
    c, slope = (float(values[0, 0]) for values in (found.c, found.c_slope))
    c_error, slope_error = (float(values[0, 0]) for values in (found.c_error, found.c_slope_error))
    assert abs(c - point.c) <= accuracy / (1.0 - point.slope)
    assert abs(slope - point.slope) <= of_slope
    assert abs(c - point.c) <= c_error + point.error
    assert abs(slope - point.slope) <= slope_error + point.slope_error
    assert c_error <= 10 * accuracy / (1.0 - point.slope)
    assert slope_error <= 10 * of_slope
    assert slope >= 0.0


def test_correlations_of_erf_by_the_arc_sine_kernel():
    """Williams' closed form: c* and its slope solved in thirty digits, for chi - 1 from 1e-7 to 1e4; errors cover."""
    w, b = np.array([0.95, 1.2, 3.0, 60.0, 1e4]), np.array([1e-4, 0.03, 0.4])
    found = phase_diagram("erf", w, b)
    seen = 0
    for i, j in np.ndindex(found.q.shape):
        with mpmath.workdps(30):
            w2, b2 = mpmath.mpf(float(w[i])) ** 2, mpmath.mpf(float(b[j])) ** 2

            def after(q, c, w2=w2, b2=b2):
                return w2 * 2 / mpmath.pi * mpmath.asin(2 * q * c / (1 + 2 * q)) + b2

            q = mpmath.findroot(lambda q: after(q, 1) - q, mpmath.mpf(float(found.q[i, j])))
            chi = w2 * 4 / mpmath.pi / mpmath.sqrt(1 + 4 * q)
            c = mpmath.mpf(1)
            if chi > 1:
                low, high = mpmath.mpf(0), 1 - (chi - 1) / (100 * chi**3)
                for _ in range(90):
                    c = (low + high) / 2
                    low, high = (c, high) if after(q, c) / q > c else (low, c)
            slope = w2 * 4 / mpmath.pi / mpmath.sqrt((1 + 2 * q) ** 2 - (2 * q * c) ** 2)
        assert abs(found.c[i, j] - c) <= found.c_error[i, j], (w[i], b[j])
        assert abs(found.c_slope[i, j] - slope) <= found.c_slope_error[i, j], (w[i], b[j])
        assert found.c_error[i, j] * (1 - slope) < 1e-9
        seen += c < 1
    assert seen >= 10


def test_errors_of_correlations_are_not_nan_where_correlations_are_not():
    found = phase_diagram("gelu", [0.5, 1.44, 1.6, 3.0], [0.0, 0.05, 0.5])
    for value, error in ((found.c, found.c_error), (found.c_slope, found.c_slope_error)):
        assert (np.isnan(value) == np.isnan(error)).all()
        assert (error[~np.isnan(error)] >= 0.0).all()


@pytest.mark.parametrize("name", ["hardtanh", "elu", "tanh", "softsign", "user"])
def test_mean_squares_of_window_slopes_are_the_kernel(name):
    """m2 - K = (1 - c) R: another way to the dual, to what its panels aim at, 1e-9."""
    clip = fastsig.Activation(lambda x: np.clip(x, -1, 2) + 0.3 * np.maximum(x - 4, 0), kinks=(-1.0, 2.0, 4.0))
    phi = clip if name == "user" else fastsig.activation(name)
    angles = np.array([0.2, 0.7, 1.5])
    for q in (0.1, 1.5, 30.0):
        ratio = window_slopes(phi, 1.0, q, angles)
        kernel = fastsig.kernel.dual(phi, q, q, np.cos(angles)).value
        direct = (fastsig.moments(phi, np.sqrt(q)).m2 - kernel) / (q * (1 - np.cos(angles)))
        assert ratio == pytest.approx(direct, abs=1e-9)
        assert window_slopes(phi, 1.0, q, np.array([1e-6]))[0] == pytest.approx(
            fastsig.moments(phi, np.sqrt(q)).g2, abs=1e-5
        )


def test_short_repr():
    found = phase_diagram("tanh", [0.0, 2.0], [0.0, 0.3, 1.0])
    assert repr(found) == "PhaseDiagram('tanh', sigma_w 0 to 2, sigma_b 0 to 1, shape (2, 3))"


def test_phases_by_name():
    found = phase_diagram("tanh", [0.0, 0.9, 1.5], [0.0, 0.3])
    assert found.phase.tolist() == [["vanishing", "ordered"], ["vanishing", "ordered"], ["chaotic", "chaotic"]]
    assert set(found.phase.ravel()) <= set(PHASES)
    assert phase_diagram("relu", [math.sqrt(2.0)], [0.0, 0.1]).phase.tolist() == [["critical", "diverging"]]
    assert phase_diagram("relu", [1.0, 2.0], [0.5]).phase.tolist() == [["ordered"], ["diverging"]]


def test_edge_of_chaos_separates_order_from_chaos():
    edge = fastsig.mean_field.edge_of_chaos("tanh", np.geomspace(0.05, 5.0, 12))
    for w, b in zip(edge.sigma_w, edge.sigma_b, strict=True):
        found = phase_diagram("tanh", [w * (1 - 1e-6), w * (1 + 1e-6)], [b])
        assert found.phase.ravel().tolist() == ["ordered", "chaotic"]


def test_whole_grid_has_no_holes():
    """Random points of a large diagram, where brackets are the hardest: near turns of D and close to divergence."""
    rng = np.random.default_rng(3)
    w, b = np.sort(rng.uniform(0.0, 5.0, 128)), np.sort(rng.uniform(0.0, 2.0, 128))
    for name in ("gelu", "tanh"):
        found = phase_diagram(name, w, b)
        finite = np.isfinite(found.q)
        residual = (w * w)[:, None] * fastsig.moments(name, np.sqrt(np.where(finite, found.q, 1.0))).m2 + b * b
        assert np.abs(residual - found.q)[finite].max() < 1e-13 * max(1.0, found.q[finite].max())


def test_users_activation_with_kinks():
    phi = fastsig.Activation(lambda x: np.clip(x, -1.0, 2.0), kinks=(-1.0, 2.0), name="clipped")
    found = phase_diagram(phi, [0.5, 2.0], [0.0, 0.5])
    for i, w in enumerate((0.5, 2.0)):
        for j, b in enumerate((0.0, 0.5)):
            assert found.q[i, j] == pytest.approx(VarianceMap(phi, w, b).limit().q, rel=1e-11)


def test_shapes_and_bad_input():
    assert phase_diagram("tanh", [1.0], [0.1, 0.2, 0.3]).q.shape == (1, 3)
    assert phase_diagram("tanh", [], [0.1]).q.shape == (0, 1)
    with pytest.raises(ValueError, match="sigma_w must be one-dimensional"):
        phase_diagram("tanh", 1.0, [0.1])
    with pytest.raises(ValueError, match="sigma_b must be one-dimensional"):
        phase_diagram("tanh", [1.0], [[0.1]])
    with pytest.raises(ValueError, match="sigma_b must be a number in"):
        phase_diagram("tanh", [1.0], [-0.1])
    with pytest.raises(TypeError, match="sigma_w must be"):
        phase_diagram("tanh", [None], [0.1])
