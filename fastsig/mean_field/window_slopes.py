"""R of `correlation_table` for any activation: mean squares of slopes over windows.

With X = m + d and Y = m - d, m and d independent with variances q (1 + c)/2 and q (1 - c)/2,

    m2 - K = E(phi(X) - phi(Y))^2/2,   so R/q = E[t^2 ((phi(m + d) - phi(m - d))/(2 d))^2],   d = sqrt(q) sin(theta/2) t

Nothing cancels, and nothing varies faster than phi does: for each d the integrand in m has its bends where m + d
or m - d is at one of phi's, so panels are laid between those. Bends of the integral over m, as a function of
d, are where two of these meet.
"""

from itertools import combinations

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.shape import shape
from fastsig.arrays import FloatArray
from fastsig.rules.gauss_legendre import gauss_legendre

NODES = 7  # of a panel
REACH = 7.5  # of a standard normal variable: beyond, t^2 exp(-t^2/2) has a mass of 1e-11
NORMAL = np.array([0.0, 0.8, 1.7, 2.8, 4.5, REACH])
LINE = np.linspace(0.05, 0.95, 7)  # places between breaks where a constant slope is looked for
LINE_ACCURACY = 1e-13
FEW_BREAKS = 8  # of more, pairs are not looked at
BENDS = np.array([0.3, 0.8, 1.8, 4.0, 8.0, 16.0, 32.0, 64.0])  # where a smooth phi bends, in its own unit


def window_slopes(phi: Activation, unit: float, q: float, angles: FloatArray) -> FloatArray:
    """Return R/q at one variance and several angles; `unit` is the scale on which phi bends."""
    breaks = np.array(shape(phi).breaks)
    bends = unit * BENDS * (not _of_lines(phi, unit, breaks))
    bends = bends[bends > 0.0]
    return np.array([_one(phi, bends, breaks, np.sqrt(q), angle) for angle in angles.tolist()])


def _of_lines(phi: Activation, unit: float, breaks: FloatArray) -> bool:
    """Whether phi is a line between breaks, as hardtanh: it bends nowhere else."""
    if not breaks.size:
        return False
    reach = 100.0 * unit * BENDS[-1]
    edges = np.sort(np.concatenate([[breaks.min() - reach], breaks, [breaks.max() + reach]]))
    slopes = phi.batch(1, (edges[:-1, None] + np.diff(edges)[:, None] * LINE).ravel()).reshape(-1, LINE.size)
    beside = phi.batch(1, np.concatenate([breaks - 0.1 * unit, breaks + 0.1 * unit]))
    known = np.abs(beside[:, None] - slopes.mean(axis=1)).min(axis=1)
    size = LINE_ACCURACY * float(np.abs(slopes).max())
    return bool(np.ptp(slopes, axis=1).max() <= size and known.max() <= size)


def _one(phi: Activation, bends: FloatArray, breaks: FloatArray, sigma: float, angle: float) -> float:
    wide, narrow = sigma * np.cos(angle / 2), sigma * np.sin(angle / 2)
    pairs = [abs(x - y) / 2 for x, y in combinations(breaks.tolist(), 2)] if breaks.size <= FEW_BREAKS else []
    turns = np.concatenate([bends, pairs]) / narrow
    t, t_weights = _panels(np.unique(np.concatenate([NORMAL, turns[turns < REACH]])))
    d = narrow * t[:, None]
    places = np.concatenate([-bends, [0.0], bends, breaks])
    places = places[np.abs(places) < REACH * (wide + narrow)]
    normal = wide * np.concatenate([-NORMAL[:0:-1], NORMAL])
    edges = np.concatenate([np.broadcast_to(normal, (t.size, normal.size)), places + d, places - d], axis=1)
    m, m_weights = _panels(np.sort(np.clip(edges, -wide * REACH, wide * REACH), axis=1))
    high, low = (phi.batch(0, (m + s * d).ravel()).reshape(m.shape) for s in (1.0, -1.0))
    slopes = (high - low) / (2.0 * d)
    inner = (m_weights * np.exp(-0.5 * (m / wide) ** 2) * slopes * slopes).sum(axis=1) / (np.sqrt(2 * np.pi) * wide)
    return float(2.0 / np.sqrt(2 * np.pi) * (t_weights * t * t * np.exp(-0.5 * t * t) * inner).sum())


def _panels(edges: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of Gauss-Legendre between ascending edges, along the last axis."""
    nodes, weights = gauss_legendre(NODES)
    half = np.diff(edges)[..., None] / 2
    middle = (edges[..., 1:] + edges[..., :-1])[..., None] / 2
    flat = (*edges.shape[:-1], -1)
    return (middle + half * nodes).reshape(flat), (half * weights).reshape(flat)
