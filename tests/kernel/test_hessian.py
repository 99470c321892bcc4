"""The mixed Hessian against finite matrices, differences of the kernel, and its bounds."""

import numpy as np
import pytest

import fastsig
from fastsig.kernel import dual, hessian_bound, hessian_norm, slope_kernel_gap_bound


def by_gauss_hermite(phi, nx, ny, rho, d):
    """Norm of E phi'(w.x) phi'(w.y) w w^T by a product rule; w beyond the plane of x and y is independent."""
    z, weight = fastsig.gauss_hermite(120)
    u, w = z[:, None], z[None, :]
    slopes = phi.derivative(nx * u + 0 * w) * phi.derivative(ny * (rho * u + np.sqrt(1 - rho * rho) * w))
    mean = lambda f: weight @ (slopes * f) @ weight  # noqa: E731
    matrix = np.diag([0.0, 0.0] + [mean(1.0 + 0 * u * w)] * (d - 2))
    matrix[:2, :2] = [[mean(u * u + 0 * w), mean(u * w)], [mean(u * w), mean(w * w + 0 * u)]]
    return np.abs(np.linalg.eigvalsh(matrix)).max()


@pytest.mark.parametrize("name", ["gelu", "tanh", "mish"])
@pytest.mark.parametrize("rho", [-0.9, 0.0, 0.5, 0.99])
@pytest.mark.parametrize("d", [2, 3, 5])
def test_against_a_product_rule(name, rho, d):
    found = hessian_norm(name, 0.9, 0.4, rho, dimension=d)
    assert found.value == pytest.approx(by_gauss_hermite(fastsig.activation(name), 0.9, 0.4, rho, d), rel=1e-10)


def test_against_differences_of_the_kernel():
    """d^2 k/dx dy in three dimensions by central differences of the dual."""

    def k(x, y):
        qx, qy = x @ x, y @ y
        return dual("gelu", qx, qy, float(np.clip(x @ y / np.sqrt(qx * qy), -1, 1))).value

    x, y, h = np.array([0.6, 0.8, 0.0]), np.array([0.5, -0.1, 0.3]), 1e-3
    e = np.eye(3) * h
    matrix = [
        [(k(x + a, y + b) - k(x + a, y - b) - k(x - a, y + b) + k(x - a, y - b)) / (4 * h * h) for b in e] for a in e
    ]
    nx, ny = np.sqrt(x @ x), np.sqrt(y @ y)
    found = hessian_norm("gelu", nx, ny, x @ y / (nx * ny))
    assert np.linalg.norm(matrix, 2) == pytest.approx(found.value, rel=1e-5)


def test_dimensions():
    three = hessian_norm("tanh", 3.0, 3.0, 0.0)
    assert three.value == pytest.approx(0.06494, abs=5e-6)
    assert hessian_norm("tanh", 3.0, 3.0, 0.0, dimension=2).value == pytest.approx(0.00521, abs=5e-6)
    assert hessian_norm("tanh", 3.0, 3.0, 0.0, dimension=100).value == three.value
    # collinear: on a line E phi'^2 Z^2 alone, in more dimensions E phi'^2 too
    m = fastsig.moments("gelu", 2.0, which=("g2", "g2z2"))
    assert hessian_norm("gelu", 2.0, 2.0, 1.0, dimension=1).value == pytest.approx(m.g2z2, rel=1e-13)
    for d in (2, 3):
        assert hessian_norm("tanh", 2.0, 2.0, 1.0, dimension=d).value == pytest.approx(
            fastsig.moments("tanh", 2.0).g2, rel=1e-13
        )
    with pytest.raises(ValueError, match="in dimension 1 rho must be 1 or -1"):
        hessian_norm("tanh", 1.0, 1.0, 0.5, dimension=1)


@pytest.mark.parametrize("name", ["gelu", "tanh", "relu", "mish", "identity"])
def test_cauchy_schwarz_holds(name):
    rng = np.random.default_rng(3)
    nx, ny = 10 ** rng.uniform(-2, 1, (2, 12))
    norm = hessian_norm(name, nx, ny, rng.uniform(-1, 1, 12))
    bound = hessian_bound(name, nx, ny)
    assert np.all(norm.value <= bound.value * (1 + 1e-13) + norm.error)
    equal = hessian_norm(name, nx, nx, 1.0)
    assert np.allclose(equal.value, hessian_bound(name, nx, nx).value, rtol=1e-12)  # and is attained


def test_the_stated_bound_fails_near_the_origin():
    for reading in ("mean_square", "root_mean_square"):
        found = hessian_bound("identity", [0.1, 0.6], [0.1, 0.6], kind="stated", reading=reading)
        assert found.value.round(12).tolist() == [0.04, 1.44]
        assert found.largest.round(12).tolist() == [1.0, 1.0]
        assert found.holds.tolist() == [False, True]
    assert not hessian_bound("gelu", 0.2, 0.2, kind="stated").holds
    assert hessian_bound("gelu", 2.0, 2.0, kind="stated").holds
    assert "no theorem" in hessian_bound("gelu", 2.0, 2.0, kind="stated").message


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "gelu", "mish", "tanh", "elu", "relu6"])
def test_slope_gap(name):
    rho = np.array([-1.0, -0.5, 0.0, 0.7, 0.999, 1.0])
    for q in (0.1, 1.0, 30.0):
        slope = fastsig.kernel.dual_derivative(name, q, q, rho)
        gap = slope.value[-1] - slope.value
        bound = slope_kernel_gap_bound(name, rho)
        assert np.all(gap <= bound.value + bound.error + 2 * slope.error)
        if "relu" in name and name != "relu6":
            assert np.allclose(gap, bound.value, rtol=0, atol=1e-14)  # one threshold, at 0: equality
        else:
            assert gap[2] < 0.999 * bound.value[2]
    assert np.isinf(slope_kernel_gap_bound("snake", 0.5).value)
    assert slope_kernel_gap_bound("snake", 1.0).value == 0.0


def test_the_bound_has_an_error():
    found = hessian_bound("relu", [1.0, 2.0], 0.5)  # E phi'^2 = E phi'^2 Z^2 = 1/2
    assert np.all(np.abs(found.value - 0.5) <= found.error)
    assert np.all(found.error <= 1e-14)
