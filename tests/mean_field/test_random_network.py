"""A real random network follows the predicted variances and correlations within sampling error.

The covariance of a layer's preactivations given the layer before it, p = sW^2/N sum phi(h) phi(h)^T + sb^2, follows
p -> M(p) up to the noise of N independent neurons: linearised, its covariance S goes to J S J^T + sW^4
Cov(phi phi^T)/N. So deviations have a known size at every depth, and z-scores are asked to be those of a
normal variable.
"""

import numpy as np
import pytest

import fastsig
from fastsig.mean_field import VarianceMap

Z, WEIGHTS = fastsig.gauss_hermite(60)
Z1, Z2 = (axis.ravel() for axis in np.meshgrid(Z, Z))
PRODUCT = np.outer(WEIGHTS, WEIGHTS).ravel()


def products(phi, p):
    """phi(x)^2, phi(x) phi(y), phi(y)^2 on a product rule for covariance (q1, k, q2): independent of the library."""
    q1, k, q2 = p
    x = np.sqrt(q1) * Z1
    y = k / np.sqrt(q1) * Z1 + np.sqrt(max(q2 - k * k / q1, 0.0)) * Z2
    f, g = phi(x), phi(y)
    return np.stack([f * f, f * g, g * g])


def predicted(phi, w, b, p, depth, width):
    """Covariances of all layers, and the standard deviations of what a network of this width has."""
    means, deviations, spread = [p], [np.zeros(3)], np.zeros((3, 3))
    for _ in range(depth):

        def step(at):
            return w * w * products(phi, at) @ PRODUCT + b * b

        rows = products(phi, p)
        centred = rows - (rows @ PRODUCT)[:, None]
        noise = w**4 * (centred * PRODUCT) @ centred.T / width
        h = 1e-5 * np.eye(3)
        jacobian = np.stack([(step(p + e) - step(p - e)) / 2e-5 for e in h], axis=1)
        spread = jacobian @ spread @ jacobian.T + noise
        p = step(p)
        means.append(p)
        deviations.append(np.sqrt(np.diag(spread)))
    return np.array(means), np.array(deviations)


def network(phi, w, b, p, depth, width, rng):
    """The same of a network with real weight matrices."""
    x = rng.standard_normal((2, width))
    factor = np.linalg.cholesky([[p[0], p[1]], [p[1], p[2]]])
    h = factor @ x
    found = [p]
    for _ in range(depth):
        a = phi(h)
        found.append(w * w / width * np.array([a[0] @ a[0], a[0] @ a[1], a[1] @ a[1]]) + b * b)
        weights = rng.standard_normal((width, width), dtype=np.float32)
        h = (w / np.sqrt(width) * (weights @ a.T.astype(np.float32)) + b * rng.standard_normal((width, 1))).T
    return np.array(found)


@pytest.mark.parametrize(
    ("name", "w", "b", "width", "depth"),
    [("tanh", 1.5, 0.3, 2048, 50), ("tanh", 0.9, 0.3, 512, 30), ("gelu", 1.3, 0.4, 512, 30)],
)
def test_variances_and_correlations(name, w, b, width, depth):
    phi = fastsig.activation(name)
    q, c = 1.5, 0.2
    start = np.array([q, c * q, q])
    means, deviations = predicted(phi, w, b, start, depth, width)
    # The prediction of the library is that of the product rule, of which 60 nodes give 6 digits for tanh.
    v = VarianceMap(name, w, b)
    orbit = v.orbit(q, depth)
    assert means[:, 0] == pytest.approx(orbit, rel=1e-5)
    rho = c
    for layer in range(1, 6):
        rho = v.correlation_map(rho, orbit[layer - 1])
        assert means[layer, 1] / means[layer, 0] == pytest.approx(rho, rel=1e-5)
    found = network(phi, w, b, start, depth, width, np.random.default_rng(20261122))
    z = (found - means)[1:] / deviations[1:]
    # 3 depth correlated scores: 5 standard deviations and a root mean square of 2.5 are beyond chance.
    assert np.abs(z).max() < 5.0
    assert np.sqrt((z * z).mean()) < 2.5
    # and the noise is there: a wrong width, or no network at all, would not pass
    assert np.sqrt((z * z).mean()) > 0.1
    limit = v.limit()
    assert means[-1, 0] == pytest.approx(limit.q, rel=2e-3)
    assert abs(found[-1, 0] - limit.q) < 5.0 * deviations[-1, 0] + 2e-3 * limit.q
