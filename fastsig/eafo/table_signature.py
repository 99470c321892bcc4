"""The signature of a table, fast enough for every step of an optimisation."""

from typing import TYPE_CHECKING

import numpy as np

from fastsig.rules.gauss_legendre import gauss_legendre

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastsig.arrays import FloatArray

NAMES = ("m1", "g1", "g2", "m2", "eta", "alpha_plus", "alpha_minus", "tv", "curvature")
_NODES, _WEIGHTS = gauss_legendre(20)
_FAR = 39.0  # standard deviations
_LONGEST = 1.0  # panel, in standard deviations


def table_signature(
    places: "FloatArray", c: "FloatArray", breaks: "Sequence[float]", mean: float, sd: float
) -> dict[str, float]:
    """Return the nine components of a table at mean + sd Z, Z standard normal.

    Parameters
    ----------
    places, c, breaks
        The table, its coefficients and its breaks.
    mean, sd
        Of the Gaussian.

    Notes
    -----
    Gauss-Legendre rules of 20 nodes on panels of at most one standard deviation, cut at the places: the
    integrands are polynomials times a Gaussian. phi'' is linear between places, so that its
    variation and its square are integrated exactly.
    """
    grid = mean + sd * np.arange(-_FAR, _FAR + _LONGEST, _LONGEST)
    edges = np.unique(np.concatenate([grid, places[(places > grid[0]) & (places < grid[-1])]]))
    half = 0.5 * np.diff(edges)
    x = (edges[:-1] + half)[:, None] + half[:, None] * _NODES
    z = (x - mean) / sd
    weights = half[:, None] * _WEIGHTS * np.exp(-0.5 * z * z) / (sd * np.sqrt(2.0 * np.pi))
    cell = np.searchsorted(places, x[:, 0], side="right")
    t = x - places[np.maximum(cell - 1, 0)][:, None]
    a, b, d, e = c[:, cell][:, :, None]
    value, slope = a + t * (b + t * (d + t * e)), b + t * (2.0 * d + 3.0 * t * e)
    terms = (value, slope, slope * slope, value * value, (x - mean) * value * slope)
    gaussian = [float((weights * term).sum()) for term in terms]
    h = np.diff(places)
    first, last = 2.0 * c[2, 1:-1], 2.0 * c[2, 1:-1] + 6.0 * h * c[3, 1:-1]
    same = first * last >= 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        crossing = (first**2 + last**2) / (2.0 * (np.abs(first) + np.abs(last)))
    variation = float((h * np.where(same, 0.5 * np.abs(first + last), crossing)).sum())
    curvature = float((h * (first**2 + first * last + last**2) / 3.0).sum())
    at = np.searchsorted(places, np.array(breaks, dtype=np.float64))
    ends = c[1, at] + h[at - 1] * (2.0 * c[2, at] + 3.0 * h[at - 1] * c[3, at])
    jumps = np.abs(c[1, at + 1] - ends)
    jumps = np.where(jumps <= 1e-12 * np.maximum(np.abs(ends), np.abs(c[1, at + 1])), 0.0, jumps)
    variation += float(jumps.sum())
    numbers = [*gaussian, float(c[1, -1]), float(c[1, 0]), variation, np.inf if jumps.any() else curvature]
    return dict(zip(NAMES, map(float, numbers), strict=True))
