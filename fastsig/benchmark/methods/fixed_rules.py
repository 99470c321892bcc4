"""Nodes and weights that a careful NumPy user prepares: Gauss-Hermite, and panels of Gauss-Legendre."""

from dataclasses import dataclass

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.benchmark.formulas import Function

# Fixed in x, where the activations bend; finer near 0.
EDGES = np.array([0.0, 0.05, 0.2, 0.6, 1.5, 3.0, 6.0, 12.0, 24.0, 48.0, 120.0, 400.0, 1500.0, 9500.0])
REACH = 9.5  # in sigma: beyond it the Gaussian is below 2^-66
BOTH_SIDES = np.array([0.0, 0.2, 0.6, 1.5, 3.0, 6.0, 12.0, 24.0, 48.0, 120.0, 400.0, 1500.0, 9500.0])
BOTH_SIDES = np.concatenate([-BOTH_SIDES[:0:-1], BOTH_SIDES])
NARROW = 0.3  # the sigma below which the panels are scaled into the Gaussian's own range


@dataclass(frozen=True)
class Rule:
    """Nodes and weights for integrals over x at each sigma, both of shape (sigma, n)."""

    x: FloatArray
    weights: FloatArray

    def apply(self, phi: Function, slope: Function) -> FloatArray:
        """Return m1, g1, g2, m2, shape (4, sigma)."""
        f, d = phi(self.x), slope(self.x)
        return np.stack([(self.weights * v).sum(-1) for v in (f, d, d * d, f * f)])


def gauss_hermite(sigma: FloatArray, nodes: int) -> Rule:
    """Return the fixed Gauss-Hermite rule in z."""
    z, w = np.polynomial.hermite_e.hermegauss(nodes)
    return Rule(sigma[:, None] * z, np.broadcast_to(w / w.sum(), (sigma.size, nodes)))


def panels(sigma: FloatArray, nodes: int = 24) -> Rule:
    """Return Gauss-Legendre on panels fixed in x and clipped at 9.5 sigma, on either side of 0."""
    t, w = np.polynomial.legendre.leggauss(nodes)
    reach = REACH * sigma[:, None]
    edges = np.where(sigma[:, None] < NARROW, reach * np.linspace(0.0, 1.0, EDGES.size), np.minimum(EDGES, reach))
    half = 0.5 * np.diff(edges)
    x = (edges[:, :-1] + half)[..., None] + half[..., None] * t
    z = x / sigma[:, None, None]
    weights = half[..., None] * w * np.exp(-0.5 * z * z) / (np.sqrt(2 * np.pi) * sigma[:, None, None])
    x, weights = x.reshape(sigma.size, -1), weights.reshape(sigma.size, -1)
    return Rule(np.concatenate([-x, x], axis=1), np.concatenate([weights, weights], axis=1))


def panels_at_means(sigma: FloatArray, mean: FloatArray, nodes: int = 24) -> Rule:
    """Return the same at any mean: panels on both sides of 0, clipped at 9.5 sigma around the mean."""
    t, w = np.polynomial.legendre.leggauss(nodes)
    left, right = (mean - REACH * sigma)[:, None], (mean + REACH * sigma)[:, None]
    # Narrow Gaussians get the panels scaled into their own range, on either side of a kink at 0.
    grid, kink = np.linspace(0.0, 1.0, BOTH_SIDES.size // 2 + 1), np.clip(0.0, left, right)
    own = np.concatenate([left + (kink - left) * grid, (kink + (right - kink) * grid)[:, 1:]], axis=1)
    edges = np.where(sigma[:, None] < 1.0, own, np.clip(BOTH_SIDES, left, right))
    half = 0.5 * np.diff(edges)
    x = (edges[:, :-1] + half)[..., None] + half[..., None] * t
    z = (x - mean[:, None, None]) / sigma[:, None, None]
    weights = half[..., None] * w * np.exp(-0.5 * z * z) / (np.sqrt(2 * np.pi) * sigma[:, None, None])
    return Rule(x.reshape(sigma.size, -1), weights.reshape(sigma.size, -1))
